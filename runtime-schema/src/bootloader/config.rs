//! The stored configuration of a bootloader: BSON or JSON in, settings by name out, and back.
//!
//! A camera may store keys that this version does not know. They are kept as they are, and so is
//! everything that is not set by name: changing the address never changes anything else. A setting
//! that is missing or of the wrong type reads as `None`.

use std::net::Ipv4Addr;

use serde_json::{Map, Value, json};

use super::Memory;
use super::bson::{self, BsonError};

/// The configuration.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Config {
    values: Map<String, Value>,
}

/// Why something is not a configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The bytes are not BSON.
    #[error(transparent)]
    Bson(#[from] BsonError),
    /// The JSON is an array, a number or a string.
    #[error("a bootloader's configuration must be a JSON object")]
    NotAnObject,
}

/// An IPv4 address among the settings of the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ipv4Setting {
    /// The camera's own address: static, or the fallback if there is no DHCP.
    Address,
    /// The netmask.
    Mask,
    /// The gateway to other networks.
    Gateway,
    /// The name server.
    Dns,
    /// The second name server.
    AlternativeDns,
}

impl Ipv4Setting {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Address,
        Self::Mask,
        Self::Gateway,
        Self::Dns,
        Self::AlternativeDns,
    ];

    /// The host library's name for it.
    pub fn key(self) -> &'static str {
        match self {
            Self::Address => "ipv4",
            Self::Mask => "ipv4Mask",
            Self::Gateway => "ipv4Gateway",
            Self::Dns => "ipv4Dns",
            Self::AlternativeDns => "ipv4DnsAlt",
        }
    }
}

/// The user bootloader as the configuration describes it; the factory bootloader starts only one
/// that matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UserBootloader {
    /// Bytes.
    pub size: u32,
    /// [`checksum`](crate::sbr::checksum) of these bytes.
    pub checksum: u32,
}

const APP_MEMORY: &str = "appMem";
const NETWORK: &str = "network";
const USB: &str = "usb";
const TIMEOUT: &str = "timeoutMs";
const STATIC_IPV4: &str = "staticIpv4";
const MAC: &str = "mac";
const USER_BOOTLOADER_SIZE: &str = "userBlSize";
const USER_BOOTLOADER_CHECKSUM: &str = "userBlChecksum";

impl Config {
    /// Reads what a camera has stored.
    ///
    /// # Errors
    /// If the bytes are not a BSON document.
    pub fn from_bson(bytes: &[u8]) -> Result<Self, ConfigError> {
        let values = bson::decode(bytes)?;
        Ok(Self { values })
    }

    /// The bytes that a camera stores.
    ///
    /// # Errors
    /// If it does not fit into the area that the camera reserves for it.
    pub fn to_bson(&self) -> Result<Vec<u8>, ConfigError> {
        Ok(bson::encode(&self.values)?)
    }

    /// Reads a configuration from JSON, in the host library's names.
    ///
    /// # Errors
    /// If it is not an object.
    pub fn from_json(value: Value) -> Result<Self, ConfigError> {
        match value {
            Value::Object(values) => Ok(Self { values }),
            _ => Err(ConfigError::NotAnObject),
        }
    }

    /// The configuration as JSON, in the host library's names.
    pub fn to_json(&self) -> Value {
        Value::Object(self.values.clone())
    }

    /// The same for people and their programs: addresses are text, as in `192.168.1.50`, and so is the MAC
    /// address, as in `44:A9:2C:00:00:01`.
    pub fn to_json_with_text(&self) -> Value {
        let mut json = self.to_json();
        let Some(Value::Object(network)) = json.get_mut(NETWORK) else {
            return json;
        };
        for setting in Ipv4Setting::ALL {
            if let Some(value) = network.get_mut(setting.key()) {
                in_place(value, |value| Some(address_of(value)?.to_string()));
            }
        }
        if let Some(value) = network.get_mut(MAC) {
            in_place(value, |value| Some(mac_text(octets_of(value)?)));
        }
        json
    }

    /// The memory that the application is started from.
    pub fn app_memory(&self) -> Option<Memory> {
        let code = self.values.get(APP_MEMORY)?.as_i64()?;
        Memory::from_code(i32::try_from(code).ok()?).ok()
    }

    /// Sets the memory that the application is started from.
    pub fn set_app_memory(&mut self, memory: Memory) {
        self.set(APP_MEMORY, json!(memory.code()));
    }

