//! Settings of the bootloader: what is to change in, a configuration with only that changed out,
//! or why it would make the camera unreachable. Nothing is sent to a camera here.

use std::net::Ipv4Addr;

use oakc_runtime_schema::bootloader::{Config, Ipv4Setting, Version};

use super::Mac;

/// What is to change. What is `None` stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Settings {
    /// The camera's address.
    pub ipv4: Option<Ipv4Addr>,
    /// Its netmask.
    pub mask: Option<Ipv4Addr>,
    /// The gateway to other networks; 0.0.0.0 for none.
    pub gateway: Option<Ipv4Addr>,
    /// Whether the address is fixed, or only what the camera takes without DHCP.
    pub fixed: Option<bool>,
    /// The name server; 0.0.0.0 for none.
    pub dns: Option<Ipv4Addr>,
    /// The second name server; 0.0.0.0 for none.
    pub alternative_dns: Option<Ipv4Addr>,
    /// The MAC address; all zeros for the camera's own.
    pub mac: Option<Mac>,
    /// Milliseconds that the bootloader waits for a host on the network; forever if negative.
    pub network_timeout_ms: Option<i32>,
    /// The same on USB.
    pub usb_timeout_ms: Option<i32>,
}

/// Why settings would make a camera unreachable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// There is nothing to set.
    #[error("there is nothing to set")]
    Nothing,
    /// The bootloader ignores addresses.
    #[error(
        "bootloader {0} ignores addresses in its configuration: that needs {needed} or newer",
        needed = Version::TAKES_ADDRESSES
    )]
    TooOld(Version),
    /// A static address, but no address.
    #[error("the address is to be static, but none is set")]
    NoAddress,
    /// An address without its netmask.
    #[error("address {0} needs a netmask")]
    NoMask(Ipv4Addr),
    /// A mask with holes, or one that leaves no room.
    #[error("{0} is not a valid netmask: it must be ones followed by zeros, from /1 to /30")]
    BadMask(Ipv4Addr),
    /// An address that no host can have.
    #[error("{0} cannot be the address of a camera: {1}")]
    BadAddress(Ipv4Addr, &'static str),
    /// A gateway that is the camera itself.
    #[error(
        "gateway {0} is the camera's own address: the camera could not be reached from other networks"
    )]
    OwnGateway(Ipv4Addr),
    /// A gateway that cannot be reached.
    #[error(
        "gateway {gateway} is not in the network of {address} with mask {mask}: the camera could \
         not be reached from other networks"
    )]
    BadGateway {
        /// The gateway.
        gateway: Ipv4Addr,
        /// The camera's address.
        address: Ipv4Addr,
        /// The mask.
        mask: Ipv4Addr,
    },
    /// A MAC address for many.
    #[error("MAC address {0} is a multicast address: the first octet must be even")]
    MulticastMac(Mac),
}

impl Settings {
    /// The wait of 0 that is to be set, if one is: the bootloader then starts the application at once, and
    /// no host is fast enough to stop it.
    pub fn locks_out(&self) -> Option<&'static str> {
        let waits = [
            (self.network_timeout_ms, "network"),
            (self.usb_timeout_ms, "USB"),
        ];
        let never = waits.into_iter().find(|(wait, _)| *wait == Some(0));
        never.map(|(_, link)| link)
    }

    /// Changes a configuration for a bootloader of that version.
    ///
    /// # Errors
    /// [`SettingsError`] where the camera would be unreachable afterwards, or nothing changes.
    pub fn apply(&self, config: &mut Config, version: Version) -> Result<(), SettingsError> {
        if *self == Self::default() {
            return Err(SettingsError::Nothing);
        }
        self.apply_addresses(config, version)?;
        if let Some(mac) = self.mac {
            let [first, ..] = mac.0;
            if first % 2 == 1 {
                return Err(SettingsError::MulticastMac(mac));
            }
            config.set_mac(mac.0);
        }
        if let Some(milliseconds) = self.network_timeout_ms {
            config.set_network_timeout_ms(milliseconds);
        }
        if let Some(milliseconds) = self.usb_timeout_ms {
            config.set_usb_timeout_ms(milliseconds);
        }
        Ok(())
    }

    fn apply_addresses(&self, config: &mut Config, version: Version) -> Result<(), SettingsError> {
        let addresses = [
            (Ipv4Setting::Address, self.ipv4),
            (Ipv4Setting::Mask, self.mask),
            (Ipv4Setting::Gateway, self.gateway),
            (Ipv4Setting::Dns, self.dns),
            (Ipv4Setting::AlternativeDns, self.alternative_dns),
        ];
        if self.fixed.is_none() && addresses.iter().all(|(_, value)| value.is_none()) {
            return Ok(());
        }
        if version < Version::TAKES_ADDRESSES {
            return Err(SettingsError::TooOld(version));
        }
        for (address, value) in addresses {
            if let Some(value) = value {
                config.set_address(address, value);
            }
        }
        if let Some(fixed) = self.fixed {
            config.set_static_ipv4(fixed);
        }
        check_network(config)
    }
}

