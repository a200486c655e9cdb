//! A byte stream, in pieces of any length, to events.
#![cfg_attr(
    not(test),
    warn(clippy::indexing_slicing, clippy::arithmetic_side_effects)
)]

use super::event::{FrameError, HEADER_SIZE, Header};

/// A header with its payload; empty for all but packets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The header.
    pub header: Header,
    /// The payload: exactly as many bytes as the header says.
    pub payload: Vec<u8>,
}

/// Puts events together from the bytes of a connection, without copying payloads.
///
/// ```
/// use oakc_device::xlink::{Decoder, Header, Kind};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use std::io::Read;
/// let mut connection = &Header::new(11, Kind::PingRequest).encode()[..];
/// let mut decoder = Decoder::new(5 * 1024 * 1024);
/// let event = loop {
///     let count = connection.read(decoder.space())?;
///     assert!(count > 0, "the connection was closed");
///     if let Some(event) = decoder.advance(count)? {
///         break event;
///     }
/// };
/// assert_eq!(event.header.kind, Kind::PingRequest);
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Decoder {
    limit: u32,
    header: [u8; HEADER_SIZE],
    /// Bytes of the header or, once there is one, of the payload that have come.
    filled: usize,
    /// The event whose payload is coming.
    pending: Option<Event>,
}

impl Decoder {
    /// Starts before the first event. `limit` is the largest payload in bytes that is taken, and
    /// so about what a decoder needs at most.
    pub fn new(limit: u32) -> Self {
        Self {
            limit,
            header: [0; HEADER_SIZE],
            filled: 0,
            pending: None,
        }
    }

    /// Where the next bytes of the connection go; never empty, and never beyond the next event.
    pub fn space(&mut self) -> &mut [u8] {
        let target: &mut [u8] = match &mut self.pending {
            Some(event) => &mut event.payload,
            None => &mut self.header,
        };
        target.get_mut(self.filled..).unwrap_or_default()
    }

    /// Takes note that `count` bytes were put into [`Decoder::space`]. Returns an event once it is
    /// complete. A count beyond the space counts as all of it.
    ///
    /// # Errors
    /// [`FrameError`] where the bytes are not an event. There is no way on from there: the connection
    /// is to be closed.
    pub fn advance(&mut self, count: usize) -> Result<Option<Event>, FrameError> {
        self.filled = self.filled.saturating_add(count);
        if self.pending.is_none() && self.filled >= HEADER_SIZE {
            self.filled = 0;
            self.pending = Some(self.begin()?);
        }
        let complete = |event: &mut Event| self.filled >= event.payload.len();
        let event = self.pending.take_if(complete);
        if event.is_some() {
            self.filled = 0;
        }
        Ok(event)
    }

    /// Whether an event has begun: a connection that ends now is cut.
    pub fn is_inside_event(&self) -> bool {
        self.filled > 0 || self.pending.is_some()
    }

    fn begin(&self) -> Result<Event, FrameError> {
        let header = Header::decode(&self.header)?;
        let size = header.payload_size();
        let too_large = || FrameError::TooLarge {
            size,
            limit: self.limit,
        };
        if size > self.limit {
            return Err(too_large());
        }
        let size = usize::try_from(size).map_err(|_| too_large())?;
        Ok(Event {
            header,
            payload: vec![0; size],
        })
    }
}
