//! The way to a camera: its address in, the address of this machine that it sees out. Nothing is sent.

use std::io;
use std::net::{IpAddr, Ipv4Addr, UdpSocket};

use crate::xlink::DISCOVERY_PORT;

/// The address of this machine from which the route to `camera` goes out, and at which it reaches this machine.
///
/// # Errors
/// Where there is no route.
pub fn local_address(camera: Ipv4Addr) -> io::Result<Ipv4Addr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
    socket.connect((camera, DISCOVERY_PORT))?;
    match socket.local_addr()?.ip() {
        IpAddr::V4(address) if !address.is_unspecified() => Ok(address),
        _ => Err(io::ErrorKind::AddrNotAvailable.into()),
    }
}

/// The addresses by which other machines know this one, in order.
pub fn own_addresses() -> Vec<Ipv4Addr> {
    let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
    let addresses = interfaces.into_iter().filter_map(|it| match it.addr {
        if_addrs::IfAddr::V4(v4) if !v4.ip.is_loopback() => Some(v4.ip),
        _ => None,
    });
    let mut addresses: Vec<_> = addresses.collect();
    addresses.sort_unstable();
    addresses.dedup();
    addresses
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_camera_on_this_machine_is_reached_from_this_machine() {
        let address = local_address(Ipv4Addr::new(127, 76, 0, 9)).unwrap();
        assert!(address.is_loopback());
    }
}
