//! The image of a bootloader, as far as the camera has to know it: bytes in, version and type out.
//!
//! Images have no table of contents, but those in the library's packages name their own ELF file
//! (`depthai-bootloader-eth.elf`) and hold their version as a text between two NULs (`0.0.29`).
//! Nothing is ever run, and nothing else is looked at.

use oakc_runtime_schema::bootloader::{BootloaderType, IMAGE_START, Version};

/// What all versions of bootloaders begin with.
const VERSION: &[u8] = b"\x000.0.";
/// Digits of a patch number at most.
const DIGITS: usize = 4;

/// What an image says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BootloaderImage {
    pub(super) kind: BootloaderType,
    pub(super) version: Version,
}

impl BootloaderImage {
    /// `None` where the bytes are something else.
    pub(super) fn read(image: &[u8]) -> Option<Self> {
        let kind = BootloaderType::of_image(image)?;
        let version = after(image, VERSION).find_map(version)?;
        Some(Self { kind, version })
    }
}

/// Whether the bytes are an image for the chip, be it a bootloader or firmware.
pub(super) fn is_image(image: &[u8]) -> bool {
    image.starts_with(IMAGE_START)
}

/// The patch number up to its NUL.
fn version(text: &[u8]) -> Option<Version> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let ends = text.get(digits) == Some(&0);
    if !ends || digits == 0 || digits > DIGITS {
        return None;
    }
    let patch = str::from_utf8(text.get(..digits)?).ok()?.parse().ok()?;
    Some(Version::new(0, 0, patch))
}

/// The bytes after each place where `pattern` stands.
fn after<'a>(bytes: &'a [u8], pattern: &'static [u8]) -> impl Iterator<Item = &'a [u8]> {
    bytes
        .windows(pattern.len())
        .enumerate()
        .filter(move |(_, window)| *window == pattern)
        .filter_map(move |(start, _)| bytes.get(start.saturating_add(pattern.len())..))
}