fn check_network(config: &Config) -> Result<(), SettingsError> {
    for server in [Ipv4Setting::Dns, Ipv4Setting::AlternativeDns] {
        if let Some(address) = config.address(server) {
            check_host(address)?;
        }
    }
    let mask = config.address(Ipv4Setting::Mask);
    if let Some(mask) = mask {
        check_mask(mask)?;
    }
    let Some(address) = config.address(Ipv4Setting::Address) else {
        return match config.static_ipv4() {
            Some(true) => Err(SettingsError::NoAddress),
            _ => Ok(()),
        };
    };
    check_host(address)?;
    let mask = mask.ok_or(SettingsError::NoMask(address))?;
    check_in_network(address, mask)?;
    match config.address(Ipv4Setting::Gateway) {
        Some(gateway) if gateway == address => Err(SettingsError::OwnGateway(gateway)),
        Some(gateway) if gateway & mask != address & mask => Err(SettingsError::BadGateway {
            gateway,
            address,
            mask,
        }),
        Some(gateway) => check_in_network(gateway, mask),
        None => Ok(()),
    }
}

fn check_mask(mask: Ipv4Addr) -> Result<(), SettingsError> {
    let bits = mask.to_bits();
    let ones = bits.leading_ones();
    if ones + bits.trailing_zeros() == 32 && (1..=30).contains(&ones) {
        return Ok(());
    }
    Err(SettingsError::BadMask(mask))
}

fn check_host(address: Ipv4Addr) -> Result<(), SettingsError> {
    let [first, ..] = address.octets();
    let why = match first {
        0 => "0.x.x.x is not a host",
        127 => "127.x.x.x is always the machine itself",
        224..=239 => "it is a multicast address",
        240..=255 => "it is reserved",
        _ => return Ok(()),
    };
    Err(SettingsError::BadAddress(address, why))
}

