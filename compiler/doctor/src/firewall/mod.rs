//! Whether the rules of a firewall drop a packet: rules in, the one that drops it out. A condition that is not
//! understood makes a rule one that may fit, and what may drop a packet is never reported: a finding is true.
//!
//! [`nftables`] and [`iptables`] read what their programs print; ufw and firewalld keep their rules there, too.

pub mod iptables;
pub mod nftables;

use std::net::Ipv4Addr;

use oakc_device::xlink::{DISCOVERY_PORT, TCP_PORT};

use crate::observations::Network;

/// How deep chains may call each other.
const DEEPEST: u32 = 16;

/// The rules of one table, as far as they matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ruleset {
    /// The program that shows them.
    pub program: Program,
    /// What the program calls the table: `inet filter`.
    pub table: String,
    /// The chains.
    pub chains: Vec<Chain>,
}

/// Programs that show rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Program {
    /// `nft`.
    #[default]
    Nft,
    /// `iptables`.
    Iptables,
}

/// A list of rules.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chain {
    /// Its name.
    pub name: String,
    /// Which packets come through it by themselves; `None` if it is only called.
    pub hook: Option<Direction>,
    /// Whether what no rule decides about is dropped.
    pub drops: bool,
    /// The rules, in order.
    pub rules: Vec<Rule>,
}

/// Which way a packet goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Into this machine.
    In,
    /// Out of it.
    Out,
}

/// What happens to packets that meet conditions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rule {
    /// All have to be met.
    pub conditions: Vec<Condition>,
    /// What happens then.
    pub verdict: Verdict,
    /// The rule as its program writes it.
    pub text: String,
}

/// What happens to a packet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Verdict {
    /// The next rule decides.
    #[default]
    Continue,
    /// It passes this table.
    Accept,
    /// It is dropped or refused.
    Drop,
    /// Another chain decides; the next rule after it, if that one does not.
    Jump(String),
    /// Another chain decides, and nothing here after it.
    Goto(String),
    /// Whatever called this chain goes on.
    Return,
    /// Nobody here knows.
    Unknown,
}

/// A condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// What is looked at.
    pub what: What,
    /// Whether it must not be so.
    pub negated: bool,
}

/// What a condition looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// The protocol is one of these, by name.
    Protocol(Vec<String>),
    /// The port that the packet goes to is within one of these.
    ToPort(Vec<(u16, u16)>),
    /// The port that it comes from.
    FromPort(Vec<(u16, u16)>),
    /// The interface that it comes or leaves by; `+` or `*` at the end stands for anything.
    Interface(Direction, Vec<String>),
    /// The address that it goes to.
    To(Vec<Network>),
    /// The address that it comes from.
    From(Vec<Network>),
    /// What the connection tracking says, by name.
    State(Vec<String>),
    /// Something that is not understood here.
    Other,
}

/// A packet that has to pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packet {
    /// Which way.
    pub direction: Direction,
    /// `udp` or `tcp`.
    pub protocol: &'static str,
    /// The port that it comes from.
    pub from_port: u16,
    /// The port that it goes to.
    pub to_port: u16,
    /// The camera, if its address is known.
    pub camera: Option<Ipv4Addr>,
    /// The interface, if it is known.
    pub interface: Option<String>,
    /// What the connection tracking says of it.
    pub state: &'static str,
}

/// A port that no rule means: what systems choose for themselves.
const ANY_PORT: u16 = 50_000;

impl Packet {
    /// A question to a camera, or to everybody.
    pub fn question(camera: Option<Ipv4Addr>, interface: Option<String>) -> Self {
        Self {
            direction: Direction::Out,
            protocol: "udp",
            from_port: ANY_PORT,
            to_port: DISCOVERY_PORT,
            camera,
            interface,
            state: "new",
        }
    }

    /// The answer to it. What answers a broadcast is new to the connection tracking: the question went to
    /// another address.
    pub fn answer(camera: Option<Ipv4Addr>, interface: Option<String>, to_broadcast: bool) -> Self {
        Self {
            direction: Direction::In,
            from_port: DISCOVERY_PORT,
            to_port: ANY_PORT,
            state: if to_broadcast { "new" } else { "established" },
            ..Self::question(camera, interface)
        }
    }

    /// The beginning of a connection to a camera.
    pub fn connection(camera: Option<Ipv4Addr>, interface: Option<String>) -> Self {
        Self {
            protocol: "tcp",
            to_port: TCP_PORT,
            ..Self::question(camera, interface)
        }
    }

    /// What the camera says on it.
    pub fn reply(camera: Option<Ipv4Addr>, interface: Option<String>) -> Self {
        Self {
            protocol: "tcp",
            from_port: TCP_PORT,
            ..Self::answer(camera, interface, false)
        }
    }
}

