//! The flash memory of cameras: how much of it an application can have.
//!
//! A camera with the network bootloader keeps the application from 8 MiB on; below lie the header,
//! the bootloaders and their configuration. Nobody but us compares sizes: a package that is too
//! large overwrites nothing, but the camera never boots again on its own.

/// Where the application starts under the network bootloader, in bytes.
pub const APPLICATION_OFFSET: u64 = 8 << 20;

/// A size of flash memory that cameras come with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlashSize {
    /// The whole memory.
    pub mebibytes: u64,
}

impl FlashSize {
    /// What remains for an application, in bytes.
    pub const fn application_bytes(self) -> u64 {
        (self.mebibytes << 20).saturating_sub(APPLICATION_OFFSET)
    }
}

/// The sizes of NOR flash on cameras with Ethernet, smallest first (16 MiB early, 32 MiB on some
/// S2 and SR models, 128 MiB on most).
pub const FLASH_SIZES: [FlashSize; 3] = [
    FlashSize { mebibytes: 16 },
    FlashSize { mebibytes: 32 },
    FlashSize { mebibytes: 128 },
];
