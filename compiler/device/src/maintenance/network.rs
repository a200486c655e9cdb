//! Addresses as people write them: text in, numbers out, and back. Whether a camera can have them is
//! never decided here.

use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

use oakc_runtime_schema::bootloader::mac_text;

/// An address, with the netmask where it is given: `192.168.1.50` or `192.168.1.50/24`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ipv4Network {
    /// The address.
    pub address: Ipv4Addr,
    /// The netmask.
    pub mask: Option<Ipv4Addr>,
}

/// A MAC address. As text `44:A9:2C:00:00:01`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mac(pub [u8; 6]);

/// A text that is not an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NetworkError {
    /// Something else than an IPv4 address.
    #[error("this is not an IPv4 address")]
    NotAnAddress,
    /// Something else than the length of a netmask.
    #[error("a number from 0 to 32 must follow the slash")]
    NotALength,
    /// Something else than a MAC address.
    #[error("a MAC address is needed, as in 44:A9:2C:00:00:01")]
    NotAMac,
}

impl FromStr for Ipv4Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length)),
            None => (text, None),
        };
        let address = address.parse().map_err(|_| NetworkError::NotAnAddress)?;
        let mask = length.map(mask_of).transpose()?;
        Ok(Self { address, mask })
    }
}

/// The netmask of a length.
fn mask_of(length: &str) -> Result<Ipv4Addr, NetworkError> {
    let length: Option<u32> = length.parse().ok().filter(|length| *length <= 32);
    let length = length.ok_or(NetworkError::NotALength)?;
    let ones = u32::MAX.checked_shl(32 - length).unwrap_or(0);
    Ok(Ipv4Addr::from_bits(ones))
}

impl FromStr for Mac {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let octet = |text: &str| {
            let plain = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
            plain.then(|| u8::from_str_radix(text, 16).ok()).flatten()
        };
        let octets: Option<Vec<u8>> = text.split(':').map(octet).collect();
        let octets = octets.and_then(|octets| octets.try_into().ok());
        octets.map(Self).ok_or(NetworkError::NotAMac)
    }
}

impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&mac_text(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_may_have_the_length_of_its_netmask() {
        let network = |text: &str| text.parse::<Ipv4Network>();
        let address = Ipv4Addr::new(192, 168, 1, 50);
        let with = |mask| Ok(Ipv4Network { address, mask });
        assert_eq!(network("192.168.1.50"), with(None));
        for (length, mask) in [
            (0, [0, 0, 0, 0]),
            (24, [255, 255, 255, 0]),
            (32, [255, 255, 255, 255]),
        ] {
            let text = format!("192.168.1.50/{length}");
            assert_eq!(network(&text), with(Some(mask.into())), "{text}");
        }
        for text in ["192.168.1.50/33", "192.168.1.50/", "192.168.1.50/-1"] {
            assert_eq!(network(text), Err(NetworkError::NotALength), "{text}");
        }
        assert_eq!(network("192.168.1/24"), Err(NetworkError::NotAnAddress));
    }

    #[test]
    fn a_mac_address_reads_as_it_is_written() {
        let mac = Mac([0x44, 0xA9, 0x2C, 0, 0, 1]);
        assert_eq!("44:a9:2c:00:00:01".parse(), Ok(mac));
        assert_eq!(mac.to_string(), "44:A9:2C:00:00:01");
        for text in [
            "",
            "44:A9:2C:00:00",
            "44-A9-2C-00-00-01",
            "+4:A9:2C:00:00:01",
        ] {
            assert_eq!(text.parse::<Mac>(), Err(NetworkError::NotAMac), "{text}");
        }
    }
}
