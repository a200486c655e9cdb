//! `.superblob`: one model for every number of SHAVEs.
//!
//! In: the bytes of a file. Out: a [`SuperBlob`], and a blob for 1 to 16 SHAVEs. Never: a blob larger than its base
//! makes likely.
//!
//! The format is that of DepthAI 3 (`OpenVINO::SuperBlob`): 17 numbers of 64 bits, big-endian, then a blob, then 16
//! bsdiff patches that make it one for 1, 2 … 16 SHAVEs. The first number is the size of the blob, the others are those of
//! the patches. A patch of size 0 means that the blob is for that number already.

use std::ops::{Range, RangeInclusive};
use std::sync::Arc;

/// Numbers of SHAVEs that a superblob has blobs for.
pub const SHAVES: RangeInclusive<u32> = 1..=16;

/// Sizes at the start of the file: that of the blob, and those of the patches.
const SIZES: usize = 17;
const HEADER: usize = SIZES * 8;

/// A patched blob has other code and constants, but not more than this many times as much of it.
const LARGEST_GROWTH: u64 = 16;
const ALWAYS_ALLOWED: u64 = 1 << 20;

/// One model for every number of SHAVEs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuperBlob {
    bytes: Arc<[u8]>,
    base: Range<usize>,
    patches: Vec<Range<usize>>,
}

/// Why bytes are not a superblob, or have no blob for a number of SHAVEs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SuperBlobError {
    /// Fewer bytes than the header takes.
    #[error("the superblob is truncated: {actual} bytes are fewer than the {HEADER} of its header")]
    TooShort {
        /// Bytes in the file.
        actual: usize,
    },
    /// The sizes in the header do not add up to the size of the file.
    #[error(
        "the superblob is damaged: by its header it has {expected} bytes, but the file has {actual}"
    )]
    WrongSize {
        /// Bytes that the header accounts for.
        expected: u128,
        /// Bytes in the file.
        actual: usize,
    },
    /// No device runs a model on so many SHAVEs.
    #[error("a superblob has blobs for 1 to 16 SHAVEs, not for {shaves}")]
    NoSuchNumber {
        /// The number that was asked for.
        shaves: u32,
    },
    /// A patch cannot be applied.
    #[error("the superblob is damaged: its patch for {shaves} SHAVEs cannot be applied: {reason}")]
    Patch {
        /// The number of SHAVEs that the patch is for.
        shaves: u32,
        /// What is wrong with it.
        reason: String,
    },
}

impl SuperBlob {
    /// Reads the sizes in the header of a whole file.
    ///
    /// # Errors
    /// Where the file is shorter or longer than they say.
    pub fn read(bytes: Arc<[u8]>) -> Result<Self, SuperBlobError> {
        let actual = bytes.len();
        let header = bytes.get(..HEADER);
        let header = header.ok_or(SuperBlobError::TooShort { actual })?;
        let sizes: Vec<_> = header
            .as_chunks::<8>()
            .0
            .iter()
            .map(|eight| u64::from_be_bytes(*eight))
            .collect();
        let expected = sizes.iter().copied().map(u128::from).sum::<u128>() + HEADER as u128;
        if expected != actual as u128 {
            return Err(SuperBlobError::WrongSize { expected, actual });
        }
        let mut at = HEADER;
        let mut parts = sizes.iter().map(|size| {
            let start = at;
            // They add up to the size of the file, so they fit.
            at = at.saturating_add(usize::try_from(*size).unwrap_or(usize::MAX));
            start..at
        });
        let base = parts.next().unwrap_or_default();
        let patches = parts.collect();
        Ok(Self {
            bytes,
            base,
            patches,
        })
    }

    /// The blob that the patches change, which is for the number of SHAVEs whose patch is empty.
    pub fn base(&self) -> &[u8] {
        self.bytes.get(self.base.clone()).unwrap_or_default()
    }

    /// The blob for a number of SHAVEs.
    ///
    /// # Errors
    /// Where the number is none of [`SHAVES`], or the patch for it is damaged.
    pub fn blob(&self, shaves: u32) -> Result<Arc<[u8]>, SuperBlobError> {
        let index = shaves.checked_sub(1).map(|index| index as usize);
        let patch = index.and_then(|index| self.patches.get(index));
        let patch = patch.ok_or(SuperBlobError::NoSuchNumber { shaves })?;
        if patch.is_empty() {
            return Ok(self.base().into());
        }
        let patch = self.bytes.get(patch.clone()).unwrap_or_default();
        let base = self.base();
        let limit = (base.len() as u64).saturating_mul(LARGEST_GROWTH);
        oakc_bsdiff::apply(base, patch, limit.saturating_add(ALWAYS_ALLOWED))
            .map(Arc::from)
            .map_err(|error| SuperBlobError::Patch {
                shaves,
                reason: error.to_string(),
            })
    }
}
