//! Where a camera is: text in, an IP address or a USB port out, and back. Nothing is looked up.

use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

/// What the text of a USB port begins with, so that nobody takes it for an IP address or an MXID.
const USB: &str = "usb:";
/// Ports on the way to a device: what USB allows, as the host library has it.
const MOST_PORTS: usize = 7;

/// The address of a camera. As text `192.168.1.50`, or `usb:1.2.3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Address {
    /// In the network.
    Network(Ipv4Addr),
    /// On USB.
    Usb(UsbPath),
}

/// A USB port: the number of the bus, and of the port at each hub on the way. As text `1.2.3`, as the
/// host library writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UsbPath {
    bus: u8,
    /// Ports are numbered from 1; 0 follows the last.
    ports: [u8; MOST_PORTS],
}

/// A text that is not the address of a camera.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is not the address of a camera: an IPv4 address (192.168.1.50) or a USB path \
     (usb:1.2.3, bus and ports) is needed"
)]
pub struct AddressError {
    text: String,
}

impl Address {
    /// Whether a text is meant as an address, correct or not. No factory gives a camera's chip an MXID
    /// with a dot.
    pub(crate) fn is_meant(text: &str) -> bool {
        text.starts_with(USB) || text.contains('.')
    }

    /// The IP address of a camera in the network.
    pub fn ipv4(self) -> Option<Ipv4Addr> {
        match self {
            Self::Network(address) => Some(address),
            Self::Usb(_) => None,
        }
    }

    /// The port of a camera on USB.
    pub fn usb_path(self) -> Option<UsbPath> {
        match self {
            Self::Network(_) => None,
            Self::Usb(path) => Some(path),
        }
    }
}

impl From<Ipv4Addr> for Address {
    fn from(address: Ipv4Addr) -> Self {
        Self::Network(address)
    }
}

impl From<UsbPath> for Address {
    fn from(path: UsbPath) -> Self {
        Self::Usb(path)
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let address = match text.strip_prefix(USB) {
            Some(path) => UsbPath::parse(path).map(Self::Usb),
            None => text.parse().ok().map(Self::Network),
        };
        address.ok_or_else(|| AddressError {
            text: text.escape_debug().to_string(),
        })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network(address) => f.pad(&address.to_string()),
            Self::Usb(path) => f.pad(&format!("{USB}{path}")),
        }
    }
}

impl UsbPath {
    /// A path from its numbers; `None` where USB does not allow it.
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
    fn a_usb_port_is_never_taken_for_an_ip_address() {
        let usb: Address = "usb:1.2.3.4".parse().unwrap();
        assert_eq!(usb, UsbPath::new(1, &[2, 3, 4]).unwrap().into());
        let network: Address = "1.2.3.4".parse().unwrap();
        assert_eq!(network, Ipv4Addr::new(1, 2, 3, 4).into());
        for text in ["usb:1.2.3.4", "1.2.3.4", "usb:20.1", "usb:1.1.2.3.4.5.6.7"] {
            assert_eq!(text.parse::<Address>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_usb_does_not_allow_is_not_an_address() {
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
            assert!(text.parse::<Address>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_address_is_read_as_it_is_written(
            ipv4: [u8; 4],
            bus: u8,
            ports in prop::collection::vec(1..=u8::MAX, 1..=MOST_PORTS),
        ) {
            let path = UsbPath::new(bus, &ports).unwrap();
            for address in [Address::Usb(path), Address::Network(ipv4.into())] {
                prop_assert_eq!(address.to_string().parse(), Ok(address));
            }
        }

        #[test]
        fn any_text_is_an_address_or_refused(text in "(usb:)?[0-9.]{0,20}|.*") {
            if let Ok(address) = text.parse::<Address>() {
                prop_assert!(Address::is_meant(&text));
                prop_assert_eq!(text.starts_with(USB), address.usb_path().is_some());
            }
        }
    }
}
