//! Who is there: the networks and the USB of this machine in, cameras out.
//!
//! A camera that answers several times, or on several interfaces, is never listed twice.

mod network;

use std::net::Ipv4Addr;
use std::thread;
use std::time::{Duration, Instant};

use crate::address::{Address, UsbPath};
use crate::error::Result;
use crate::usb::UsbHost;
use crate::xlink::Mxid;
use crate::xlink::datagram::DeviceState;

pub(crate) use network::reset;

/// How long to listen after a question to everybody: as long as the host library does.
pub const LISTEN: Duration = Duration::from_millis(500);
/// Most cameras that are listed.
const MOST_CAMERAS: usize = 4096;
/// Pause between two looks at USB.
const USB_AGAIN: Duration = Duration::from_millis(20);

/// A camera that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Camera {
    /// The name that its chip has from the factory; none where it waits on USB for its host, which
    /// it tells no name.
    pub mxid: Option<Mxid>,
    /// Where it is.
    pub address: Address,
    /// What it is doing.
    pub state: DeviceState,
    /// Whether it is of a generation that packages fit (RVC2).
    pub supported: bool,
}

impl Camera {
    /// Whether this is where it is.
    pub fn is_at(&self, address: impl Into<Address>) -> bool {
        self.address == address.into()
    }

    /// Its name as text, `-` where it has none.
    pub fn name(&self) -> &str {
        self.mxid.as_ref().map_or("-", Mxid::as_str)
    }
}

/// Looks at USB, asks all networks of this machine, and `addresses` besides, now and again, and
/// listens for `listen`. Sorted by address.
///
/// # Errors
/// Where no camera is on USB, and no socket can be opened or nothing can be sent anywhere.
pub fn everybody(
    usb: &dyn UsbHost,
    addresses: &[Ipv4Addr],
    listen: Duration,
) -> Result<Vec<Camera>> {
    let heard = network::everybody(addresses, listen);
    let mut found = usb.cameras();
    match heard {
        Ok(heard) => found.extend(heard),
        Err(error) if found.is_empty() => return Err(error),
        Err(_) => {}
    }
    Ok(listed(found))
}

/// Looks at addresses, again and again until there is a camera at each or `timeout` is over. Sorted
/// by address.
///
/// # Errors
/// Where no socket can be opened, or nothing can be sent to any of the addresses.
pub fn at(usb: &dyn UsbHost, addresses: &[Address], timeout: Duration) -> Result<Vec<Camera>> {
    let until = Instant::now() + timeout;
    let network: Vec<_> = addresses.iter().filter_map(|at| at.ipv4()).collect();
    let paths: Vec<_> = addresses.iter().filter_map(|at| at.usb_path()).collect();
    let mut found = match &network[..] {
        [] => Vec::new(),
        network => network::at(network, timeout)?,
    };
    found.extend(on_usb(usb, &paths, until));
    found.sort_by_key(|camera| camera.address);
    Ok(found)
}

/// Looks at USB ports until there is a camera at each, or the time is over.
fn on_usb(usb: &dyn UsbHost, paths: &[UsbPath], until: Instant) -> Vec<Camera> {
    loop {
        let mut found = if paths.is_empty() {
            Vec::new()
        } else {
            usb.cameras()
        };
        found.retain(|camera| paths.iter().any(|path| camera.is_at(*path)));
        let left = until.saturating_duration_since(Instant::now());
        if found.len() >= paths.len() || left.is_zero() {
            return found;
        }
        thread::sleep(left.min(USB_AGAIN));
    }
}

/// One entry for each camera, by address. A camera that answers from several addresses of its own keeps
/// the lowest.
fn listed(mut cameras: Vec<Camera>) -> Vec<Camera> {
    cameras.sort_by_key(|camera| camera.address);
    let mut listed: Vec<Camera> = Vec::new();
    for camera in cameras {
        let known = |known: &Camera| known.mxid.is_some() && known.mxid == camera.mxid;
        if !listed.iter().any(known) {
            listed.push(camera);
        }
    }
    listed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn camera(name: Option<&str>, address: &str) -> Camera {
        Camera {
            mxid: name.map(|name| name.parse().unwrap()),
            address: address.parse().unwrap(),
            state: DeviceState::Bootloader,
            supported: true,
        }
    }

    #[test]
    fn a_camera_that_answers_twice_or_from_two_addresses_is_listed_once() {
        let cameras = [
            camera(Some("A"), "127.0.0.9"),
            camera(Some("B"), "127.0.0.4"),
            camera(Some("A"), "127.0.0.9"),
            camera(Some("A"), "127.0.0.2"),
        ];
        let expected = [cameras[3].clone(), cameras[1].clone()];
        assert_eq!(listed(cameras.to_vec()), expected);
    }

    #[test]
    fn cameras_without_a_name_are_told_apart_by_their_ports() {
        let cameras = vec![camera(None, "usb:1.1"), camera(None, "usb:1.2")];
        assert_eq!(listed(cameras.clone()), cameras);
    }
}
