//! What can be seen of this machine and of its cameras, as plain values. What could not be seen is `None`,
//! and [`Observations::unseen`] says why.

use std::net::Ipv4Addr;
use std::time::Duration;

use oakc_device::discovery::{Camera, CameraLink};
use oakc_device::xlink::datagram::DeviceState;
use oakc_runtime_schema::bootloader::{Config, Version};

use crate::firewall::Ruleset;

/// The address of a camera that has neither DHCP nor a static address.
pub const FALLBACK: Ipv4Addr = Ipv4Addr::new(169, 254, 1, 222);

/// The system that commands are named for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum System {
    /// Linux.
    #[default]
    Linux,
    /// macOS.
    MacOs,
    /// Windows.
    Windows,
    /// Another one, on which no commands are known.
    Other,
}

impl System {
    /// The one that this runs on.
    pub const HERE: Self = if cfg!(target_os = "linux") {
        Self::Linux
    } else if cfg!(target_os = "macos") {
        Self::MacOs
    } else if cfg!(windows) {
        Self::Windows
    } else {
        Self::Other
    };
}

/// Everything that was seen.
#[derive(Debug, Clone, Default)]
pub struct Observations {
    /// The system.
    pub system: System,
    /// The interfaces, by name.
    pub interfaces: Vec<Interface>,
    /// The routes, as far as they can be read.
    pub routes: Vec<Route>,
    /// The machines that this one has spoken to in its networks.
    pub neighbours: Vec<Neighbour>,
    /// The rules that drop packets.
    pub rules: Vec<Ruleset>,
    /// The program that the rules are made with, which should change them.
    pub firewall: Option<Firewall>,
    /// Whether there are rules that only the administrator may see.
    pub has_unseen_rules: bool,
    /// Who answers when everybody is asked; several answers with one address are several cameras.
    pub answers: Vec<Camera>,
    /// Whether cameras were asked for at all.
    pub asked: bool,
    /// Whether the system itself refuses to send the question to anybody.
    pub is_refused: bool,
    /// The cameras that were named; else all that have answered.
    pub cameras: Vec<Sight>,
    /// What the application asks of the network, if one was named.
    pub demands: Option<Demands>,
    /// What could not be seen, and how it can be.
    pub unseen: Vec<String>,
}

/// What an application asks of the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Demands {
    /// The largest packet that it sends, in bytes.
    pub mtu: u32,
    /// How much it sends at most, in Mbit/s.
    pub megabits: u32,
}

/// The largest packet that a camera sends, unless its application says otherwise (`board.network.mtu`).
pub const CAMERA_MTU: u32 = 1500;

/// An interface of this machine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Interface {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Whether it is switched on.
    pub is_up: bool,
    /// Whether there is something at the other end of its cable.
    pub carrier: Option<bool>,
    /// Its addresses.
    pub networks: Vec<Network>,
    /// Its largest packet in bytes.
    pub mtu: Option<u32>,
    /// The speed of its link in Mbit/s.
    pub megabits: Option<u32>,
    /// Whether both directions work at once.
    pub full_duplex: Option<bool>,
    /// How strictly it drops packets that would be answered by another interface: 0 not at all, 1 strictly, 2
    /// only where no interface would answer.
    pub reverse_path: Option<u8>,
    /// For how many microseconds the card collects packets before it reports them.
    pub coalescing: Option<u32>,
}

/// Kinds of interfaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// With a cable.
    #[default]
    Wired,
    /// Wi-Fi.
    Wireless,
    /// Of a VPN, or another way through a network instead of into one.
    Tunnel,
    /// Between programs on this machine: bridges of containers and virtual machines.
    Internal,
    /// Only to this machine itself.
    Loopback,
}

/// An address of an interface, and the length of its netmask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    /// The address.
    pub address: Ipv4Addr,
    /// Bits of the netmask.
    pub length: u32,
}

