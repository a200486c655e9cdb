//! How people name a camera: a text in, an address or an MXID out. A misspelled address never becomes an
//! MXID.

use std::str::FromStr;

use crate::address::{Address, AddressError};
use crate::xlink::Mxid;

/// Digits of an MXID: the chip's identifier, 9 bytes.
const MXID_DIGITS: usize = 18;

/// How a camera is found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Locator {
    /// Where it is.
    Address(Address),
    /// What it is called.
    Mxid(Mxid),
}

/// A text that is neither the address nor the MXID of a camera.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LocatorError {
    /// It was meant as an address.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// It may have been meant as an MXID.
    #[error(
        "`{0}` is not the MXID of a camera, which has {MXID_DIGITS} hexadecimal digits nor an address"
    )]
    NotAnMxid(String),
}

impl FromStr for Locator {
    type Err = LocatorError;

    fn from_str(text: &str) -> Result<Self, LocatorError> {
        match text.parse() {
            Ok(address) => Ok(Self::Address(address)),
            // A misspelled address must not become an MXID that no camera has.
            Err(error) if Address::is_meant(text) => Err(error.into()),
            Err(_) => match text.parse() {
                Ok(mxid) if has_the_form_of_an_mxid(text) => Ok(Self::Mxid(mxid)),
                _ => Err(LocatorError::NotAnMxid(text.escape_debug().to_string())),
            },
        }
    }
}

impl std::fmt::Display for Locator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Address(address) => address.fmt(f),
            Self::Mxid(mxid) => mxid.fmt(f),
        }
    }
}

/// Any other text is a word that somebody took for a name: no camera would ever answer to it.
fn has_the_form_of_an_mxid(text: &str) -> bool {
    text.len() == MXID_DIGITS && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_an_address_or_an_mxid_or_nothing() {
        let locator = |text: &str| text.parse::<Locator>();
        assert!(matches!(locator("192.168.1.50"), Ok(Locator::Address(_))));
        for mxid in ["18443010D1B2C30F00", "18443010d1b2c30f00"] {
            assert!(matches!(locator(mxid), Ok(Locator::Mxid(_))), "{mxid}");
        }
        for text in [
            "nope",
            "camera-1",
            "18443010D1B2C30F0",
            "18443010D1B2C30F0G",
            "",
        ] {
            let error = locator(text).unwrap_err();
            assert!(matches!(error, LocatorError::NotAnMxid(_)), "{text}");
            assert!(
                error.to_string().contains("18 hexadecimal digits"),
                "{error}"
            );
        }
        assert!(matches!(
            locator("192.168.1"),
            Err(LocatorError::Address(_))
        ));
    }
}
