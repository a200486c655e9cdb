//! Why something with a camera did not work, in words for the person who stands before it.

use std::io;
use std::time::Duration;

use oakc_runtime_schema::bootloader::{BootloaderType, ConfigError, Memory, RecordError, Version};

use crate::place::Place;
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
    #[error("cannot connect to {place}: {source}")]
    Connect {
        /// The camera.
        place: Place,
        /// Why.
        source: io::Error,
    },
    /// The user may not open the camera.
    #[error(
        "{0} may not be opened by you: on Linux, write \
         `SUBSYSTEM==\"usb\", ATTR{{idVendor}}==\"03e7\", MODE=\"0666\"` into \
         /etc/udev/rules.d/80-oak.rules, run `udevadm control --reload`, and plug the camera in anew"
    )]
    Denied(Place),
    /// A camera without a bootloader of its own.
    #[error(
        "{0} waits for its host to start it: it has no bootloader in its flash memory, or its boot \
         switches say USB; `oakc device bootloader flash --type usb` writes one, if the camera has \
         flash memory and no Ethernet"
    )]
    Unbooted(Place),
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
    /// Nobody is where the camera was.
    #[error("{}", nobody_at(*.0))]
    NotFound(Place),
    /// Another camera has the place.
    #[error("{place} is now camera {found}, not {expected}")]
    OtherCamera {
        /// The place.
        place: Place,
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
    /// A memory has no application.
    #[error("there is no application in the camera's {memory}: {reason}")]
    NoApplication {
        /// Which memory.
        memory: Memory,
        /// What is in its place.
        reason: String,
    },
    /// The application was written, but does not run.
    #[error("the application does not run: {0}")]
    NotBooted(String),
}

fn nobody_at(place: Place) -> String {
    match place {
        Place::Network(address) => format!(
            "no camera answers at {address}; is it powered and in this network, and does a firewall \
             let UDP port 11491 and TCP port 11490 through?"
        ),
        Place::Usb(_) => format!(
            "no camera is at {place}; is it plugged in and powered, and does the cable carry data?"
        ),
    }
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
