//! XLink over TCP and its discovery over UDP: bytes in, values out, and back.
//!
//! Each direction of a TCP connection is a row of events: an 84-byte [`Header`], and after that of
//! a [`Kind::WriteRequest`] as many bytes of payload as it says. A [`Decoder`] takes them apart as
//! they come. Cameras are found by [`datagram`]s.
//!
//! No sockets, no clock, and no session: which event may follow which, streams, windows and
//! identifiers are for client and server, which do not share that. Layouts are those of
//! depthai 2.33, observed on the wire.

mod codes;
pub mod datagram;
mod decoder;
mod event;
mod mxid;

pub use decoder::{Decoder, Event};
pub use event::{Flags, FrameError, HEADER_SIZE, Header, Kind, MAX_STREAM_NAME, StreamName};
pub use mxid::{Mxid, MxidError};

/// The TCP port of a camera's XLink server.
pub const TCP_PORT: u16 = 11490;
/// The UDP port on which cameras answer [`datagram`]s.
pub const DISCOVERY_PORT: u16 = 11491;

#[cfg(test)]
mod tests;
