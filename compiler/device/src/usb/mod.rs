//! Cameras on USB: which are plugged in, and how one is opened or taken into its bootloader.
//!
//! A camera shows what it is doing by its product number, and its MXID as its serial number. It is
//! another device after each restart, and may then be at another port: USB 2 and USB 3 of one
//! socket are two.
//!
//! [`UsbHost`] is what the rest needs of a machine's USB. [`SystemUsb`] is that of this machine;
//! tests bring their own.

mod rom;
mod system;

use std::fmt;
use std::io;

use crate::address::UsbPath;
use crate::discovery::Camera;
use crate::transport::Pipes;
use crate::xlink::datagram::DeviceState;

pub(crate) use rom::boot;
pub use system::SystemUsb;

/// The USB of a machine.
pub trait UsbHost: fmt::Debug + Send + Sync {
    /// The cameras that are plugged in; none where the machine has no USB.
    fn cameras(&self) -> Vec<Camera>;

    /// Opens a camera for itself.
    ///
    /// # Errors
    /// Where there is none, another program has it, or the user may not
    /// ([`io::ErrorKind::PermissionDenied`]).
    fn open(&self, path: UsbPath) -> io::Result<Pipes>;

    /// Tells a camera that runs its application to restart into its bootloader.
    ///
    /// # Errors
    /// As [`UsbHost::open`], or where the camera does not take the request.
    fn call_bootloader(&self, path: UsbPath) -> io::Result<()>;
}

/// The vendor number of all cameras: that of the chip's maker.
const VENDOR: u16 = 0x03E7;

/// What a device is doing if it is a camera, by its vendor and product numbers (XLink,
/// `usb_host.cpp`).
fn state(vendor: u16, product: u16) -> Option<DeviceState> {
    match (vendor, product) {
        (VENDOR, 0x2485) => Some(DeviceState::Unbooted),
        (VENDOR, 0xF63B) => Some(DeviceState::Booted),
        (VENDOR, 0xF63C) => Some(DeviceState::Bootloader),
        (VENDOR, 0xF63D) => Some(DeviceState::FlashBooted),
        _ => None,
    }
}

/// What is known of a device from its descriptors; `None` where it is not a camera.
fn camera(vendor: u16, product: u16, serial: Option<&str>, path: UsbPath) -> Option<Camera> {
    let state = state(vendor, product)?;
    // The chip's ROM has a serial number that is the same for all.
    let serial = serial.filter(|_| state != DeviceState::Unbooted);
    Some(Camera {
        mxid: serial.and_then(|serial| serial.parse().ok()),
        address: path.into(),
        state,
        supported: true,
    })
}

/// The camera that came into its bootloader when the nameless one at `path` was started, from who
/// was there before and who is now. It may be at another port. `None` as long as it cannot be told
/// for certain.
pub(crate) fn started<'a>(
    path: UsbPath,
    before: &[Camera],
    now: &'a [Camera],
) -> Option<&'a Camera> {
    let waits = |camera: &Camera| camera.is_at(path) && camera.state == DeviceState::Unbooted;
    if now.iter().any(waits) {
        return None;
    }
    let is_known = |camera: &Camera| before.iter().any(|known| known.mxid == camera.mxid);
    let is_new = |camera: &&Camera| {
        camera.state == DeviceState::Bootloader && camera.mxid.is_some() && !is_known(camera)
    };
    let mut new = now.iter().filter(is_new);
    let first = new.next();
    first.filter(|_| new.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(vendor: u16, product: u16, serial: &str) -> Option<(DeviceState, Option<String>)> {
        let path = UsbPath::new(1, &[2]).unwrap();
        let camera = camera(vendor, product, Some(serial), path)?;
        Some((camera.state, camera.mxid.map(|mxid| mxid.to_string())))
    }

    #[test]
    fn a_camera_is_known_by_its_numbers_and_named_by_its_serial_number() {
        let name = "18443010D1B2C30F00";
        for (product, state) in [
            (0xF63B, DeviceState::Booted),
            (0xF63C, DeviceState::Bootloader),
            (0xF63D, DeviceState::FlashBooted),
        ] {
            let expected = Some((state, Some(name.to_owned())));
            assert_eq!(seen(0x03E7, product, name), expected);
        }
        assert_eq!(seen(0x03E7, 0xF63E, name), None);
        assert_eq!(seen(0x1D6B, 0xF63C, name), None);
    }

    #[test]
    fn one_that_waits_for_its_host_has_no_name_yet() {
        let expected = Some((DeviceState::Unbooted, None));
        assert_eq!(seen(0x03E7, 0x2485, "03e72485"), expected);
    }

    #[test]
    fn a_serial_number_that_is_not_an_mxid_is_ignored() {
        let unnamed = Some((DeviceState::Bootloader, None));
        assert_eq!(seen(0x03E7, 0xF63C, ""), unnamed);
        assert_eq!(seen(0x03E7, 0xF63C, "two words"), unnamed);
    }

    #[test]
    fn a_camera_that_was_started_is_told_from_the_others_or_not_at_all() {
        let camera = |product, serial, port| {
            let path = UsbPath::new(1, &[port]).unwrap();
            camera(VENDOR, product, Some(serial), path).unwrap()
        };
        let path = UsbPath::new(1, &[2]).unwrap();
        let waiting = camera(0x2485, "", 2);
        let other = camera(0xF63D, "OTHER", 3);
        let before = [waiting.clone(), other.clone(), camera(0x2485, "", 4)];
        let this = camera(0xF63C, "THIS", 9);
        let found = |now: &[Camera]| started(path, &before, now).cloned();
        assert_eq!(found(&[other.clone(), this.clone()]), Some(this.clone()));
        // It is still there, so the one that came is another.
        assert_eq!(found(&[waiting, this.clone()]), None);
        // One that had a name before has only restarted.
        assert_eq!(found(&[camera(0xF63C, "OTHER", 5)]), None);
        assert_eq!(found(&[this, camera(0xF63C, "THAT", 8)]), None);
        assert_eq!(found(&[camera(0xF63B, "THIS", 9)]), None);
    }
}
