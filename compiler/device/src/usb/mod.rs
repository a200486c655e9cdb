//! Cameras on USB: which are plugged in, and how one is opened or taken into its bootloader.
//!
//! A camera shows what it is doing by its product number, and its MXID as its serial number. It is
//! another device after each restart, and may then be at another port: USB 2 and USB 3 of one
//! socket are two.
//!
//! [`UsbHost`] is what the rest needs of a machine's USB. [`SystemUsb`] is that of this machine;
//! tests bring their own.

mod system;

use std::fmt;
use std::io;

use crate::discovery::Camera;
use crate::place::UsbPath;
use crate::transport::Pipes;
use crate::xlink::datagram::DeviceState;

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

/// What is known of a device from its descriptors; `None` where it is no camera.
fn camera(vendor: u16, product: u16, serial: Option<&str>, path: UsbPath) -> Option<Camera> {
    let state = state(vendor, product)?;
    // The chip's ROM has a serial number that is the same for all.
    let serial = serial.filter(|_| state != DeviceState::Unbooted);
    Some(Camera {
        mxid: serial.and_then(|serial| serial.parse().ok()),
        place: path.into(),
        state,
        supported: true,
    })
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
    fn a_serial_number_that_is_no_name_is_none() {
        let unnamed = Some((DeviceState::Bootloader, None));
        assert_eq!(seen(0x03E7, 0xF63C, ""), unnamed);
        assert_eq!(seen(0x03E7, 0xF63C, "two words"), unnamed);
    }
}
