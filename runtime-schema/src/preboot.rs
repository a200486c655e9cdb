//! The preboot header, which precedes the firmware image in its section.
//!
//! A libnop-encoded board configuration in, the header out, and back. It begins like a firmware
//! image (`MA2x`), makes the boot ROM set the watchdog, and then carries the configuration to the
//! firmware that follows. The host library writes one into every package, even for the default
//! configuration. The header of releases before 2.15.0, which do not set the watchdog, is read but
//! not written.
//!
//! Decoding is strict and never panics; it allocates nothing.

use crate::sbr;

/// The first bytes of a firmware image.
const IMAGE_IDENTIFIER: &[u8] = b"MA2x";
/// Commands of the boot ROM. The host library writes them since 2.15.0; before that, the block
/// followed immediately.
const WATCHDOG: [u8; 36] = [
    0x9A, 0xA8, 0x00, 0x32, 0x20, 0xAD, 0xDE, 0xD0, 0xF1, // unlock the watchdog
    0x9A, 0x9C, 0x00, 0x32, 0x20, 0xFF, 0xFF, 0xFF, 0xFF, // longest time
    0x9A, 0xA8, 0x00, 0x32, 0x20, 0xAD, 0xDE, 0xD0, 0xF1, // unlock again
    0x9A, 0xA4, 0x00, 0x32, 0x20, 0x01, 0x00, 0x00, 0x00, // enable
];
/// The command before the block.
const BLOCK: &[u8] = &[0x8A];
/// Announces the block of words that follows.
const MAGIC1: u32 = 0x7801_0000;
/// Marks the block as a board configuration.
const MAGIC2: u32 = 0x21EA_17E6;
/// The magic number, checksum and size before the payload in the block.
const BLOCK_HEAD: usize = 12;

/// Why bytes do not begin with a preboot header, or no header can be made for a payload.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PrebootError {
    /// The payload does not fit the header's 16-bit count of words.
    #[error("a board configuration of {size} bytes is too large: the maximum is 262128")]
    PayloadTooLarge {
        /// Bytes of the payload.
        size: usize,
    },
    /// The bytes are not firmware.
    #[error("this is not firmware: it does not begin with `MA2x`")]
    NotFirmware,
    /// The bytes are a firmware image without a header.
    #[error("there is no board configuration before this firmware")]
    NoHeader,
    /// The header is truncated or inconsistent.
    #[error("the header before the firmware is damaged: {0}")]
    Damaged(&'static str),
}

/// The parts of a firmware section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preboot<'a> {
    /// The board configuration in libnop.
    pub payload: &'a [u8],
    /// The firmware image.
    pub rest: &'a [u8],
}

/// The header for a board configuration.
///
/// # Errors
/// [`PrebootError::PayloadTooLarge`] if the library would truncate the size to 16 bits.
pub fn encode(payload: &[u8]) -> Result<Vec<u8>, PrebootError> {
    let too_large = || PrebootError::PayloadTooLarge {
        size: payload.len(),
    };
    let block = payload.len().saturating_add(BLOCK_HEAD).next_multiple_of(4);
    let words = u16::try_from(block / 4).map_err(|_| too_large())?;
    let size = u32::try_from(payload.len()).map_err(|_| too_large())?;
    let mut header = [IMAGE_IDENTIFIER, &WATCHDOG, BLOCK].concat();
    header.extend(MAGIC1.to_le_bytes());
    header.extend(words.to_le_bytes());
    let block_start = header.len();
    for field in [MAGIC2, sbr::checksum(payload), size] {
        header.extend(field.to_le_bytes());
    }
    header.extend(payload);
    header.resize(block_start.saturating_add(block), 0);
    Ok(header)
}

