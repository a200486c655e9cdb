//! Datagrams out to the networks of this machine or to known addresses, cameras in.
//!
//! Whatever is not a valid reply is dropped.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use super::{Camera, MOST_CAMERAS};
use crate::error::{Error, Result};
use crate::xlink::DISCOVERY_PORT;
use crate::xlink::datagram::{MYRIAD_X, Reply, Request};

/// Pause between two questions to one address, as datagrams get lost.
const REPEAT: Duration = Duration::from_millis(200);
/// Longest reply known is 52 bytes.
pub(super) const LARGEST_REPLY: usize = 256;

/// Cameras by their addresses.
type Found = BTreeMap<Ipv4Addr, Camera>;

/// Asks all networks of this machine, and `addresses` besides, now and again, and listens for
/// `listen`, or until it is `complete`. There is one camera an address, however often and with
/// however many names it answers.
///
/// # Errors
/// Where no socket can be opened, or nothing can be sent anywhere; [`Error::Flood`] where more answer
/// than can be true.
pub(super) fn everybody(
    addresses: &[Ipv4Addr],
    listen: Duration,
    complete: &dyn Fn(&[Camera]) -> bool,
) -> Result<Vec<Camera>> {
    let socket = socket().map_err(Error::Network)?;
    socket.set_broadcast(true).map_err(Error::Network)?;
    let mut asked = broadcast_addresses().map_err(Error::Network)?;
    asked.extend(addresses);
    let until = Instant::now() + listen;
    let mut found = Found::new();
    loop {
        let left = until.saturating_duration_since(Instant::now());
        let cameras: Vec<_> = found.values().cloned().collect();
        if left.is_zero() || complete(&cameras) {
            return Ok(cameras);
        }
        send(&socket, asked.iter().copied())?;
        // The last answers get all the time that is left.
        let wait = if left < REPEAT * 2 { left } else { REPEAT };
        collect(&socket, wait, &mut found, |_| true, |_| false)?;
    }
}

/// Asks addresses, again and again until all have answered or `timeout` is over.
///
/// # Errors
/// Where no socket can be opened, or nothing can be sent to any of them.
pub(super) fn at(addresses: &[Ipv4Addr], timeout: Duration) -> Result<Vec<Camera>> {
    let socket = socket().map_err(Error::Network)?;
    let until = Instant::now() + timeout;
    let mut found = Found::new();
    let mut is_first = true;
    loop {
        let missing = addresses.iter().copied();
        let missing = missing.filter(|asked| !found.contains_key(asked));
        let missing: BTreeSet<_> = missing.collect();
        let left = until.saturating_duration_since(Instant::now());
        if missing.is_empty() || left.is_zero() {
            return Ok(found.into_values().collect());
        }
        match send(&socket, missing.iter().copied()) {
            // The first time all that could be asked were, and their answers count.
            Err(_) if !is_first => {}
            sent => sent?,
        }
        is_first = false;
        // Somebody else's answer says nothing about the address that was asked.
        let mut heard = Found::new();
        let is_asked = |address| missing.contains(&address);
        let complete = |heard: &Found| heard.len() >= missing.len();
        collect(&socket, left.min(REPEAT), &mut heard, is_asked, complete)?;
        found.extend(heard);
    }
}

/// Tells a camera to reboot into its bootloader. It does not answer.
///
/// # Errors
/// Where the datagram cannot be sent.
pub(crate) fn reset(address: Ipv4Addr) -> Result<()> {
    let socket = socket().map_err(Error::Network)?;
    let sent = socket.send_to(&Request::Reset.encode(), (address, DISCOVERY_PORT));
    sent.map(drop).map_err(Error::Network)
}

pub(super) fn socket() -> io::Result<UdpSocket> {
    UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))
}

/// Asks all of them; an unreachable network does not keep the others from being asked.
fn send(socket: &UdpSocket, to: impl Iterator<Item = Ipv4Addr>) -> Result<()> {
    let request = Request::Discover.encode();
    let mut outcome = None;
    for address in to {
        let sent = socket.send_to(&request, (address, DISCOVERY_PORT));
        match (sent, &outcome) {
            (Ok(_), _) => outcome = Some(Ok(())),
            (Err(error), None) => outcome = Some(Err(error)),
            (Err(_), Some(_)) => {}
        }
    }
    outcome.unwrap_or(Ok(())).map_err(Error::Network)
}

/// Takes replies from addresses that are `wanted` until `listen` is over or `complete` says so.
fn collect(
    socket: &UdpSocket,
    listen: Duration,
    cameras: &mut Found,
    wanted: impl Fn(Ipv4Addr) -> bool,
    complete: impl Fn(&Found) -> bool,
) -> Result<()> {
    let until = Instant::now() + listen;
    let mut buffer = [0; LARGEST_REPLY];
    while !complete(cameras) {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            break;
        }
        socket
            .set_read_timeout(Some(left))
            .map_err(Error::Network)?;
        match socket.recv_from(&mut buffer) {
            Ok((size, from)) => {
                let reply = buffer.get(..size).unwrap_or_default();
                if let Some((address, camera)) = camera(reply, from)
                    && wanted(address)
                {
                    note(cameras, address, camera);
                }
                if cameras.len() > MOST_CAMERAS {
                    return Err(Error::Flood(MOST_CAMERAS));
                }
            }
            // The answer of a host without a camera to an earlier question, or Ctrl-C, which
            // the caller looks for by itself.
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::ConnectionReset | ErrorKind::Interrupted
                ) => {}
            Err(error) if is_timeout(&error) => break,
            Err(error) => return Err(Error::Network(error)),
        }
    }
    Ok(())
}

pub(super) fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

