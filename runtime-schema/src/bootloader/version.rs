//! Versions of bootloaders: text or three numbers in, something to compare out.
//!
//! Which version knows which request is in the table of requests
//! ([`RequestKind::first_version`](super::RequestKind::first_version)) and never here; everything
//! else about versions is here.

use std::fmt;
use std::str::FromStr;

use super::record::fields;

fields! {
    /// A version of a bootloader.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub struct Version {
        /// Always 0 so far.
        pub major: u32,
        /// Always 0 so far.
        pub minor: u32,
        /// The part that distinguishes the bootloaders of this generation.
        pub patch: u32,
    }
}

impl Version {
    /// The first network bootloader that can write an application without the risk of making the
    /// camera unbootable.
    pub const WRITES_SAFELY: Self = Self::new(0, 0, 14);
    /// The first that uses the address in its configuration.
    pub const TAKES_ADDRESSES: Self = Self::new(0, 0, 18);
    /// The first that starts and restarts a camera reliably.
    pub const RELIABLE: Self = Self::new(0, 0, 28);

    /// `major.minor.patch`.
    pub const fn new(major: u32, minor: u32, patch: u32) -> Self {
        Self {
            major,
            minor,
            patch,
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// A text that is not a version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a version: expected three numbers, as in `0.0.28`")]
pub struct VersionError {
    text: String,
}

impl FromStr for Version {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        let numbers: Option<Vec<u32>> = text.split('.').map(|part| part.parse().ok()).collect();
        match numbers.as_deref() {
            Some(&[major, minor, patch]) => Ok(Self::new(major, minor, patch)),
            _ => Err(VersionError {
                text: text.escape_debug().to_string(),
            }),
        }
    }
}