/// The first and the last address of a network are the network's own.
fn check_in_network(address: Ipv4Addr, mask: Ipv4Addr) -> Result<(), SettingsError> {
    let host = address & !mask;
    if host.is_unspecified() {
        return Err(SettingsError::BadAddress(
            address,
            "with this mask it is the network itself",
        ));
    }
    if host == !mask {
        return Err(SettingsError::BadAddress(
            address,
            "with this mask it is the network's broadcast address",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NEW: Version = Version::new(0, 0, 28);

    fn ip(text: &str) -> Ipv4Addr {
        text.parse().unwrap()
    }

    fn fixed(address: &str, mask: &str, gateway: &str) -> Settings {
        Settings {
            ipv4: Some(ip(address)),
            mask: Some(ip(mask)),
            gateway: Some(ip(gateway)),
            fixed: Some(true),
            ..Settings::default()
        }
    }

    #[test]
    fn only_what_is_set_changes() {
        let before = json!({"appMem": 1, "network": {"timeoutMs": 5, "ipv4Dns": 7, "new": [1]}, "later": "x"});
        let mut config = Config::from_json(before).unwrap();
        let settings = fixed("192.168.1.50", "255.255.255.0", "192.168.1.1");
        settings.apply(&mut config, NEW).unwrap();
        let network = json!({
            "timeoutMs": 5, "ipv4Dns": 7, "new": [1], "staticIpv4": true,
            "ipv4": 0x3201_a8c0_u32, "ipv4Mask": 0x00ff_ffff, "ipv4Gateway": 0x0101_a8c0,
        });
        let after = json!({"appMem": 1, "network": network, "later": "x"});
        assert_eq!(config.to_json(), after);
    }

    #[test]
    fn settings_that_would_cut_a_camera_off_are_refused() {
        for (address, mask, gateway) in [
            ("192.168.1.50", "255.255.255.0", "192.168.2.1"),
            ("192.168.1.50", "255.255.255.0", "192.168.1.50"),
            ("192.168.1.50", "255.255.255.0", "192.168.1.255"),
            ("192.168.1.50", "255.0.255.0", "192.168.1.1"),
            ("192.168.1.50", "255.255.255.255", "192.168.1.1"),
            ("192.168.1.0", "255.255.255.0", "192.168.1.1"),
            ("192.168.1.255", "255.255.255.0", "192.168.1.1"),
            ("127.0.0.2", "255.0.0.0", "127.0.0.1"),
            ("224.0.0.2", "255.0.0.0", "224.0.0.1"),
            ("0.0.0.0", "255.255.255.0", "192.168.1.1"),
        ] {
            let mut config = Config::default();
            let applied = fixed(address, mask, gateway).apply(&mut config, NEW);
            assert!(applied.is_err(), "{address} {mask} {gateway}");
        }
    }

    #[test]
    fn the_reason_for_a_refusal_is_the_right_one() {
        for (address, mask, gateway, reason) in [
            ("10.0.0.5", "255.255.255.0", "10.0.0.5", "own address"),
            (
                "10.0.0.5",
                "255.255.255.0",
                "10.0.1.1",
                "not in the network",
            ),
            ("10.0.0.5", "255.255.255.255", "10.0.0.1", "netmask"),
            (
                "10.0.0.0",
                "255.255.255.0",
                "10.0.0.1",
                "the network itself",
            ),
            ("10.0.0.255", "255.255.255.0", "10.0.0.1", "broadcast"),
        ] {
            let applied = fixed(address, mask, gateway).apply(&mut Config::default(), NEW);
            let error = applied.unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
        }
    }

    #[test]
    fn only_a_wait_of_zero_locks_out() {
        let wait = |network, usb| Settings {
            network_timeout_ms: network,
            usb_timeout_ms: usb,
            ..Settings::default()
        };
        assert_eq!(wait(Some(0), None).locks_out(), Some("network"));
        assert_eq!(wait(Some(-1), Some(0)).locks_out(), Some("USB"));
        assert_eq!(wait(Some(1), Some(-1)).locks_out(), None);
        assert_eq!(Settings::default().locks_out(), None);
    }

    #[test]
    fn an_address_is_checked_against_the_network_that_is_stored_already() {
        let mut config = Config::default();
        let settings = fixed("10.0.0.5", "255.255.255.0", "10.0.0.1");
        settings.apply(&mut config, NEW).unwrap();
        let moved = |address| Settings {
            ipv4: Some(ip(address)),
            ..Settings::default()
        };
        assert!(moved("10.0.0.6").apply(&mut config, NEW).is_ok());
        let applied = moved("10.0.1.6").apply(&mut config, NEW);
        assert!(matches!(applied, Err(SettingsError::BadGateway { .. })));
    }

    #[test]
    fn an_old_bootloader_takes_a_mac_but_no_address() {
        let old = Version::new(0, 0, 17);
        let mut config = Config::default();
        let settings = fixed("10.0.0.5", "255.255.255.0", "10.0.0.1");
        assert_eq!(
            settings.apply(&mut config, old),
            Err(SettingsError::TooOld(old))
        );
        let mac = |first| Settings {
            mac: Some(Mac([first, 1, 2, 3, 4, 5])),
            ..Settings::default()
        };
        assert!(mac(2).apply(&mut config, old).is_ok());
        assert!(matches!(
            mac(1).apply(&mut config, old),
            Err(SettingsError::MulticastMac(_))
        ));
        assert_eq!(
            Settings::default().apply(&mut config, NEW),
            Err(SettingsError::Nothing)
        );
    }
}
