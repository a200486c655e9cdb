//! What a record announces about the data that follow it: sizes in, a field of a record out, and
//! back. The data themselves are sent in packets of their own and never read here.

use super::record::fields;

/// The largest packet in bytes: the window of [`STREAM`](super::STREAM). The host library cuts
/// data into packets of this size.
pub const MAX_PACKET_SIZE: u32 = 5 * 1024 * 1024;

fields! {
    /// What a record announces about the data that follow it.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
    pub struct Payload {
        /// Bytes in total.
        pub total_size: u32,
        /// Packets in total.
        pub packets: u32,
    }
}

impl Payload {
    /// `total_size` bytes in packets of [`MAX_PACKET_SIZE`], as the host library cuts them.
    pub fn of(total_size: u32) -> Self {
        Self {
            total_size,
            packets: total_size.div_ceil(MAX_PACKET_SIZE),
        }
    }
}
