//! Numbers in a file.
//!
//! In: bytes and an offset. Out: little-endian numbers, one after the other. Never: a panic or an overflow;
//! every read is checked against the end of the file.

use crate::error::{BlobError, Part};

/// An offset in the file, from which numbers are read one after the other.
pub(crate) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
    part: Part,
}

impl<'a> Cursor<'a> {
    /// Starts at `offset` bytes from the beginning of the file; `part` is what an error will name.
    pub(crate) fn new(bytes: &'a [u8], offset: u32, part: Part) -> Self {
        let at = usize::try_from(offset).unwrap_or(usize::MAX);
        Self { bytes, at, part }
    }

    /// The next four bytes as an unsigned number.
    pub(crate) fn u32(&mut self) -> Result<u32, BlobError> {
        let four = self.take(4)?;
        let mut number = [0; 4];
        number.copy_from_slice(four);
        Ok(u32::from_le_bytes(number))
    }

    /// The next four bytes as a signed number.
    pub(crate) fn i32(&mut self) -> Result<i32, BlobError> {
        self.u32().map(u32::cast_signed)
    }

    /// The next `count` bytes.
    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], BlobError> {
        let end = self.at.checked_add(count);
        let taken = end.and_then(|end| self.bytes.get(self.at..end));
        match (taken, end) {
            (Some(taken), Some(end)) => {
                self.at = end;
                Ok(taken)
            }
            _ => Err(BlobError::PastEnd {
                part: self.part,
                offset: self.at,
                wanted: count,
                actual: self.bytes.len(),
            }),
        }
    }

    /// Passes over `count` bytes, which need not be there.
    pub(crate) fn skip(&mut self, count: usize) {
        self.at = self.at.saturating_add(count);
    }
}