/// A route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The interface that packets leave by.
    pub interface: String,
    /// The network that it leads to.
    pub to: Network,
    /// Whether it leads to another router first.
    pub gateway: Option<Ipv4Addr>,
}

/// A machine in a network of this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Neighbour {
    /// Its address.
    pub address: Ipv4Addr,
    /// Its hardware address, in lower case; `None` if nobody has answered to the address.
    pub mac: Option<String>,
    /// The interface that it is at.
    pub interface: String,
}

/// Programs that keep the rules of a firewall.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Firewall {
    /// `ufw`.
    Ufw,
    /// `firewalld`.
    Firewalld,
}

/// What was seen of one camera.
#[derive(Debug, Clone, Default)]
pub struct Sight {
    /// As the user has named it, or its address.
    pub name: String,
    /// Where it is; `None` for an MXID that nobody answers to.
    pub address: Option<Ipv4Addr>,
    /// How packets to it leave; `None` if they cannot.
    pub way: Option<Way>,
    /// What came back from small pings; `None` if this machine cannot ping.
    pub ping: Option<Echoes>,
    /// The largest packet that comes back whole, in bytes; `None` if not even small ones do.
    pub largest_packet: Option<u32>,
    /// Whether the system itself refuses to send anything to it, as one does whose firewall drops it.
    pub is_refused: bool,
    /// Who answers when this address is asked.
    pub answers: Vec<Camera>,
    /// What the camera was doing while it was watched, in this order; `None` while it was silent.
    pub states: Vec<Option<DeviceState>>,
    /// How often it was asked, and answered, and how long that took.
    pub questions: Option<Echoes>,
    /// Its own link.
    pub link: Option<CameraLink>,
    /// What came of connecting to it, if that was asked for.
    pub connection: Option<Connection>,
    /// What its bootloader has told, if it was asked.
    pub told: Option<Told>,
    /// How fast its memory was read.
    pub reading: Option<Reading>,
}

/// How packets leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// The address that they come from.
    pub source: Ipv4Addr,
    /// The interface with that address.
    pub interface: Option<String>,
}

/// Questions and answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Echoes {
    /// How many were sent.
    pub sent: u32,
    /// How many came back.
    pub received: u32,
    /// How long the fastest took: what the way takes, whatever else this machine has to do.
    pub fastest: Duration,
    /// How long the one in the middle took.
    pub median: Duration,
}

/// What came of a connection to TCP port 11490.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Connection {
    /// A bootloader answers.
    Bootloader,
    /// The port is closed.
    Refused,
    /// Nothing comes back.
    Silent,
    /// Something takes the connection, and is not a bootloader.
    Strange(String),
    /// Something else went wrong.
    Failed(String),
}

/// What a bootloader tells.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// The version that runs.
    pub running: Version,
    /// The version in the memory from the factory, or that has replaced it; `None` while a user bootloader
    /// runs.
    pub flashed: Option<Version>,
    /// Whether it is a bootloader for the network.
    pub is_network: bool,
    /// Whether there is an application that it would start.
    pub has_application: bool,
    /// What is stored, if anything is.
    pub config: Option<Config>,
}

/// A part of a camera's memory, read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// How many bytes.
    pub bytes: u64,
    /// How long that took.
    pub time: Duration,
}

impl Network {
    /// Whether an address is in the network.
    pub fn contains(self, address: Ipv4Addr) -> bool {
        let mask = self.mask();
        self.address.to_bits() & mask == address.to_bits() & mask
    }

    /// The netmask, as a number.
    pub fn mask(self) -> u32 {
        u32::MAX
            .checked_shl(32_u32.saturating_sub(self.length))
            .unwrap_or(0)
    }

    /// The network itself as text, without the host: `192.168.1.0/24`.
    pub fn text(self) -> String {
        let first = Ipv4Addr::from_bits(self.address.to_bits() & self.mask());
        format!("{first}/{}", self.length)
    }
}

