//! Why something with a camera did not work, in words for the person who stands before it.

use std::io;
use std::net::Ipv4Addr;
use std::time::Duration;

use oakc_runtime_schema::bootloader::{BootloaderType, ConfigError, RecordError, Version};

use crate::xlink::{FrameError, Mxid};

/// Why something with a camera did not work.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The user asked to stop.
    #[error("stopped")]
    Cancelled,
    /// No socket, or no interface to send from.
    #[error("the network of this machine cannot be used: {0}")]
    Network(#[source] io::Error),
    /// The camera does not take a connection.
    #[error("cannot connect to {address}: {source}")]
    Connect {
        /// The camera.
        address: Ipv4Addr,
        /// Why.
        source: io::Error,
    },
    /// The connection ended.
    #[error("the connection was cut: {0}")]
    Cut(String),
    /// The camera says nothing any more.
    #[error("the camera has been silent for {} s ({waiting_for})", .after.as_secs())]
    Silent {
        /// For how long.
        after: Duration,
        /// What should have come.
        waiting_for: &'static str,
    },
    /// Bytes that are no XLink.
    #[error("the camera sends what is no XLink: {0}")]
    Frame(#[from] FrameError),
    /// An answer of the bootloader that cannot be read.
    #[error("an answer of the bootloader cannot be read: {0}")]
    Record(#[from] RecordError),
    /// Events or answers that contradict each other.
    #[error("the camera breaks the protocol: {0}")]
    Protocol(String),
    /// The bootloader could not do what it was asked to.
    #[error("the bootloader could not {action}: {reason}")]
    Refused {
        /// What it was asked to do.
        action: &'static str,
        /// Its own words.
        reason: String,
    },
    /// The bootloader is too old for a request.
    #[error(
        "bootloader {running} cannot {action}: that needs {needed} or newer; \
         `oakc device bootloader flash` updates it"
    )]
    TooOld {
        /// What it was asked to do.
        action: &'static str,
        /// Its version.
        running: Version,
        /// The first version that can.
        needed: Version,
    },
    /// This type of bootloader has no such thing.
    #[error("a {kind} bootloader has no {what}")]
    NoSuchPart {
        /// The type.
        kind: BootloaderType,
        /// What it has not.
        what: &'static str,
    },
    /// The stored configuration cannot be read, or a new one not be written.
    #[error("the bootloader's configuration: {0}")]
    Config(#[from] ConfigError),
    /// Nobody answers at an address, or to a name.
    #[error(
        "no camera answers at {0}; is it powered and in this network, and does a firewall let \
         UDP port 11491 and TCP port 11490 through?"
    )]
    NotFound(String),
    /// Another camera has the address.
    #[error("{address} is now camera {found}, not {expected}")]
    OtherCamera {
        /// The address.
        address: Ipv4Addr,
        /// Who answers there.
        found: Mxid,
        /// Who was meant.
        expected: Mxid,
    },
    /// A host runs a program on the camera.
    #[error("a host is running a program on the camera; stop it there, or power-cycle the camera")]
    InUse,
    /// A camera of a later generation.
    #[error("it is a camera of a later generation (RVC3 or RVC4), which no package fits")]
    OtherGeneration,
    /// What was read back is not what was written.
    #[error("what was read back differs from what was written, first at byte {at} of {size}")]
    Differs {
        /// Offset of the first byte that differs.
        at: u64,
        /// Bytes compared.
        size: u64,
    },
    /// The application was written, but does not run.
    #[error("the application does not run: {0}")]
    NotBooted(String),
}

/// A result with [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Whether it makes sense to try the same again.
    pub fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::Network(_)
                | Self::Connect { .. }
                | Self::Cut(_)
                | Self::Silent { .. }
                | Self::Frame(_)
                | Self::Record(_)
                | Self::Protocol(_)
                | Self::Refused { .. }
                | Self::NotFound(_)
                | Self::Differs { .. }
        )
    }
}