    /// The stored user bootloader.
    pub fn user_bootloader(&self) -> Option<UserBootloader> {
        let number = |key| u32::try_from(self.values.get(key)?.as_u64()?).ok();
        let size = number(USER_BOOTLOADER_SIZE)?;
        let checksum = number(USER_BOOTLOADER_CHECKSUM)?;
        (size > 0).then_some(UserBootloader { size, checksum })
    }

    /// Sets which user bootloader is stored.
    pub fn set_user_bootloader(&mut self, user: UserBootloader) {
        self.set(USER_BOOTLOADER_SIZE, json!(user.size));
        self.set(USER_BOOTLOADER_CHECKSUM, json!(user.checksum));
    }

    /// An address; `None` also where it is 0.0.0.0.
    pub fn address(&self, setting: Ipv4Setting) -> Option<Ipv4Addr> {
        let address = address_of(self.part(NETWORK, setting.key())?);
        address.filter(|address| !address.is_unspecified())
    }

    /// Sets an address.
    pub fn set_address(&mut self, setting: Ipv4Setting, value: Ipv4Addr) {
        let number = u32::from_le_bytes(value.octets());
        self.set_part(NETWORK, setting.key(), json!(number));
    }

    /// Whether the address is static; otherwise it is requested by DHCP.
    pub fn static_ipv4(&self) -> Option<bool> {
        self.part(NETWORK, STATIC_IPV4)?.as_bool()
    }

    /// Sets whether the address is static.
    pub fn set_static_ipv4(&mut self, fixed: bool) {
        self.set_part(NETWORK, STATIC_IPV4, json!(fixed));
    }

    /// The MAC address; `None` also where it is all zeros, which means the camera's own.
    pub fn mac(&self) -> Option<[u8; 6]> {
        let octets = octets_of(self.part(NETWORK, MAC)?);
        octets.filter(|octets| *octets != [0; 6])
    }

    /// Sets the MAC address; all zeros mean the camera's own.
    pub fn set_mac(&mut self, mac: [u8; 6]) {
        self.set_part(NETWORK, MAC, json!(mac));
    }

    /// How many milliseconds the bootloader waits for a host on the network before it starts the
    /// application; forever if negative.
    pub fn network_timeout_ms(&self) -> Option<i64> {
        self.part(NETWORK, TIMEOUT)?.as_i64()
    }

    /// Sets the time that the bootloader waits for a host on the network.
    pub fn set_network_timeout_ms(&mut self, milliseconds: i32) {
        self.set_part(NETWORK, TIMEOUT, json!(milliseconds));
    }

    /// The same on USB.
    pub fn usb_timeout_ms(&self) -> Option<i64> {
        self.part(USB, TIMEOUT)?.as_i64()
    }

    /// Sets the time that the bootloader waits for a host on USB.
    pub fn set_usb_timeout_ms(&mut self, milliseconds: i32) {
        self.set_part(USB, TIMEOUT, json!(milliseconds));
    }

    fn set(&mut self, key: &str, value: Value) {
        self.values.insert(key.to_owned(), value);
    }

    fn part(&self, part: &str, key: &str) -> Option<&Value> {
        self.values.get(part)?.get(key)
    }

    fn set_part(&mut self, part: &str, key: &str, value: Value) {
        let object = self.values.entry(part).or_insert(Value::Null);
        // The camera ignores a part of the wrong type, too.
        if !object.is_object() {
            *object = json!({});
        }
        if let Value::Object(object) = object {
            object.insert(key.to_owned(), value);
        }
    }
}

/// A MAC address as people write it.
pub fn mac_text(octets: [u8; 6]) -> String {
    octets.map(|octet| format!("{octet:02X}")).join(":")
}

/// An address as it is stored: the first octet is the lowest byte.
fn address_of(value: &Value) -> Option<Ipv4Addr> {
    let number = u32::try_from(value.as_u64()?).ok()?;
    Some(Ipv4Addr::from(number.to_le_bytes()))
}

fn octets_of(value: &Value) -> Option<[u8; 6]> {
    let octet = |value: &Value| u8::try_from(value.as_u64()?).ok();
    let octets: Option<Vec<u8>> = value.as_array()?.iter().map(octet).collect();
    octets?.try_into().ok()
}

/// Puts the text of a value in its place; one that has none stays.
fn in_place(value: &mut Value, text: impl Fn(&Value) -> Option<String>) {
    if let Some(text) = text(value) {
        *value = text.into();
    }
}
