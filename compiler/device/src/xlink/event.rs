//! The header of an event: 84 bytes in, fields out, and back.
#![cfg_attr(
    not(test),
    warn(clippy::indexing_slicing, clippy::arithmetic_side_effects)
)]

use std::fmt;
use std::ops::BitOr;
use std::time::Duration;

use super::codes::codes;

/// Bytes of a header.
pub const HEADER_SIZE: usize = 84;
/// Bytes of a stream's name at most; its field of 52 ends with a NUL.
pub const MAX_STREAM_NAME: usize = 51;

const NAME_FIELD: usize = 52;

/// Why bytes are not an event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FrameError {
    /// A type of event that never travels.
    #[error("unknown XLink event {0}")]
    UnknownKind(u32),
    /// A payload larger than any window.
    #[error("an XLink packet of {size} bytes; at most {limit} are accepted")]
    TooLarge {
        /// Bytes announced.
        size: u32,
        /// Bytes taken at most.
        limit: u32,
    },
    /// A stream's name that does not fit its field, or has a NUL.
    #[error("`{0}` cannot be the name of a stream: at most 51 bytes without a NUL")]
    BadStreamName(String),
}

codes! {
    /// What an event is.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
    pub enum Kind {
        /// A packet. The only event with a payload.
        WriteRequest = 0,
        /// The receiver has taken a packet out: its size is free in the window again.
        ReadReleaseRequest = 2,
        /// The sender is going to write to a stream.
        CreateStreamRequest = 3,
        /// The sender is done with a stream.
        CloseStreamRequest = 4,
        /// The first event of a connection.
        PingRequest = 5,
        /// The end of the connection; a device reboots.
        ResetRequest = 6,
        /// The answer: the packet lies in memory.
        WriteResponse = 8,
        /// The answer.
        ReadReleaseResponse = 10,
        /// The answer, with the stream's number.
        CreateStreamResponse = 11,
        /// The answer.
        CloseStreamResponse = 12,
        /// The answer.
        PingResponse = 13,
        /// The answer.
        ResetResponse = 14,
    }
}

impl Kind {
    /// The kind that answers a request; `None` for an answer.
    pub fn response(self) -> Option<Self> {
        match self {
            Self::WriteRequest => Some(Self::WriteResponse),
            Self::ReadReleaseRequest => Some(Self::ReadReleaseResponse),
            Self::CreateStreamRequest => Some(Self::CreateStreamResponse),
            Self::CloseStreamRequest => Some(Self::CloseStreamResponse),
            Self::PingRequest => Some(Self::PingResponse),
            Self::ResetRequest => Some(Self::ResetResponse),
            _ => None,
        }
    }
}

/// Flags of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Flags(u32);

impl Flags {
    /// None.
    pub const NONE: Self = Self(0);
    /// In a request: answer, please. In an answer: done.
    pub const ACK: Self = Self(1);
    /// In an answer: not done.
    pub const NACK: Self = Self(1 << 1);
    /// In an answer: the receiver has no room for such a window.
    pub const SIZE_TOO_BIG: Self = Self(1 << 6);
    /// In an answer: the stream does not exist.
    pub const NO_SUCH_STREAM: Self = Self(1 << 7);

    /// The number in a header; unknown bits are kept.
    pub const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// The number for a header.
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// Whether all of `other` are set.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

impl BitOr for Flags {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// A stream's name: at most 51 bytes without a NUL. Empty where an event names no stream.
///
/// Bytes and not text: answers of the real ends hold leftovers of earlier events there.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct StreamName([u8; NAME_FIELD]);

impl StreamName {
    /// No name.
    pub const EMPTY: Self = Self([0; NAME_FIELD]);

    /// Checks a name.
    ///
    /// # Errors
    /// Where it is too long or has a NUL.
    pub fn new(name: &str) -> Result<Self, FrameError> {
        if name.len() > MAX_STREAM_NAME || name.contains('\0') {
            return Err(FrameError::BadStreamName(name.escape_debug().to_string()));
        }
        let mut field = [0; NAME_FIELD];
        for (to, from) in field.iter_mut().zip(name.bytes()) {
            *to = from;
        }
        Ok(Self(field))
    }

