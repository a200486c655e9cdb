//! Records as the compiler of the firmware lays them out: little-endian numbers at fixed offsets,
//! text in arrays that a NUL ends, and padding whose bytes mean nothing.

use super::Payload;

/// Why bytes are no record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// Fewer bytes than the record has.
    #[error("the record ends after {actual} bytes, but {needed} are needed")]
    TooShort {
        /// Bytes given.
        actual: usize,
        /// Bytes up to the end of the last field that was looked for.
        needed: usize,
    },
    /// A command from another version.
    #[error("unknown command {0}")]
    UnknownCommand(u32),
    /// A number that stands for nothing.
    #[error("unknown {field} {code}")]
    UnknownCode {
        /// Which field has it.
        field: &'static str,
        /// The number.
        code: i32,
    },
}

/// Looks at fields of a record.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

impl Fields<'_> {
    pub(super) fn u32(self, offset: usize) -> Result<u32, RecordError> {
        self.array(offset).map(u32::from_le_bytes)
    }

    pub(super) fn i32(self, offset: usize) -> Result<i32, RecordError> {
        self.array(offset).map(i32::from_le_bytes)
    }

    pub(super) fn i64(self, offset: usize) -> Result<i64, RecordError> {
        self.array(offset).map(i64::from_le_bytes)
    }

    pub(super) fn f32(self, offset: usize) -> Result<f32, RecordError> {
        self.array(offset).map(f32::from_le_bytes)
    }

    pub(super) fn flag(self, offset: usize) -> Result<bool, RecordError> {
        self.u32(offset).map(|number| number != 0)
    }

    /// Text up to its NUL or the end of its array. What is not UTF-8 or would move the cursor of
    /// a terminal becomes a replacement character.
    pub(super) fn text(self, offset: usize, size: usize) -> Result<String, RecordError> {
        let array = self.slice(offset, size)?;
        let text = array.split(|byte| *byte == 0).next().unwrap_or_default();
        let printable = |c: char| {
            if c.is_control() {
                char::REPLACEMENT_CHARACTER
            } else {
                c
            }
        };
        let text = String::from_utf8_lossy(text);
        Ok(text.chars().map(printable).collect())
    }

    fn array<const N: usize>(self, offset: usize) -> Result<[u8; N], RecordError> {
        let slice = self.slice(offset, N)?;
        slice.try_into().map_err(|_| self.too_short(offset, N))
    }

    fn slice(&self, offset: usize, size: usize) -> Result<&[u8], RecordError> {
        let end = offset.saturating_add(size);
        self.0
            .get(offset..end)
            .ok_or_else(|| self.too_short(offset, size))
    }

    fn too_short(self, offset: usize, size: usize) -> RecordError {
        RecordError::TooShort {
            actual: self.0.len(),
            needed: offset.saturating_add(size),
        }
    }
}

/// A record that is being written. Fields are put in their order; padding is zero.
pub(super) struct Record(Vec<u8>);

impl Record {
    pub(super) fn new(command: u32) -> Self {
        Self(command.to_le_bytes().into())
    }

    pub(super) fn u32(mut self, number: u32) -> Self {
        self.0.extend(number.to_le_bytes());
        self
    }

    pub(super) fn i32(mut self, number: i32) -> Self {
        self.0.extend(number.to_le_bytes());
        self
    }

    /// A 64-bit number; it is aligned to 8.
    pub(super) fn i64(mut self, number: i64) -> Self {
        self.align(8);
        self.0.extend(number.to_le_bytes());
        self
    }

    pub(super) fn f32(mut self, number: f32) -> Self {
        self.0.extend(number.to_le_bytes());
        self
    }

    pub(super) fn flag(self, flag: bool) -> Self {
        self.u32(u32::from(flag))
    }

    pub(super) fn payload(self, payload: Payload) -> Self {
        self.u32(payload.total_size).u32(payload.packets)
    }

    /// Text in an array of `size` bytes; cut so that it ends with a whole character and a NUL.
    pub(super) fn text(mut self, text: &str, size: usize) -> Self {
        let end = self.0.len().saturating_add(size);
        let text = text.split('\0').next().unwrap_or_default();
        let kept = text.floor_char_boundary(size.saturating_sub(1));
        self.0.extend(text.bytes().take(kept));
        self.0.resize(end, 0);
        self
    }

    pub(super) fn bytes(self) -> Vec<u8> {
        self.0
    }

    /// The bytes of a record that has a 64-bit field: its size is a multiple of 8.
    pub(super) fn aligned_bytes(mut self) -> Vec<u8> {
        self.align(8);
        self.0
    }

    fn align(&mut self, alignment: usize) {
        self.0.resize(self.0.len().next_multiple_of(alignment), 0);
    }
}
