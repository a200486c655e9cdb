//! The commands that mend something, for each system: what is to be done in, a command out. None is ever run.

use std::net::Ipv4Addr;

use crate::observations::{Network, System};

/// Gives an interface one more address.
pub(crate) fn add_address(
    system: System,
    interface: &str,
    address: Ipv4Addr,
    length: u32,
) -> String {
    match system {
        System::Linux => format!("sudo ip addr add {address}/{length} dev {interface}"),
        System::MacOs => format!(
            "sudo ifconfig {interface} alias {address} {}",
            Ipv4Addr::from_bits(Network { address, length }.mask())
        ),
        System::Windows => {
            format!(
                "New-NetIPAddress -InterfaceAlias \"{interface}\" -IPAddress {address} -PrefixLength {length}"
            )
        }
        System::Other => format!("give {interface} the address {address}/{length}"),
    }
}

/// Switches an interface on.
pub(crate) fn switch_on(system: System, interface: &str) -> String {
    match system {
        System::Linux => format!("sudo ip link set {interface} up"),
        System::MacOs => format!("sudo ifconfig {interface} up"),
        System::Windows => format!("Enable-NetAdapter -Name \"{interface}\""),
        System::Other => format!("switch {interface} on"),
    }
}

/// Switches an interface off, for now.
pub(crate) fn switch_off(system: System, interface: &str) -> String {
    match system {
        System::Linux => format!("sudo ip link set {interface} down"),
        System::MacOs => format!("sudo ifconfig {interface} down"),
        System::Windows => format!("Disable-NetAdapter -Name \"{interface}\""),
        System::Other => format!("switch {interface} off"),
    }
}

/// Takes an address away from an interface.
pub(crate) fn remove_address(
    system: System,
    interface: &str,
    address: Ipv4Addr,
    length: u32,
) -> String {
    match system {
        System::Linux => format!("sudo ip addr del {address}/{length} dev {interface}"),
        System::MacOs => format!("sudo ifconfig {interface} -alias {address}"),
        System::Windows => format!("Remove-NetIPAddress -IPAddress {address}"),
        System::Other => format!("take {address} away from {interface}"),
    }
}

/// Makes packets to an address leave by an interface.
pub(crate) fn add_route(system: System, address: Ipv4Addr, interface: &str) -> String {
    match system {
        System::Linux => format!("sudo ip route add {address}/32 dev {interface}"),
        System::MacOs => format!("sudo route -n add -host {address} -interface {interface}"),
        System::Windows => {
            format!(
                "New-NetRoute -DestinationPrefix {address}/32 -InterfaceAlias \"{interface}\" -NextHop 0.0.0.0"
            )
        }
        System::Other => format!("add a route to {address} by {interface}"),
    }
}

/// Sets the largest packet of an interface.
pub(crate) fn set_mtu(system: System, interface: &str, mtu: u32) -> String {
    match system {
        System::Linux => format!("sudo ip link set {interface} mtu {mtu}"),
        System::MacOs => format!("sudo ifconfig {interface} mtu {mtu}"),
        System::Windows => {
            format!("netsh interface ipv4 set subinterface \"{interface}\" mtu={mtu}")
        }
        System::Other => format!("set the MTU of {interface} to {mtu}"),
    }
}

/// An address in the network of a camera that is not the camera's, nor likely to be anybody's.
pub(crate) fn neighbour_of(address: Ipv4Addr) -> Ipv4Addr {
    let [a, b, c, last] = address.octets();
    if address.is_link_local() {
        return Ipv4Addr::new(169, 254, 1, if last == 1 && c == 1 { 2 } else { 1 });
    }
    Ipv4Addr::new(a, b, c, if last == 240 { 241 } else { 240 })
}

/// The length of the netmask that a camera's network most likely has.
pub(crate) fn likely_length(address: Ipv4Addr) -> u32 {
    // Link-local addresses share one network (RFC 3927); 24 is what most others have.
    if address.is_link_local() { 16 } else { 24 }
}