impl Interface {
    /// Whether packets can leave by it towards cameras in its network.
    pub fn is_usable(&self) -> bool {
        self.is_up && self.carrier != Some(false) && self.kind != Kind::Loopback
    }

    /// The network that an address is in, if it is in one of this interface.
    pub fn network_of(&self, address: Ipv4Addr) -> Option<Network> {
        let mut networks = self.networks.iter().copied();
        networks.find(|network| network.length < 32 && network.contains(address))
    }

    /// Whether a camera may be at it.
    pub fn may_have_cameras(&self) -> bool {
        matches!(self.kind, Kind::Wired | Kind::Wireless)
    }
}

impl Observations {
    /// An interface by its name.
    pub fn interface(&self, name: &str) -> Option<&Interface> {
        self.interfaces
            .iter()
            .find(|interface| interface.name == name)
    }

    /// The interfaces of whose networks an address is one.
    pub fn interfaces_at(&self, address: Ipv4Addr) -> impl Iterator<Item = &Interface> {
        let usable = self
            .interfaces
            .iter()
            .filter(|interface| interface.is_usable());
        usable.filter(move |interface| interface.network_of(address).is_some())
    }

    /// Whether nobody answers at all, neither everybody nor one that was named.
    pub fn is_silent(&self) -> bool {
        let reached = |sight: &Sight| sight.is_discovered();
        self.answers.is_empty() && !self.cameras.iter().any(reached)
    }

    /// The largest packet that cameras send.
    pub fn camera_mtu(&self) -> u32 {
        self.demands.map_or(CAMERA_MTU, |demands| demands.mtu)
    }

    /// The speed of the slowest link on the way to a camera that tells its speed, in Mbit/s.
    pub fn link_of(&self, sight: &Sight) -> Option<u32> {
        let card = self.way_of(sight).and_then(|way| way.megabits);
        let camera = sight
            .link
            .and_then(|link| u32::try_from(link.megabits).ok());
        let links = card.into_iter().chain(camera);
        links.filter(|speed| *speed > 0).min()
    }

    /// The interface by which packets to a camera leave.
    pub fn way_of(&self, sight: &Sight) -> Option<&Interface> {
        self.interface(sight.way.as_ref()?.interface.as_deref()?)
    }
}

impl Sight {
    /// Whether it answers when it is asked.
    pub fn is_discovered(&self) -> bool {
        !self.answers.is_empty()
    }

    /// Whether it answers pings.
    pub fn answers_pings(&self) -> bool {
        self.ping.is_some_and(|ping| ping.received > 0)
    }

    /// What it was doing last.
    pub fn state(&self) -> Option<DeviceState> {
        self.states.iter().rev().flatten().next().copied()
    }
}

impl Connection {
    /// What came of it, in a word or in the words of what failed.
    pub fn text(&self) -> &str {
        match self {
            Self::Bootloader => "bootloader",
            Self::Refused => "refused",
            Self::Silent => "silent",
            Self::Strange(reason) | Self::Failed(reason) => reason,
        }
    }
}

impl Told {
    /// Whether its address is fixed; else it asks a DHCP server.
    pub fn has_static_address(&self) -> bool {
        let config = self.config.as_ref();
        config.and_then(Config::static_ipv4).unwrap_or(false)
    }
}

impl Echoes {
    /// How many of a hundred were lost.
    pub fn lost_percent(self) -> u32 {
        let lost = self.sent.saturating_sub(self.received);
        lost.saturating_mul(100).checked_div(self.sent).unwrap_or(0)
    }
}

impl Reading {
    /// Megabits a second.
    pub fn megabits(self) -> f64 {
        #[expect(
            clippy::cast_precision_loss,
            reason = "nobody reads more than a few MiB"
        )]
        let bits = self.bytes as f64 * 8.0;
        bits / self.time.as_secs_f64().max(1e-6) / 1e6
    }
}
