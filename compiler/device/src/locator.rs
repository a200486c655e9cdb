//! How people name a camera: a text in, an address or an MXID out. A misspelled address never becomes an
//! MXID.

use std::str::FromStr;

use crate::address::{Address, AddressError};
use crate::xlink::{Mxid, MxidError};

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
    /// It may have been meant as a name.
    #[error(transparent)]
    Mxid(#[from] MxidError),
}

impl FromStr for Locator {
    type Err = LocatorError;

    fn from_str(text: &str) -> Result<Self, LocatorError> {
        match text.parse() {
            Ok(address) => Ok(Self::Address(address)),
            // A misspelled address must not become an MXID that no camera has.
            Err(error) if Address::is_meant(text) => Err(error.into()),
            Err(_) => Ok(Self::Mxid(text.parse()?)),
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
