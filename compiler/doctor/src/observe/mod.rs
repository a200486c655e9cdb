//! This machine, looked at: nothing in, its interfaces, routes, neighbours and firewall out. Files are read and
//! programs asked that only tell; nothing is sent anywhere.
//!
//! What a system's files and programs say is read by functions from text, one module a system, all of which
//! are compiled and tested everywhere.

mod firewalls;
pub mod linux;
pub mod macos;
pub mod windows;

use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};

use oakc_device::xlink::DISCOVERY_PORT;

use crate::observations::{Interface, Network, Observations, System, Way};

/// How much of this machine is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// What takes milliseconds.
    Quick,
    /// Everything.
    Whole,
}

/// Looks at this machine.
pub fn machine(depth: Depth) -> Observations {
    let mut seen = Observations {
        system: System::HERE,
        interfaces: addresses(),
        ..Observations::default()
    };
    match seen.system {
        System::Linux => linux::look(&mut seen, depth),
        System::MacOs if depth == Depth::Whole => macos::look(&mut seen),
        System::Windows if depth == Depth::Whole => windows::look(&mut seen),
        _ => {}
    }
    firewalls::look(&mut seen, depth);
    seen.interfaces.sort_by(|a, b| a.name.cmp(&b.name));
    seen
}

/// How packets to an address leave, as the system itself says. Nothing is sent.
pub fn way_to(address: Ipv4Addr, interfaces: &[Interface]) -> Option<Way> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect((address, DISCOVERY_PORT)).ok()?;
    let Ok(SocketAddr::V4(from)) = socket.local_addr() else {
        return None;
    };
    let source = *from.ip();
    let has = |interface: &&Interface| interface.networks.iter().any(|it| it.address == source);
    let interface = interfaces.iter().find(has).map(|it| it.name.clone());
    Some(Way { source, interface })
}

/// The interfaces that have addresses, as every system lists them.
fn addresses() -> Vec<Interface> {
    let mut found: Vec<Interface> = Vec::new();
    for interface in if_addrs::get_if_addrs().unwrap_or_default() {
        let known = found.iter().position(|it| it.name == interface.name);
        let index = known.unwrap_or(found.len());
        if known.is_none() {
            found.push(Interface {
                name: interface.name.clone(),
                kind: linux::kind_by_name(&interface.name, interface.is_loopback()),
                is_up: true,
                ..Interface::default()
            });
        }
        let (IpAddr::V4(address), Some(entry)) = (interface.ip(), found.get_mut(index)) else {
            continue;
        };
        if let if_addrs::IfAddr::V4(v4) = &interface.addr {
            let length = v4.netmask.to_bits().leading_ones();
            entry.networks.push(Network { address, length });
        }
    }
    found
}
