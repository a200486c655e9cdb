//! Memories, their sections and the types of bootloaders: numbers on the wire in, values out, and
//! back.

use std::fmt;

use super::record::codes;

codes! {
    /// A memory in a camera.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
    pub enum Memory, "memory" {
        /// Whichever the bootloader prefers.
        Auto = -1,
        /// NOR flash.
        Flash = 0,
        /// eMMC.
        Emmc = 1,
    }
}

codes! {
    /// Part of a memory.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
    pub enum Section, "section" {
        /// Whichever the bootloader prefers.
        Auto = -1,
        /// The boot header, which the chip's ROM reads.
        Header = 0,
        /// The factory bootloader.
        Bootloader = 1,
        /// The bootloader's configuration.
        Config = 2,
        /// The application: an SBR container.
        Application = 3,
        /// The bootloader that the factory bootloader starts in its own place.
        UserBootloader = 4,
    }
}

codes! {
    /// The interface that a bootloader uses, which also determines where it keeps things
    /// ([`Layout`](super::Layout)).
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
    pub enum BootloaderType, "bootloader type" {
        /// USB; on cameras with USB only.
        Usb = 0,
        /// Ethernet; on PoE cameras.
        Network = 1,
    }
}

impl BootloaderType {
    /// All types.
    pub const ALL: [Self; 2] = [Self::Usb, Self::Network];

    /// The stem of its images' names: with `.cmd` it is the image in a release, with `.elf` the
    /// program name inside the image.
    pub const fn image_name(self) -> &'static str {
        match self {
            Self::Usb => "depthai-bootloader-usb",
            Self::Network => "depthai-bootloader-eth",
        }
    }

    /// The type of a bootloader image, which contains the name of its own program; `None` if the
    /// bytes are something else.
    pub fn of_image(image: &[u8]) -> Option<Self> {
        if !image.starts_with(IMAGE_START) {
            return None;
        }
        let mut names = image.windows(Self::Usb.image_name().len());
        names.find_map(|bytes| {
            let is_named = |kind: &Self| bytes.starts_with(kind.image_name().as_bytes());
            Self::ALL.into_iter().find(is_named)
        })
    }

    /// The memories that bootloaders of this type can use.
    pub const fn memories(self) -> &'static [Memory] {
        match self {
            Self::Usb => &[Memory::Flash],
            Self::Network => &[Memory::Flash, Memory::Emmc],
        }
    }
}

/// The first bytes of every image for the chip, bootloader or firmware.
pub const IMAGE_START: &[u8] = b"MA2x";

impl fmt::Display for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Flash => "flash",
            Self::Emmc => "emmc",
        })
    }
}

impl fmt::Display for BootloaderType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Usb => "USB",
            Self::Network => "NETWORK",
        })
    }
}
