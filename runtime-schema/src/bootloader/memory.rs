//! Memories, their sections and the types of bootloaders: numbers on the wire in, values out, and
//! back.

use std::fmt;

use super::record::codes;

codes! {
    /// A memory of a camera.
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
        /// The bootloader that the factory bootloader starts instead of going on itself.
        UserBootloader = 4,
    }
}

codes! {
    /// What a bootloader talks through, which also decides where it keeps things
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

    /// What the names of its images begin with: the image in a release is this and `.cmd`, the
    /// program that the image names itself after is this and `.elf`.
    pub const fn image_name(self) -> &'static str {
        match self {
            Self::Usb => "depthai-bootloader-usb",
            Self::Network => "depthai-bootloader-eth",
        }
    }

    /// The type of an image of a bootloader, which holds the name of its own program; `None` where
    /// the bytes are something else.
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

    /// The memories that bootloaders of this type know.
    pub const fn memories(self) -> &'static [Memory] {
        match self {
            Self::Usb => &[Memory::Flash],
            Self::Network => &[Memory::Flash, Memory::Emmc],
        }
    }
}

/// How an image for the chip begins, be it a bootloader or firmware.
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
