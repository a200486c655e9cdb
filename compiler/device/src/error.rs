//! Why something with a camera did not work: what happened, in values and in words. What a program
//! offers to do about it is never part of it.

use std::io;
use std::time::Duration;

use oakc_runtime_schema::bootloader::{ConfigError, Memory, RecordError, Version};

use crate::address::Address;
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
        address: Address,
        /// Why.
        source: io::Error,
    },
    /// The user may not open the camera.
    #[error("you do not have permission to open {0}")]
    Denied(Address),
    /// A camera without a bootloader of its own.
    #[error(
        "{0} waits for its host to start it: it has no bootloader in its flash memory, or its boot \
         switches say USB"
    )]
    Unbooted(Address),
    /// The connection ended.
    #[error("the connection was cut: {0}")]
    Cut(String),
    /// The camera says nothing any more.
    #[error("the camera has not responded for {} s (waiting for {waiting_for})", .after.as_secs())]
    Silent {
        /// For how long.
        after: Duration,
        /// What should have come.
        waiting_for: &'static str,
    },
    /// Something else than a camera has the port.
    #[error(
        "{address} is not a camera: it takes a connection on TCP port 11490, but does not speak \
         XLink ({reason})"
    )]
    NotACamera {
        /// Where it is.
        address: Address,
        /// What it does instead.
        reason: String,
    },
    /// A transfer that would take days.
    #[error(
        "the transfer ({what}) was too slow: {moved} of {size} bytes in {} s",
        .after.as_secs()
    )]
    TooSlow {
        /// What is done.
        what: &'static str,
        /// Bytes that have moved.
        moved: u64,
        /// Bytes in total.
        size: u64,
        /// Time it has taken.
        after: Duration,
    },
    /// More answers than there can be cameras.
    #[error(
        "more than {0} cameras answer, so most of the answers cannot be true; name the cameras by \
         their addresses"
    )]
    Flood(usize),
    /// Two cameras with one name: nobody knows which is meant.
    #[error(
        "two cameras, at {first} and at {second}, both have the MXID {mxid}; MXIDs are unique, so \
         one of them is not what it says"
    )]
    SameMxid {
        /// The name of both.
        mxid: Mxid,
        /// The lower address.
        first: Address,
        /// The other address.
        second: Address,
    },
    /// Bytes that are not XLink.
    #[error("the camera does not speak XLink: {0}")]
    Frame(#[from] FrameError),
    /// An answer of the bootloader that cannot be read.
    #[error("an answer from the bootloader cannot be read: {0}")]
    Record(#[from] RecordError),
    /// Events or answers that contradict each other.
    #[error("the camera violates the protocol: {0}")]
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
    #[error("bootloader {running} cannot {action}: that needs {needed} or newer")]
    TooOld {
        /// What it was asked to do.
        action: &'static str,
        /// Its version.
        running: Version,
        /// The first version that can.
        needed: Version,
    },
    /// The stored configuration cannot be read, or a new one not be written.
    #[error("the bootloader's configuration: {0}")]
    Config(#[from] ConfigError),
    /// Nobody is where the camera was.
    #[error("{}", nobody_at(*.0))]
    NotFound(Address),
    /// Another camera has the address.
    #[error("camera {found} is at {address} now, not {expected}")]
    OtherCamera {
        /// The address.
        address: Address,
        /// Who answers there.
        found: Mxid,
        /// Who was meant.
        expected: Mxid,
    },
    /// A host runs a program on the camera.
    #[error("a host is running a program on the camera; stop it there, or power-cycle the camera")]
    InUse,
    /// It was not to be restarted.
    #[error("the camera runs its application")]
    Running,
    /// A camera of a later generation.
    #[error(
        "this is a camera of a later generation (RVC3 or RVC4), which cannot run these packages"
    )]
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
        /// What is there instead.
        reason: String,
    },
    /// The application was written, but does not run.
    #[error("the application does not run: {0}")]
    NotBooted(String),
    /// The application was seen running, and then was not.
    #[error("the application does not keep running: {what} {:.1} s after it had started", .after.as_secs_f64())]
    Crashed {
        /// What was seen instead.
        what: &'static str,
        /// How long after the first sign of it.
        after: Duration,
    },
}

fn nobody_at(address: Address) -> String {
    match address {
        Address::Network(ipv4) => format!(
            "no camera answers at {ipv4}; is it powered and in this network, and does a firewall \
             let UDP port 11491 and TCP port 11490 through?"
        ),
        Address::Usb(_) => format!(
            "there is no camera at {address}; is it plugged in and powered, and does the cable carry data?"
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