/// Whoever answers first from an address is there; its last answer counts.
fn note(cameras: &mut Found, address: Ipv4Addr, camera: Camera) {
    match cameras.entry(address) {
        Entry::Vacant(free) => {
            free.insert(camera);
        }
        Entry::Occupied(mut known) if known.get().mxid == camera.mxid => {
            known.insert(camera);
        }
        Entry::Occupied(_) => {}
    }
}

pub(super) fn camera(reply: &[u8], from: SocketAddr) -> Option<(Ipv4Addr, Camera)> {
    let IpAddr::V4(address) = from.ip() else {
        return None;
    };
    let (mxid, state, supported) = match Reply::decode(reply).ok()? {
        Reply::Discovered { mxid, state } => (mxid, state, true),
        Reply::Extended {
            mxid,
            state,
            platform,
        } => (mxid, state, platform == MYRIAD_X),
        _ => return None,
    };
    let camera = Camera {
        mxid: Some(mxid),
        address: address.into(),
        state,
        supported,
    };
    Some((address, camera))
}

/// Whether an address is in a network of this machine.
pub(super) fn is_local(address: Ipv4Addr) -> bool {
    let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
    interfaces.iter().any(|interface| match &interface.addr {
        if_addrs::IfAddr::V4(v4) => v4.ip & v4.netmask == address & v4.netmask,
        if_addrs::IfAddr::V6(_) => false,
    })
}

/// Where everybody in the networks of this machine listens.
pub(super) fn broadcast_addresses() -> io::Result<Vec<Ipv4Addr>> {
    let interfaces = if_addrs::get_if_addrs()?;
    let of_interface = |interface: if_addrs::Interface| match interface.addr {
        if_addrs::IfAddr::V4(v4) => Some(v4.ip | !v4.netmask),
        if_addrs::IfAddr::V6(_) => None,
    };
    let mut addresses: Vec<_> = interfaces.into_iter().filter_map(of_interface).collect();
    addresses.push(Ipv4Addr::BROADCAST);
    addresses.sort_unstable();
    addresses.dedup();
    Ok(addresses)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xlink::datagram::DeviceState;

    fn discovered(name: &str) -> Vec<u8> {
        let mxid = name.parse().unwrap();
        let state = DeviceState::Bootloader;
        Reply::Discovered { mxid, state }.encode()
    }

    #[test]
    fn what_is_not_a_reply_of_a_camera_is_dropped() {
        let from = ([127, 0, 0, 1], DISCOVERY_PORT).into();
        assert!(camera(&discovered("A"), from).is_some());
        assert_eq!(camera(&[], from), None);
        assert_eq!(camera(&[0; 4], from), None);
        assert_eq!(camera(&discovered("A")[..39], from), None);
        assert_eq!(camera(&Request::Discover.encode(), from), None);
    }

    #[test]
    fn the_loopback_network_is_asked_too() {
        let addresses = broadcast_addresses().unwrap();
        assert!(addresses.contains(&Ipv4Addr::new(127, 255, 255, 255)));
    }

    #[test]
    fn an_address_that_nothing_can_be_sent_to_does_not_hide_the_others() {
        // No test of another process has this address.
        let [.., high, low] = std::process::id().to_be_bytes();
        let address = Ipv4Addr::new(127, 6, high, low);
        let socket = UdpSocket::bind((address, DISCOVERY_PORT)).unwrap();
        let camera = std::thread::spawn(move || {
            let (_, host) = socket.recv_from(&mut [0; 64]).unwrap();
            socket.send_to(&discovered("A"), host).unwrap();
        });
        // Sending there needs a permission that this socket does not have.
        let addresses = [address, Ipv4Addr::BROADCAST];
        let found = at(&addresses, REPEAT * 2).unwrap();
        assert_eq!(found.len(), 1);
        camera.join().unwrap();
        assert!(at(&[Ipv4Addr::BROADCAST], REPEAT).is_err());
    }

    #[test]
    fn there_is_one_camera_an_address_with_however_many_names_it_answers() {
        let (host, camera) = (socket().unwrap(), socket().unwrap());
        let mut found = Found::new();
        for name in ["A", "B", "A"] {
            let to = (Ipv4Addr::LOCALHOST, host.local_addr().unwrap().port());
            camera.send_to(&discovered(name), to).unwrap();
            collect(&host, REPEAT / 10, &mut found, |_| true, |_| false).unwrap();
        }
        let names: Vec<_> = found.values().map(Camera::name).collect();
        assert_eq!(names, ["A"]);
    }

    #[test]
    fn ten_thousand_answers_end_in_an_error_and_not_in_as_many_cameras() {
        let host = socket().unwrap();
        let to = (Ipv4Addr::LOCALHOST, host.local_addr().unwrap().port());
        let flood = std::thread::spawn(move || {
            for number in 0..10_000_u32 {
                let [.., a, b, c] = number.to_be_bytes();
                // The last answers find nobody listening.
                let from = UdpSocket::bind((Ipv4Addr::new(127, a, b, c.max(1)), 0)).unwrap();
                let _ = from.send_to(&discovered(&format!("{number}")), to);
                if number % 100 == 0 {
                    std::thread::sleep(Duration::from_millis(1));
                }
            }
        });
        let begun = Instant::now();
        let mut found = Found::new();
        let outcome = collect(
            &host,
            Duration::from_secs(30),
            &mut found,
            |_| true,
            |_| false,
        );
        assert!(matches!(outcome, Err(Error::Flood(_))), "{}", found.len());
        assert!(begun.elapsed() < Duration::from_secs(10));
        drop(host);
        flood.join().unwrap();
    }

    #[test]
    fn an_address_without_a_camera_is_not_an_error() {
        let address = Ipv4Addr::new(127, 7, 7, 7);
        assert_eq!(at(&[address], Duration::from_millis(50)).unwrap(), []);
    }
}
