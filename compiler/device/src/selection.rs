//! Which cameras are meant: addresses and MXIDs in, cameras out, in the same order.
//!
//! Cameras are only looked for: none is ever restarted or connected to.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use crate::address::Address;
use crate::discovery::{self, Camera, LISTEN};
use crate::error::Error;
use crate::locator::Locator;
use crate::reach::Target;
use crate::usb::UsbHost;
use crate::xlink::Mxid;
use crate::xlink::datagram::DeviceState;

/// A camera that was chosen.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// What to call it.
    pub name: String,
    /// Where it is.
    pub target: Result<Target, UnknownMxid>,
    /// What it said of itself, if it answered.
    pub seen: Option<Camera>,
}

/// A camera that was named by its MXID and does not answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "no camera answers to the MXID {0}; a camera in another network can be found only by its IP address"
)]
pub struct UnknownMxid(pub Mxid);

/// Why no camera was chosen.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SelectionError {
    /// There is none.
    #[error("no camera was found; is it powered and in this network, or on USB?")]
    Nobody,
    /// There are several, and none was named.
    #[error("{} cameras were found, and none was chosen{}", .0.len(), list(.0))]
    Several(Vec<Camera>),
    /// Not as many as were expected.
    #[error(
        "{} cameras answer, but {expected} were expected; nothing was done{}{}",
        .found.len(),
        list(.found),
        list_missing(.missing)
    )]
    Count {
        /// How many should have answered.
        expected: usize,
        /// Those that did.
        found: Vec<Camera>,
        /// Those that did not, as far as their names are known.
        missing: Vec<Target>,
    },
    /// A camera was named in two ways: it would be written to twice at the same time.
    #[error("{first} and {second} are the same camera, {mxid}: name it once")]
    NamedTwice {
        /// What it was called first.
        first: String,
        /// What it was called then.
        second: String,
        /// Its MXID.
        mxid: Mxid,
    },
    /// This camera does not answer.
    #[error(transparent)]
    Unknown(#[from] UnknownMxid),
    /// Cameras could not be looked for.
    #[error(transparent)]
    Device(#[from] Error),
}

fn list(cameras: &[Camera]) -> String {
    let mut text = String::new();
    for camera in cameras {
        let (address, name, state) = (camera.address, camera.name(), camera.state);
        let _ = write!(text, "\n  {address:<15} {name}  {state}");
    }
    text
}

fn list_missing(targets: &[Target]) -> String {
    let mut text = String::new();
    for target in targets {
        let name = target.mxid.as_ref().map_or("-", Mxid::as_str);
        let _ = write!(text, "\n  {:<15} {name}  does not answer", target.address);
    }
    text
}

/// All cameras that packages fit. Listens for `wait`, as cameras may be restarting, or until there are
/// `enough`; the addresses in `also` are asked besides.
///
/// # Errors
/// Where cameras cannot be looked for, or two have one name.
pub fn everybody(
    usb: &dyn UsbHost,
    also: &[Ipv4Addr],
    wait: Duration,
    enough: &dyn Fn(&[Camera]) -> bool,
) -> Result<Vec<Camera>, SelectionError> {
    let begun = Instant::now();
    // Whoever is there has had time to answer.
    let enough = |found: &[Camera]| begun.elapsed() >= LISTEN && enough(found);
    let mut found = discovery::until_complete(usb, also, wait.max(LISTEN), &enough)?;
    found.retain(|camera| camera.supported);
    discovery::refuse_twins(&found)?;
    Ok(found)
}

/// The cameras that were named, by address or MXID, in this order. One that has not answered within
/// `wait` is among them.
///
/// # Errors
/// Where cameras cannot be looked for, or two have one name.
pub fn named(
    usb: &dyn UsbHost,
    locators: &[Locator],
    wait: Duration,
) -> Result<Vec<Chosen>, SelectionError> {
    let address = |locator: &Locator| match locator {
        Locator::Address(address) => Some(*address),
        Locator::Mxid(_) => None,
    };
    let addresses: Vec<Address> = locators.iter().filter_map(address).collect();
    let mut seen = discovery::at(usb, &addresses, wait)?;
    if addresses.len() < locators.len() {
        let answered = |locator: &Locator, found: &[Camera]| match locator {
            Locator::Address(_) => true,
            Locator::Mxid(mxid) => found.iter().any(|it| it.mxid.as_ref() == Some(mxid)),
        };
        let enough = |found: &[Camera]| locators.iter().all(|locator| answered(locator, found));
        seen.extend(everybody(usb, &[], wait, &enough)?);
    }
    discovery::refuse_twins(&seen)?;
    let chosen = locators.iter().map(|locator| chosen(locator, &seen));
    Ok(chosen.collect())
}

/// The one camera that a command is for: the named one, or else the only one there is.
///
/// # Errors
/// Where cameras cannot be looked for, or there is not exactly one.
pub fn only(
    usb: &dyn UsbHost,
    locator: Option<&Locator>,
    wait: Duration,
) -> Result<Chosen, SelectionError> {
    let Some(locator) = locator else {
        return unique(usb, wait);
    };
    let named = named(usb, std::slice::from_ref(locator), wait)?;
    named.into_iter().next().ok_or(SelectionError::Nobody)
}

/// The only camera there is. Listens for the whole `wait`: another may be restarting, and be the one that
/// is meant. Only a second one ends it early.
///
/// # Errors
/// Where cameras cannot be looked for, or there is not exactly one.
pub fn unique(usb: &dyn UsbHost, wait: Duration) -> Result<Chosen, SelectionError> {
    let several = |found: &[Camera]| found.iter().filter(|camera| camera.supported).count() > 1;
    let found = everybody(usb, &[], wait, &several)?;
    match &found[..] {
        [] => Err(SelectionError::Nobody),
        [camera] => Ok(Chosen::from(camera)),
        _ => Err(SelectionError::Several(found)),
    }
}

/// Refuses a camera that was named in two ways.
///
/// # Errors
/// [`SelectionError::NamedTwice`].
pub fn refuse_duplicates(cameras: &[Chosen]) -> Result<(), SelectionError> {
    let mut names = BTreeMap::new();
    for camera in cameras {
        let mxid = camera.target.as_ref().ok().and_then(|it| it.mxid.as_ref());
        let Some(mxid) = mxid else { continue };
        if let Some(first) = names.insert(mxid, &camera.name) {
            return Err(SelectionError::NamedTwice {
                first: first.clone(),
                second: camera.name.clone(),
                mxid: mxid.clone(),
            });
        }
    }
    Ok(())
}

fn chosen(locator: &Locator, seen: &[Camera]) -> Chosen {
    let is_meant = |camera: &&Camera| match locator {
        Locator::Address(address) => camera.is_at(*address),
        Locator::Mxid(mxid) => camera.mxid.as_ref() == Some(mxid),
    };
    let seen = seen.iter().find(is_meant).cloned();
    let target = match (&seen, locator) {
        (Some(camera), _) => Ok(Target::from(camera)),
        (None, Locator::Address(address)) => Ok(Target {
            address: *address,
            mxid: None,
        }),
        (None, Locator::Mxid(mxid)) => Err(UnknownMxid(mxid.clone())),
    };
    Chosen {
        name: locator.to_string(),
        target,
        seen,
    }
}

impl Chosen {
    /// Whether it said that it runs an application.
    pub fn is_running(&self) -> bool {
        let seen = self.seen.as_ref();
        seen.is_some_and(|camera| camera.state == DeviceState::FlashBooted)
    }
}

impl From<&Camera> for Chosen {
    /// A camera that was found.
    fn from(camera: &Camera) -> Self {
        Self {
            name: camera.address.to_string(),
            target: Ok(Target::from(camera)),
            seen: Some(camera.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "18443010D1B2C30F0A";
    const B: &str = "18443010D1B2C30F0B";
    const C: &str = "18443010D1B2C30F0C";

    fn camera(name: &str, address: &str) -> Camera {
        Camera {
            mxid: Some(name.parse().unwrap()),
            address: address.parse().unwrap(),
            state: DeviceState::Bootloader,
            supported: true,
        }
    }

    #[test]
    fn cameras_keep_the_order_in_which_they_were_named_and_one_that_is_not_there_its_place() {
        let seen = [camera(A, "127.0.0.2"), camera(B, "127.0.0.3")];
        let named = ["127.0.0.3", C, A, "127.0.0.9"];
        let chosen = named.map(|name| chosen(&name.parse().unwrap(), &seen));
        let called = chosen.each_ref().map(|chosen| chosen.name.as_str());
        assert_eq!(called, named);
        let seen = chosen.each_ref().map(|chosen| chosen.seen.is_some());
        assert_eq!(seen, [true, false, true, false]);
        let unknown = UnknownMxid(C.parse().unwrap());
        assert_eq!(chosen[1].target, Err(unknown));
        assert!(chosen[3].target.is_ok());
    }

    #[test]
    fn a_camera_that_was_named_in_two_ways_is_refused() {
        let seen = [camera(A, "127.0.0.2"), camera(B, "127.0.0.3")];
        let both = |names: [&str; 2]| {
            let chosen = names.map(|name| chosen(&name.parse().unwrap(), &seen));
            refuse_duplicates(&chosen)
        };
        assert!(both([A, "127.0.0.3"]).is_ok());
        let error = both([A, "127.0.0.2"]).unwrap_err();
        assert!(matches!(error, SelectionError::NamedTwice { .. }));
    }

    #[test]
    fn several_cameras_are_listed() {
        let error = SelectionError::Several(vec![camera("A", "127.0.0.2"), camera("B", "usb:1.2")]);
        let expected = "2 cameras were found, and none was chosen\n  127.0.0.2       A  bootloader\n  \
                        usb:1.2         B  bootloader";
        assert_eq!(error.to_string(), expected);
    }
}