/// A rule that drops a packet, or the end of a chain that does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocked {
    /// The program that shows it.
    pub program: Program,
    /// Its table.
    pub table: String,
    /// The chain that packets come through by themselves.
    pub chain: String,
    /// The rule; `None` if none lets the packet pass.
    pub rule: Option<String>,
    /// The packet.
    pub packet: Packet,
}

/// What becomes of a packet.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Fate {
    Undecided,
    Accepted,
    Dropped(Option<String>),
    /// A rule that may fit would decide.
    Unknown,
}

/// The rule that drops a packet for certain, if there is one.
pub fn blocked(rulesets: &[Ruleset], packet: &Packet) -> Option<Blocked> {
    let chains = |set: &Ruleset| set.chains.len();
    rulesets
        .iter()
        .filter(|set| chains(set) > 0)
        .find_map(|set| {
            let hooked = set
                .chains
                .iter()
                .filter(|chain| chain.hook == Some(packet.direction));
            hooked.into_iter().find_map(|chain| {
                let fate = match fate_in(set, chain, packet, 0) {
                    Fate::Undecided if chain.drops => Fate::Dropped(None),
                    fate => fate,
                };
                let Fate::Dropped(rule) = fate else {
                    return None;
                };
                Some(Blocked {
                    program: set.program,
                    table: set.table.clone(),
                    chain: chain.name.clone(),
                    rule,
                    packet: packet.clone(),
                })
            })
        })
}

fn fate_in(set: &Ruleset, chain: &Chain, packet: &Packet, depth: u32) -> Fate {
    if depth > DEEPEST {
        return Fate::Unknown;
    }
    for rule in &chain.rules {
        let met = rule.is_met_by(packet);
        if met == Some(false) {
            continue;
        }
        let called = |name: &str| match set.chains.iter().find(|chain| chain.name == name) {
            Some(chain) => fate_in(set, chain, packet, depth.saturating_add(1)),
            None => Fate::Unknown,
        };
        let fate = match &rule.verdict {
            Verdict::Continue => continue,
            Verdict::Accept => Fate::Accepted,
            Verdict::Drop => Fate::Dropped(Some(rule.text.clone())),
            Verdict::Return if met == Some(true) => return Fate::Undecided,
            Verdict::Return | Verdict::Unknown => Fate::Unknown,
            Verdict::Jump(name) => match called(name) {
                Fate::Undecided => continue,
                fate => fate,
            },
            Verdict::Goto(name) if met == Some(true) => return called(name),
            Verdict::Goto(name) => match called(name) {
                Fate::Undecided => Fate::Unknown,
                fate => fate,
            },
        };
        return if met.is_none() { Fate::Unknown } else { fate };
    }
    Fate::Undecided
}

impl Rule {
    /// Whether it is about a packet; `None` if that cannot be told.
    fn is_met_by(&self, packet: &Packet) -> Option<bool> {
        let met: Vec<_> = self
            .conditions
            .iter()
            .map(|it| it.is_met_by(packet))
            .collect();
        if met.contains(&Some(false)) {
            return Some(false);
        }
        (!met.contains(&None)).then_some(true)
    }
}

impl Condition {
    fn is_met_by(&self, packet: &Packet) -> Option<bool> {
        let within = |ranges: &[(u16, u16)], port| {
            Some(
                ranges
                    .iter()
                    .any(|(first, last)| (*first..=*last).contains(&port)),
            )
        };
        let camera = |networks: &[Network]| {
            let address = packet.camera?;
            Some(networks.iter().any(|network| network.contains(address)))
        };
        let met = match &self.what {
            What::Protocol(names) => Some(names.iter().any(|name| name == packet.protocol)),
            What::ToPort(ranges) => within(ranges, packet.to_port),
            What::FromPort(ranges) => within(ranges, packet.from_port),
            What::Interface(direction, names) if *direction == packet.direction => {
                let interface = packet.interface.as_deref();
                interface.map(|interface| names.iter().any(|name| fits(name, interface)))
            }
            // No packet has one that has not come, or does not leave.
            What::Interface(..) => Some(false),
            What::To(networks) if packet.direction == Direction::Out => camera(networks),
            What::From(networks) if packet.direction == Direction::In => camera(networks),
            What::State(names) => Some(names.iter().any(|name| name == packet.state)),
            What::To(_) | What::From(_) | What::Other => None,
        };
        met.map(|met| met != self.negated)
    }
}

fn fits(pattern: &str, interface: &str) -> bool {
    match pattern.strip_suffix(['+', '*']) {
        Some(start) => interface.starts_with(start),
        None => pattern == interface,
    }
}

/// A network as rules write it: `10.0.0.0/8`, or an address.
fn network(text: &str) -> Option<Network> {
    let (address, length) = text.split_once('/').unwrap_or((text, "32"));
    let address = address.parse().ok()?;
    let length = match length.parse() {
        Ok(length) => length,
        Err(_) => length.parse::<Ipv4Addr>().ok()?.to_bits().leading_ones(),
    };
    (length <= 32).then_some(Network { address, length })
}
