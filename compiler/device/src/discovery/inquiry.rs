//! Datagrams out, every valid answer in, in the order of arrival: nothing is merged, and nothing concluded.
//! For those who want to know why a camera is not found. No camera is disturbed.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use super::network::{LARGEST_REPLY, broadcast_addresses, camera, is_timeout, socket};
use super::{Camera, MOST_CAMERAS};
use crate::error::{Error, Result};
use crate::xlink::DISCOVERY_PORT;
use crate::xlink::datagram::{Reply, Request};

/// How a camera is connected, in its own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CameraLink {
    /// Speed of its Ethernet link in Mbit/s.
    pub megabits: i32,
    /// Whether both directions work at once.
    pub full_duplex: bool,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// A camera is there.
    Camera(Camera),
    /// How the camera at an address is connected.
    Link(Ipv4Addr, CameraLink),
}

/// A socket on which cameras are asked, and heard.
#[derive(Debug)]
pub struct Inquiry {
    socket: UdpSocket,
}

impl Inquiry {
    /// Opens the socket.
    ///
    /// # Errors
    /// Where the system has none.
    pub fn open() -> Result<Self> {
        let socket = socket().map_err(Error::Network)?;
        socket.set_broadcast(true).map_err(Error::Network)?;
        Ok(Self { socket })
    }

    /// The addresses at which everybody in the networks of this machine listens.
    ///
    /// # Errors
    /// Where the system does not list its interfaces.
    pub fn everybody() -> Result<Vec<Ipv4Addr>> {
        broadcast_addresses().map_err(Error::Network)
    }

    /// Asks who is at each of these addresses. Returns those to which nothing can be sent, and why.
    pub fn ask(&self, addresses: &[Ipv4Addr]) -> Vec<(Ipv4Addr, ErrorKind)> {
        self.send(Request::Discover, addresses)
    }

    /// Asks how the camera at an address is connected.
    pub fn ask_link(&self, address: Ipv4Addr) {
        self.send(Request::Info, &[address]);
    }

    fn send(&self, request: Request, addresses: &[Ipv4Addr]) -> Vec<(Ipv4Addr, ErrorKind)> {
        let request = request.encode();
        let failed = addresses.iter().filter_map(|address| {
            let sent = self.socket.send_to(&request, (*address, DISCOVERY_PORT));
            Some((*address, sent.err()?.kind()))
        });
        failed.collect()
    }

    /// All answers that arrive within `time`, each with when it did.
    ///
    /// # Errors
    /// Where the socket fails; [`Error::Flood`] where more answer than can be true.
    pub fn hear(&self, time: Duration) -> Result<Vec<(Instant, Heard)>> {
        let until = Instant::now() + time;
        let mut buffer = [0; LARGEST_REPLY];
        let mut heard = Vec::new();
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(heard);
            }
            (self.socket)
                .set_read_timeout(Some(left))
                .map_err(Error::Network)?;
            match self.socket.recv_from(&mut buffer) {
                Ok((size, from)) => {
                    let reply = buffer.get(..size).unwrap_or_default();
                    heard.extend(read(reply, from).map(|answer| (Instant::now(), answer)));
                    if heard.len() > MOST_CAMERAS {
                        return Err(Error::Flood(MOST_CAMERAS));
                    }
                }
                Err(error) if is_timeout(&error) => return Ok(heard),
                // Where nobody listens, some systems say so on the next call.
                Err(_) => {}
            }
        }
    }
}

fn read(reply: &[u8], from: SocketAddr) -> Option<Heard> {
    if let Some((_, camera)) = camera(reply, from) {
        return Some(Heard::Camera(camera));
    }
    let (
        IpAddr::V4(address),
        Ok(Reply::Info {
            link_speed,
            full_duplex,
            ..
        }),
    ) = (from.ip(), Reply::decode(reply))
    else {
        return None;
    };
    let megabits = link_speed;
    Some(Heard::Link(
        address,
        CameraLink {
            megabits,
            full_duplex,
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xlink::datagram::DeviceState;

    #[test]
    fn two_cameras_at_one_address_are_both_heard() {
        let inquiry = Inquiry::open().unwrap();
        let camera = socket().unwrap();
        let to = (
            Ipv4Addr::LOCALHOST,
            inquiry.socket.local_addr().unwrap().port(),
        );
        for name in ["A", "B"] {
            let (mxid, state) = (name.parse().unwrap(), DeviceState::Bootloader);
            let reply = Reply::Discovered { mxid, state }.encode();
            camera.send_to(&reply, to).unwrap();
        }
        camera.send_to(b"no reply of a camera", to).unwrap();
        let heard = inquiry.hear(Duration::from_millis(50)).unwrap();
        let name = |(_, heard): &(Instant, Heard)| match heard {
            Heard::Camera(camera) => camera.name().to_owned(),
            Heard::Link(..) => "link".to_owned(),
        };
        assert_eq!(heard.iter().map(name).collect::<Vec<_>>(), ["A", "B"]);
    }

    #[test]
    fn an_address_that_nothing_can_be_sent_to_is_named() {
        let inquiry = Inquiry::open().unwrap();
        let failed = inquiry.ask(&[Ipv4Addr::new(127, 6, 6, 6), Ipv4Addr::UNSPECIFIED]);
        let named = |(address, _): &(Ipv4Addr, ErrorKind)| *address == Ipv4Addr::new(127, 6, 6, 6);
        assert!(!failed.iter().any(named));
    }

    #[test]
    fn how_a_camera_is_connected_is_read() {
        let reply = Reply::Info {
            mxid: "A".parse().unwrap(),
            link_speed: 100,
            full_duplex: false,
            gpio_boot_mode: 0,
        };
        let from = ([127, 0, 0, 1], DISCOVERY_PORT).into();
        let link = CameraLink {
            megabits: 100,
            full_duplex: false,
        };
        let expected = Heard::Link(Ipv4Addr::LOCALHOST, link);
        assert_eq!(read(&reply.encode(), from), Some(expected));
    }
}
