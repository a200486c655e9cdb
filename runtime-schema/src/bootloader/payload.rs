//! Data that follow a request or a response in packets of their own.

use super::record::{Fields, RecordError};

/// The largest packet in bytes: the window of [`STREAM`](super::STREAM). The host library cuts
/// data into packets of this size.
pub const MAX_PACKET_SIZE: u32 = 5 * 1024 * 1024;

/// What a record announces of the data that follow it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Payload {
    /// Bytes in all.
    pub total_size: u32,
    /// Packets in all.
    pub packets: u32,
}

impl Payload {
    /// `total_size` bytes in packets of [`MAX_PACKET_SIZE`], as the host library cuts them.
    pub fn of(total_size: u32) -> Self {
        Self {
            total_size,
            packets: total_size.div_ceil(MAX_PACKET_SIZE),
        }
    }

    pub(super) fn decode(fields: Fields<'_>, offset: usize) -> Result<Self, RecordError> {
        Ok(Self {
            total_size: fields.u32(offset)?,
            packets: fields.u32(offset.saturating_add(4))?,
        })
    }
}
