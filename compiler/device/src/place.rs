//! Where a camera is: an address of the network or a port of USB, from text and back.

use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

/// What a port of USB begins with, so that nobody takes it for an address or an MXID.
const USB: &str = "usb:";
/// Hubs in a row, and the last port: what USB allows, as the host library has it.
const MOST_PORTS: usize = 7;

/// Where a camera is. As text `192.168.1.50`, or `usb:1.2.3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// In the network.
    Network(Ipv4Addr),
    /// On USB.
    Usb(UsbPath),
}

/// A port of USB: the number of a bus, and of the port at each hub on the way. As text `1.2.3`, as
/// the host library writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UsbPath {
    bus: u8,
    /// Ports have numbers from 1 on; 0 stands behind the last.
    ports: [u8; MOST_PORTS],
}

/// A text is no place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is no place of a camera: an IPv4 address (192.168.1.50) or a USB path (usb:1.2.3, bus \
     and ports) is"
)]
pub struct PlaceError {
    text: String,
}

impl Place {
    /// Whether a text means a place, rightly written or not. No factory gives a camera's chip a name
    /// with a dot.
    pub(crate) fn is_meant(text: &str) -> bool {
        text.starts_with(USB) || text.contains('.')
    }

    /// The address, of a camera in the network.
    pub fn address(self) -> Option<Ipv4Addr> {
        match self {
            Self::Network(address) => Some(address),
            Self::Usb(_) => None,
        }
    }

    /// The port, of a camera on USB.
    pub fn usb_path(self) -> Option<UsbPath> {
        match self {
            Self::Network(_) => None,
            Self::Usb(path) => Some(path),
        }
    }
}

impl From<Ipv4Addr> for Place {
    fn from(address: Ipv4Addr) -> Self {
        Self::Network(address)
    }
}

impl From<UsbPath> for Place {
    fn from(path: UsbPath) -> Self {
        Self::Usb(path)
    }
}

impl FromStr for Place {
    type Err = PlaceError;

    fn from_str(text: &str) -> Result<Self, PlaceError> {
        let place = match text.strip_prefix(USB) {
            Some(path) => UsbPath::parse(path).map(Self::Usb),
            None => text.parse().ok().map(Self::Network),
        };
        place.ok_or_else(|| PlaceError {
            text: text.escape_debug().to_string(),
        })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network(address) => f.pad(&address.to_string()),
            Self::Usb(path) => f.pad(&format!("{USB}{path}")),
        }
    }
}

impl UsbPath {
    /// A path from its numbers; `None` where USB has no such one.
    pub fn new(bus: u8, ports: &[u8]) -> Option<Self> {
        if ports.is_empty() || ports.contains(&0) {
            return None;
        }
        let mut path = Self {
            bus,
            ports: [0; MOST_PORTS],
        };
        path.ports.get_mut(..ports.len())?.copy_from_slice(ports);
        Some(path)
    }

    fn parse(text: &str) -> Option<Self> {
        let numbers: Option<Vec<u8>> = text.split('.').map(|part| part.parse().ok()).collect();
        let numbers = numbers?;
        let (bus, ports) = numbers.split_first()?;
        Self::new(*bus, ports)
    }
}

impl fmt::Display for UsbPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.bus.fmt(f)?;
        let mut ports = self.ports.iter().take_while(|port| **port != 0);
        ports.try_for_each(|port| write!(f, ".{port}"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_port_of_usb_is_never_taken_for_an_address() {
        let usb: Place = "usb:1.2.3.4".parse().unwrap();
        assert_eq!(usb, UsbPath::new(1, &[2, 3, 4]).unwrap().into());
        let network: Place = "1.2.3.4".parse().unwrap();
        assert_eq!(network, Ipv4Addr::new(1, 2, 3, 4).into());
        for text in ["usb:1.2.3.4", "1.2.3.4", "usb:20.1", "usb:1.1.2.3.4.5.6.7"] {
            assert_eq!(text.parse::<Place>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_usb_has_not_is_no_place() {
        for text in [
            "",
            "usb:",
            "usb:1",
            "usb:1.",
            "usb:1.0",
            "usb:1.256",
            "usb:1.-2",
            "usb:1.2.3.4.5.6.7.8.9",
            "usb:1.2 ",
            "USB:1.2",
            "1.2.3",
            "1-2.3",
        ] {
            assert!(text.parse::<Place>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_place_is_read_as_it_is_written(
            address: [u8; 4],
            bus: u8,
            ports in prop::collection::vec(1..=u8::MAX, 1..=MOST_PORTS),
        ) {
            let path = UsbPath::new(bus, &ports).unwrap();
            for place in [Place::Usb(path), Place::Network(address.into())] {
                prop_assert_eq!(place.to_string().parse(), Ok(place));
            }
        }

        #[test]
        fn any_text_is_a_place_or_none(text in "(usb:)?[0-9.]{0,20}|.*") {
            if let Ok(place) = text.parse::<Place>() {
                prop_assert!(Place::is_meant(&text));
                prop_assert_eq!(text.starts_with(USB), place.usb_path().is_some());
            }
        }
    }
}
