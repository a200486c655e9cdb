//! The name that a camera's chip has from the factory: text in, a checked name out, and back.

use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

/// Bytes of an MXID at most; its field has no room for a NUL then.
const MAX_SIZE: usize = 32;

/// The name of a camera: 1 to 32 printable ASCII characters without spaces (Myriad X: a
/// hexadecimal number).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mxid(String);

/// A text that is not an MXID.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not an MXID: it has 1 to 32 printable ASCII characters without spaces")]
pub struct MxidError {
    text: String,
}

impl Mxid {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A name for a camera that has only an address: 18 hexadecimal digits, as those from the
    /// factory have, of which no factory uses the first.
    pub fn of_address(address: Ipv4Addr) -> Self {
        Self(format!("0AC0{:08X}0AC000", address.to_bits()))
    }

    pub(super) fn from_field(field: &[u8; MAX_SIZE]) -> Result<Self, MxidError> {
        let name = field.split(|byte| *byte == 0).next().unwrap_or_default();
        let text = str::from_utf8(name).map_err(|_| MxidError {
            text: name.escape_ascii().to_string(),
        })?;
        text.parse()
    }

    pub(super) fn to_field(&self) -> [u8; MAX_SIZE] {
        let mut field = [0; MAX_SIZE];
        for (to, from) in field.iter_mut().zip(self.0.bytes()) {
            *to = from;
        }
        field
    }
}

impl FromStr for Mxid {
    type Err = MxidError;

    fn from_str(text: &str) -> Result<Self, MxidError> {
        let sized = (1..=MAX_SIZE).contains(&text.len());
        if sized && text.bytes().all(|byte| byte.is_ascii_graphic()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(MxidError {
                text: text.escape_debug().to_string(),
            })
        }
    }
}

impl fmt::Display for Mxid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