/// Splits a firmware section into board configuration and image.
///
/// # Errors
/// If the bytes do not begin with a complete and consistent header.
pub fn decode(firmware: &[u8]) -> Result<Preboot<'_>, PrebootError> {
    let commands = firmware
        .strip_prefix(IMAGE_IDENTIFIER)
        .ok_or(PrebootError::NotFirmware)?;
    let after = commands
        .strip_prefix(&WATCHDOG)
        .unwrap_or(commands)
        .strip_prefix(BLOCK)
        .and_then(|rest| rest.strip_prefix(&MAGIC1.to_le_bytes()))
        .ok_or(PrebootError::NoHeader)?;
    let (words, after) = split::<2>(after, "it ends before its stated length")?;
    let length = usize::from(u16::from_le_bytes(*words)).saturating_mul(4);
    let (block, rest) = after
        .split_at_checked(length)
        .ok_or(PrebootError::Damaged("it is longer than the section"))?;
    let payload = decode_block(block)?;
    Ok(Preboot { payload, rest })
}

fn decode_block(block: &[u8]) -> Result<&[u8], PrebootError> {
    let short = "it is too short for a board configuration";
    let (magic, block) = split::<4>(block, short)?;
    if *magic != MAGIC2.to_le_bytes() {
        return Err(PrebootError::Damaged(
            "it contains something other than a board configuration",
        ));
    }
    let (checksum, block) = split::<4>(block, short)?;
    let (size, block) = split::<4>(block, short)?;
    let size = usize::try_from(u32::from_le_bytes(*size)).unwrap_or(usize::MAX);
    let (payload, padding) = block.split_at_checked(size).ok_or(PrebootError::Damaged(
        "the configuration is longer than the header",
    ))?;
    if padding.len() > 3 || padding.iter().any(|byte| *byte != 0) {
        return Err(PrebootError::Damaged(
            "there are bytes after the configuration",
        ));
    }
    if sbr::checksum(payload) != u32::from_le_bytes(*checksum) {
        return Err(PrebootError::Damaged(
            "the configuration's checksum is wrong",
        ));
    }
    Ok(payload)
}

fn split<'a, const N: usize>(
    bytes: &'a [u8],
    reason: &'static str,
) -> Result<(&'a [u8; N], &'a [u8]), PrebootError> {
    bytes
        .split_first_chunk()
        .ok_or(PrebootError::Damaged(reason))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_image_without_a_header_is_distinguished_from_other_files() {
        assert_eq!(decode(b"MA2x and code"), Err(PrebootError::NoHeader));
        assert_eq!(decode(b"\x7fELF"), Err(PrebootError::NotFirmware));
        assert_eq!(decode(b""), Err(PrebootError::NotFirmware));
    }

    #[test]
    fn the_header_of_a_release_before_2_15_is_read() {
        let (payload, image) = (&b"board"[..], &b"MA2x and code"[..]);
        let header = encode(payload).unwrap();
        let block = header.strip_prefix(&[IMAGE_IDENTIFIER, &WATCHDOG].concat()[..]);
        let old = [IMAGE_IDENTIFIER, block.unwrap(), image].concat();
        let rest = image;
        assert_eq!(decode(&old), Ok(Preboot { payload, rest }));
    }

    #[test]
    fn a_payload_that_exceeds_the_word_count_is_refused() {
        assert!(encode(&vec![0; 262_128]).is_ok());
        assert!(encode(&vec![0; 262_129]).is_err());
    }

    proptest! {
        #[test]
        fn what_is_encoded_decodes(payload: Vec<u8>, image: Vec<u8>) {
            let mut firmware = encode(&payload).unwrap();
            prop_assert_eq!((firmware.len() - 47) % 4, 0);
            firmware.extend(&image);
            let preboot = decode(&firmware).unwrap();
            prop_assert_eq!(preboot.payload, &payload[..]);
            prop_assert_eq!(preboot.rest, &image[..]);
        }

        #[test]
        fn a_header_cut_short_or_changed_is_refused(payload: Vec<u8>, at: usize, flip in 1_u8..) {
            let header = encode(&payload).unwrap();
            let at = at % header.len();
            prop_assert!(decode(&header[..at]).is_err());
            let mut changed = header;
            changed[at] ^= flip;
            prop_assert!(decode(&changed).is_err());
        }

        #[test]
        fn arbitrary_bytes_never_panic(bytes: Vec<u8>) {
            let _ = decode(&bytes);
        }
    }
}
