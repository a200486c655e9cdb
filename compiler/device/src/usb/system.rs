//! The USB of this machine, through nusb. As thin as can be: nothing here is tried without a camera.

use std::io;
use std::time::Duration;

use nusb::transfer::{Bulk, ControlOut, ControlType, In, Out, Recipient};
use nusb::{Device, DeviceInfo, MaybeFuture, list_devices};

use super::{UsbHost, camera};
use crate::address::UsbPath;
use crate::discovery::Camera;
use crate::transport::Pipes;

/// The configuration and the interface that cameras have, and the endpoints of the latter.
const CONFIGURATION: u8 = 1;
const INTERFACE: u8 = 0;
const FROM_CAMERA: u8 = 0x81;
const TO_CAMERA: u8 = 0x01;

/// How long a camera may take for a request.
const REQUEST: Duration = Duration::from_secs(1);

/// The USB of this machine.
///
/// nusb keeps one thread for the events of all devices, from the first that is opened on until the
/// process ends.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemUsb;

impl UsbHost for SystemUsb {
    fn cameras(&self) -> Vec<Camera> {
        let devices = devices();
        let camera = |(path, device): (UsbPath, DeviceInfo)| {
            let serial = device.serial_number();
            camera(device.vendor_id(), device.product_id(), serial, path)
        };
        devices.filter_map(camera).collect()
    }

    fn open(&self, path: UsbPath) -> io::Result<Pipes> {
        let device = open(path)?;
        let active = device.active_configuration();
        if !active.is_ok_and(|active| active.configuration_value() == CONFIGURATION) {
            device.set_configuration(CONFIGURATION).wait()?;
        }
        let interface = device.detach_and_claim_interface(INTERFACE).wait()?;
        // It is an error if these are not bulk endpoints.
        Ok(Pipes {
            input: Box::new(interface.endpoint::<Bulk, In>(FROM_CAMERA)?),
            output: Box::new(interface.endpoint::<Bulk, Out>(TO_CAMERA)?),
        })
    }

    fn call_bootloader(&self, path: UsbPath) -> io::Result<()> {
        let device = open(path)?;
        // Windows lets nobody ask a device without an interface.
        #[cfg(windows)]
        let device = device.claim_interface(INTERFACE).wait()?;
        let request = ControlOut {
            control_type: ControlType::Standard,
            recipient: Recipient::Device,
            request: 0xF5,
            value: 0x0DA1,
            index: 0,
            data: &[],
        };
        Ok(device.control_out(request, REQUEST).wait()?)
    }
}

/// All devices of this machine. A machine without USB has none.
fn devices() -> impl Iterator<Item = (UsbPath, DeviceInfo)> {
    let devices = list_devices().wait().into_iter().flatten();
    devices.filter_map(|device| Some((path(&device)?, device)))
}

fn open(wanted: UsbPath) -> io::Result<Device> {
    let device = devices().find(|(path, _)| *path == wanted);
    let (_, device) = device.ok_or(io::ErrorKind::NotFound)?;
    Ok(device.open().wait()?)
}

fn path(device: &DeviceInfo) -> Option<UsbPath> {
    UsbPath::new(bus(device)?, device.port_chain())
}

/// The number that the host library knows a bus by.
#[cfg(target_os = "linux")]
fn bus(device: &DeviceInfo) -> Option<u8> {
    device.bus_id().parse().ok()
}

#[cfg(target_os = "macos")]
fn bus(device: &DeviceInfo) -> Option<u8> {
    u8::from_str_radix(device.bus_id(), 16).ok()
}

/// Here buses have names only, and are counted.
#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn bus(device: &DeviceInfo) -> Option<u8> {
    let mut buses = nusb::list_buses().wait().ok()?;
    let before = buses.position(|bus| bus.bus_id() == device.bus_id())?;
    u8::try_from(before).ok()?.checked_add(1)
}
