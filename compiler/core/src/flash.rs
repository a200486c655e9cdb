//! The flash memory of cameras: a size and a type of bootloader in, what an application can have of
//! it out.
//!
//! Below the application lie the header, the bootloaders and their configuration, which take more
//! under the network bootloader than under the one for USB. Nobody but us compares sizes: a package
//! that is too large overwrites nothing, but the camera never boots again on its own.

use std::fmt;

use oakc_runtime_schema::bootloader::{BootloaderType, Layout};

/// A size of flash memory that cameras come with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FlashSize {
    /// The whole memory.
    pub mebibytes: u64,
}

impl FlashSize {
    /// Reads a size: `32MiB`, `32 MB`, `256Mbit`. What manufacturers call a megabyte of flash has
    /// 2^20 bytes.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.find(|c: char| !c.is_ascii_digit())?;
        let (number, unit) = text.split_at_checked(digits)?;
        let number: u64 = number.parse().ok()?;
        let mebibytes = match unit.trim().to_ascii_lowercase().as_str() {
            "mib" | "mb" => number,
            "gib" | "gb" => number.checked_mul(1024)?,
            "mbit" => number / 8,
            "gbit" => number.checked_mul(128)?,
            _ => return None,
        };
        // No chip has more than some gigabytes.
        (1..=1 << 20)
            .contains(&mebibytes)
            .then_some(Self { mebibytes })
    }

    /// What remains for an application under a bootloader of that type, in bytes.
    pub fn application_bytes(self, bootloader: BootloaderType) -> u64 {
        let application = Layout::of(bootloader).application;
        (self.mebibytes << 20).saturating_sub(application.into())
    }
}

/// The sizes of NOR flash on cameras with Ethernet, smallest first (16 MiB early, 32 MiB on some
/// S2 and SR models, 128 MiB on most).
pub const FLASH_SIZES: [FlashSize; 3] = [
    FlashSize { mebibytes: 16 },
    FlashSize { mebibytes: 32 },
    FlashSize { mebibytes: 128 },
];

impl fmt::Display for FlashSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} MiB", self.mebibytes)
    }
}

/// Bytes of the package of an empty application: firmware, header, an empty pipeline.
pub const PLAIN_PACKAGE: u64 = 28_508_161;
/// The same with the firmware compressed. Assets are never compressed.
pub const COMPRESSED_PACKAGE: u64 = 10_682_369;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_manufacturers_write_them() {
        let read = |text| FlashSize::parse(text).map(|size| size.mebibytes);
        for text in ["32MiB", "32 MiB", "32mb", "256Mbit"] {
            assert_eq!(read(text), Some(32), "{text}");
        }
        assert_eq!(read("1Gbit"), Some(128));
        for text in [
            "",
            "32",
            "MiB",
            "-1MiB",
            "0MiB",
            "4Mbit",
            "9999999999GiB",
            "3.5MiB",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn the_application_has_what_the_bootloader_leaves() {
        let small = FlashSize { mebibytes: 32 };
        let network = small.application_bytes(BootloaderType::Network);
        assert_eq!(network, 24 << 20);
        assert!(network > COMPRESSED_PACKAGE && network < PLAIN_PACKAGE);
        let usb = small.application_bytes(BootloaderType::Usb);
        assert_eq!(usb, 31 << 20);
        assert!(usb > PLAIN_PACKAGE);
        let none = FlashSize { mebibytes: 1 };
        for bootloader in BootloaderType::ALL {
            assert_eq!(none.application_bytes(bootloader), 0);
        }
    }
}
