//! What a host and the bootloader of a camera say to each other: bytes of packets in, typed
//! records out, and back, for both sides.
//!
//! [`Request`]s and [`Response`]s are packets on the stream [`STREAM`]; each is one entry of a
//! table that holds its number, its fields and the first [`Version`] that knows it. [`Config`] is
//! the stored configuration, which travels as [`bson`]. [`Layout`] says where things are in a
//! memory.
//!
//! Bytes from outside are never trusted: a packet that is too short or names an unknown command or
//! memory is an error, text ends at its NUL and loses its control characters, extra bytes at the
//! end are ignored (newer versions append fields). Framing is never done here.
//!
//! Layouts are those of depthai-bootloader-shared, as used by release 2.33 of the library.

pub mod bson;
mod config;
mod layout;
mod memory;
mod payload;
mod record;
mod request;
mod response;
mod version;

pub use config::{Config, ConfigError, Ipv4Setting, UserBootloader, mac_text};
pub use layout::{Layout, Region};
pub use memory::{BootloaderType, IMAGE_START, Memory, Section};
pub use payload::{MAX_PACKET_SIZE, Payload};
pub use record::RecordError;
pub use request::{BootHeader, BootHeaderKind, Request, RequestKind, Storage};
pub use response::{ApplicationDetails, MemoryDetails, Response, ResponseKind};
pub use version::{Version, VersionError};

/// Name of the XLink stream on which requests, responses and their data travel.
pub const STREAM: &str = "__bootloader";
/// Name of the XLink stream on which the host sends its keep-alives.
pub const WATCHDOG_STREAM: &str = "__watchdog";
/// Window of [`WATCHDOG_STREAM`] in bytes.
pub const WATCHDOG_WINDOW: u32 = 64;
/// The keep-alive packet on [`WATCHDOG_STREAM`].
pub const WATCHDOG_ALIVE: [u8; 4] = [0, 0, 0, 0];
/// The packet on [`WATCHDOG_STREAM`] that asks the device to reset itself.
pub const WATCHDOG_RESET: [u8; 4] = [1, 0, 0, 0];

#[cfg(test)]
mod tests;
