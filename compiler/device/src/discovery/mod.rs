//! Who is there: the networks and the USB of this machine in, cameras out.
//!
//! There is one camera an address. One that answers several times is never listed twice, and two with
//! the same name are never taken for one.

mod inquiry;
mod network;

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;
use std::thread;
use std::time::{Duration, Instant};

use crate::address::{Address, UsbPath};
use crate::error::{Error, Result};
use crate::usb::UsbHost;
use crate::xlink::Mxid;
use crate::xlink::datagram::DeviceState;

pub use inquiry::{CameraLink, Heard, Inquiry};
pub(crate) use network::reset;

/// How long to listen after a question to everybody: as long as the host library does.
pub const LISTEN: Duration = Duration::from_millis(500);
/// More cameras than this are not in one network.
const MOST_CAMERAS: usize = 1024;
/// How long two cameras of one name may take to answer once more.
const AGAIN: Duration = Duration::from_millis(600);
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
/// Where no camera is on USB, and no socket can be opened or nothing can be sent anywhere;
/// [`Error::Flood`] where more answer than can be true.
pub fn everybody(
    usb: &dyn UsbHost,
    addresses: &[Ipv4Addr],
    listen: Duration,
) -> Result<Vec<Camera>> {
    until_complete(usb, addresses, listen, &|_| false)
}

/// As [`everybody`], but only until the cameras that have answered are `complete`.
///
/// # Errors
/// As [`everybody`].
pub fn until_complete(
    usb: &dyn UsbHost,
    addresses: &[Ipv4Addr],
    listen: Duration,
    complete: &dyn Fn(&[Camera]) -> bool,
) -> Result<Vec<Camera>> {
    let on_usb = usb.cameras();
    let heard = network::everybody(addresses, listen, &|heard| {
        let all: Vec<_> = on_usb.iter().chain(heard).cloned().collect();
        complete(&listed(all))
    });
    let mut found = usb.cameras();
    match heard {
        Ok(heard) => found.extend(heard),
        Err(error @ Error::Flood(_)) => return Err(error),
        Err(error) if found.is_empty() => return Err(error),
        Err(_) => {}
    }
    Ok(without_those_that_moved(listed(found)))
}

/// Whether an address is in a network of this machine, or on its USB.
pub fn is_here(address: Address) -> bool {
    match address {
        Address::Network(ipv4) => network::is_local(ipv4),
        Address::Usb(_) => true,
    }
}

/// Refuses two cameras in the network that have one name.
///
/// # Errors
/// [`Error::SameMxid`].
pub fn refuse_twins(cameras: &[Camera]) -> Result<()> {
    match twins(cameras) {
        Some([first, second]) => Err(Error::SameMxid {
            mxid: first.1,
            first: first.0.into(),
            second: second.0.into(),
        }),
        None => Ok(()),
    }
}

/// The first two addresses in the network at which there is the same name.
fn twins(cameras: &[Camera]) -> Option<[(Ipv4Addr, Mxid); 2]> {
    let mut names = BTreeMap::new();
    for camera in cameras {
        let (Some(mxid), Some(address)) = (&camera.mxid, camera.address.ipv4()) else {
            continue;
        };
        match names.insert(mxid, address) {
            Some(first) if first != address => {
                return Some([(first, mxid.clone()), (address, mxid.clone())]);
            }
            _ => {}
        }
    }
    None
}

/// A camera that has got another address while it restarted has answered from both. Only those that
/// answer once more are there.
fn without_those_that_moved(mut cameras: Vec<Camera>) -> Vec<Camera> {
    while let Some([first, second]) = twins(&cameras) {
        let both = [first.0, second.0];
        let Ok(there) = network::at(&both, AGAIN) else {
            break;
        };
        if there.len() == both.len() {
            break;
        }
        let gone = |address: Ipv4Addr| !there.iter().any(|camera| camera.is_at(address));
        // The one that answered last may be restarting again.
        let gone = if gone(first.0) { first.0 } else { second.0 };
        cameras.retain(|camera| !camera.is_at(gone));
    }
    cameras
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

/// The cameras by address. One that is in the network and on USB, or at two USB ports while it moves from
/// one to the other, is there once.
fn listed(mut cameras: Vec<Camera>) -> Vec<Camera> {
    cameras.sort_by_key(|camera| camera.address);
    let mut names = BTreeSet::new();
    cameras.retain(|camera| match &camera.mxid {
        None => true,
        Some(mxid) => names.insert(mxid.clone()) || camera.address.ipv4().is_some(),
    });
    cameras
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
    fn a_camera_in_the_network_and_on_usb_is_listed_once() {
        let cameras = [
            camera(Some("A"), "usb:2.1"),
            camera(Some("B"), "127.0.0.4"),
            camera(Some("A"), "usb:1.1"),
            camera(Some("B"), "usb:1.2"),
        ];
        let expected = [cameras[1].clone(), cameras[2].clone()];
        assert_eq!(listed(cameras.to_vec()), expected);
        assert!(refuse_twins(&expected).is_ok());
    }

    #[test]
    fn two_addresses_with_one_name_are_refused_and_both_are_named() {
        let cameras = ["127.0.0.9", "127.0.0.4"].map(|address| camera(Some("A"), address));
        let listed = listed(cameras.to_vec());
        assert_eq!(listed.len(), 2);
        let refused = refuse_twins(&listed).unwrap_err().to_string();
        assert!(refused.contains("127.0.0.4 and at 127.0.0.9"), "{refused}");
    }

    #[test]
    fn a_camera_that_has_moved_is_where_it_answers_now() {
        // Nobody answers at either; the later answer is the one that may still come back.
        let cameras = ["127.7.7.8", "127.7.7.9"].map(|address| camera(Some("A"), address));
        assert_eq!(without_those_that_moved(cameras.to_vec()).len(), 1);
    }

    #[test]
    fn cameras_without_a_name_are_told_apart_by_their_ports() {
        let cameras = vec![camera(None, "usb:1.1"), camera(None, "usb:1.2")];
        assert_eq!(listed(cameras.clone()), cameras);
    }
}