    /// Keeps what stands before the NUL, of 51 bytes.
    fn from_field(field: [u8; NAME_FIELD]) -> Self {
        let mut name = Self::EMPTY;
        let kept = field.iter().take(MAX_STREAM_NAME);
        let kept = kept.take_while(|byte| **byte != 0);
        for (to, from) in name.0.iter_mut().zip(kept) {
            *to = *from;
        }
        name
    }

    /// The bytes before the NUL.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.split(|byte| *byte == 0).next().unwrap_or_default()
    }
}

impl fmt::Display for StreamName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.as_bytes().escape_ascii())
    }
}

impl fmt::Debug for StreamName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

/// The header of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// Number of a request among those of its sender; an answer repeats it.
    pub id: i32,
    /// What the event is.
    pub kind: Kind,
    /// The stream's name; means something only when a stream is created.
    pub stream_name: StreamName,
    /// The sender's clock.
    pub timestamp: Duration,
    /// The stream's number.
    pub stream: u32,
    /// Bytes of a packet, of a window, or released.
    pub size: u32,
    /// Flags.
    pub flags: Flags,
}

impl Header {
    /// The number in a request for a new stream from the side that does not number streams (the
    /// device).
    pub const NO_STREAM: u32 = 0xDEAD_DEAD;

    /// A request without a name, size and time on stream 0 that wants an answer.
    pub fn new(id: i32, kind: Kind) -> Self {
        Self {
            id,
            kind,
            stream_name: StreamName::EMPTY,
            timestamp: Duration::ZERO,
            stream: 0,
            size: 0,
            flags: Flags::ACK,
        }
    }

    /// Bytes of payload that follow.
    pub fn payload_size(&self) -> u32 {
        match self.kind {
            Kind::WriteRequest => self.size,
            _ => 0,
        }
    }

    /// Reads a header.
    ///
    /// # Errors
    /// [`FrameError::UnknownKind`]; anything else has a meaning or is ignored.
    pub fn decode(bytes: &[u8; HEADER_SIZE]) -> Result<Self, FrameError> {
        let mut fields = Fields(bytes);
        let id = fields.u32().cast_signed();
        let kind = fields.u32();
        let kind = Kind::from_code(kind).ok_or(FrameError::UnknownKind(kind))?;
        let stream_name = StreamName::from_field(fields.array());
        let nanoseconds = fields.u32();
        let seconds = u64::from(fields.u32()) | (u64::from(fields.u32()) << 32);
        // A hostile clock may overflow what a duration holds; nothing depends on it.
        let timestamp = Duration::from_secs(seconds)
            .saturating_add(Duration::from_nanos(u64::from(nanoseconds)));
        Ok(Self {
            id,
            kind,
            stream_name,
            timestamp,
            stream: fields.u32(),
            size: fields.u32(),
            flags: Flags::from_bits(fields.u32()),
        })
    }

    /// The bytes.
    pub fn encode(&self) -> [u8; HEADER_SIZE] {
        let seconds = self.timestamp.as_secs();
        let [s0, s1, s2, s3, s4, s5, s6, s7] = seconds.to_le_bytes();
        let parts: [&[u8]; 9] = [
            &self.id.to_le_bytes(),
            &self.kind.code().to_le_bytes(),
            &self.stream_name.0,
            &self.timestamp.subsec_nanos().to_le_bytes(),
            &[s0, s1, s2, s3],
            &[s4, s5, s6, s7],
            &self.stream.to_le_bytes(),
            &self.size.to_le_bytes(),
            &self.flags.bits().to_le_bytes(),
        ];
        let mut bytes = [0; HEADER_SIZE];
        let from = parts.into_iter().flatten();
        for (to, from) in bytes.iter_mut().zip(from) {
            *to = *from;
        }
        bytes
    }
}

/// Takes fields off the front of a header, which has exactly as many bytes as its fields.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.array())
    }

    fn array<const N: usize>(&mut self) -> [u8; N] {
        match self.0.split_first_chunk() {
            Some((array, rest)) => {
                self.0 = rest;
                *array
            }
            None => [0; N],
        }
    }
}
