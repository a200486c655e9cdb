//! What oakc knows of the products: sockets and sensors, network, memory, motion sensors.
//!
//! [`CAMERAS`] is the one list of them, [`sensors`] that of the image sensors. What is not in them
//! is unknown, and nothing follows from it. Where the units of a product differ, all variants are
//! listed, and only what holds for all of them is certain.

mod boards;
pub mod outcome;
mod products;
pub mod sensors;

use oakc_runtime_schema::bootloader::BootloaderType;
use oakc_runtime_schema::camera::CameraBoardSocket;

use crate::flash::FlashSize;
pub use boards::of_calibration;
pub use outcome::Outcome;
pub use products::CAMERAS;
use sensors::SENSORS;
pub use sensors::Sensor;

/// A product.
#[derive(Clone, Copy, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "products have any combination of these"
)]
pub struct Camera {
    /// Its name in the shop, e.g. `OAK-D-POE`, without the kind of focus.
    pub name: &'static str,
    /// Its image sensors.
    pub sockets: &'static [Socket],
    /// Whether it has Ethernet.
    pub ethernet: bool,
    /// Whether it can hang on a USB host.
    pub usb: bool,
    /// Whether a microcontroller is wired to it over SPI, or can be.
    pub spi: bool,
    /// Motion sensors that its units have; more than one where units differ.
    pub imu: &'static [Imu],
    /// The memory that an application can be stored in.
    pub flash: Flash,
    /// Whether its units can have an eMMC.
    pub emmc: bool,
}

/// A connector for an image sensor.
#[derive(Clone, Copy, Debug)]
pub struct Socket {
    /// Which one.
    pub socket: CameraBoardSocket,
    /// The name that the board gives the camera there.
    pub name: &'static str,
    /// What its units have there; more than one where units differ, none where anything can be
    /// plugged in.
    pub sensors: &'static [&'static Sensor],
}

/// A motion sensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Imu {
    /// There is none.
    Absent,
    /// Nine axes; computes orientation by itself.
    Bno086,
    /// Six axes; acceleration and angular rate, raw.
    Bmi270,
}

/// Where an application can be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flash {
    /// Nowhere: it has no flash, or 2 MiB that hold a boot header only.
    None,
    /// In NOR flash of one of these sizes; none are listed where nobody has said.
    Nor(&'static [FlashSize]),
}

impl Socket {
    /// The sensors that may be there.
    pub fn candidates(&self) -> &'static [&'static Sensor] {
        if self.sensors.is_empty() {
            SENSORS
        } else {
            self.sensors
        }
    }
}

impl Camera {
    /// The type of bootloader that keeps and starts its application.
    pub fn bootloader(&self) -> BootloaderType {
        if self.ethernet {
            BootloaderType::Network
        } else {
            BootloaderType::Usb
        }
    }

    /// What is known of a connector; none if the product does not have it.
    pub fn socket(&self, socket: CameraBoardSocket) -> Option<&'static Socket> {
        self.sockets.iter().find(|known| known.socket == socket)
    }

    /// The connector that a camera node gets. Where the node leaves it to the device, the only
    /// sensor of its kind decides.
    pub fn place(
        &self,
        socket: CameraBoardSocket,
        name: &str,
        suits: impl Fn(&Sensor) -> bool,
    ) -> Option<&'static Socket> {
        if !name.is_empty() {
            return self.named(name);
        }
        if socket != CameraBoardSocket::AUTO {
            return self.socket(socket);
        }
        let may_suit = |socket: &&Socket| socket.candidates().iter().any(|sensor| suits(sensor));
        let mut suitable = self.sockets.iter().filter(may_suit);
        suitable.next().filter(|_| suitable.next().is_none())
    }

    /// The connector whose camera the board calls so.
    pub fn named(&self, name: &str) -> Option<&'static Socket> {
        self.sockets.iter().find(|known| known.name == name)
    }
}

/// The product with this name, however it is written: `OAK-D-PoE`, `oak d poe`, `OAK-D-POE-AF`,
/// `OAK-D-W-PRO-POE`. Focus and custom lenses make no difference here.
pub fn find(name: &str) -> Option<&'static Camera> {
    let wanted = words(name);
    CAMERAS.iter().find(|camera| words(camera.name) == wanted)
}

/// The parts of a name, in an order of their own.
fn words(name: &str) -> Vec<String> {
    let parts = name.split(|c: char| !c.is_alphanumeric());
    let parts = parts.filter(|part| !part.is_empty());
    let mut words: Vec<_> = parts.map(str::to_ascii_lowercase).collect();
    words.retain(|word| !matches!(word.as_str(), "af" | "ff"));
    words.sort();
    words
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_product_is_found_however_it_is_written() {
        for name in [
            "OAK-D-PRO-W-POE",
            "oak-d pro w PoE",
            "OAK-D-W-Pro-PoE",
            "OAK-D-PRO-W-POE-FF",
        ] {
            let camera = find(name).unwrap_or_else(|| panic!("{name}"));
            assert_eq!(camera.name, "OAK-D-PRO-W-POE");
        }
        assert!(find("OAK-D-POLE").is_none());
        assert!(find("").is_none());
    }

    #[test]
    fn no_two_products_answer_to_one_name() {
        let names: BTreeSet<_> = CAMERAS.iter().map(|camera| words(camera.name)).collect();
        assert_eq!(names.len(), CAMERAS.len());
    }

    #[test]
    fn no_product_has_two_cameras_on_one_socket() {
        for camera in CAMERAS {
            let sockets: BTreeSet<_> = camera.sockets.iter().map(|s| s.socket).collect();
            assert_eq!(sockets.len(), camera.sockets.len(), "{}", camera.name);
            assert!(!camera.imu.is_empty(), "{}", camera.name);
        }
    }

    #[test]
    fn the_camera_on_a_socket_has_a_name() {
        let camera = find("OAK-D-POE").unwrap();
        let left = camera.named("left").unwrap();
        assert_eq!(left.socket, CameraBoardSocket::CAM_B);
        assert!(camera.socket(CameraBoardSocket::CAM_D).is_none());
    }
}
