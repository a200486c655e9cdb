//! Memories, their sections and the types of bootloaders, as numbers on the wire.

use std::fmt;

use super::record::RecordError;

/// A memory of a camera.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Memory {
    /// Whichever the bootloader prefers.
    Auto,
    /// NOR flash.
    Flash,
    /// eMMC.
    Emmc,
}

impl Memory {
    pub(super) fn from_code(code: i32) -> Result<Self, RecordError> {
        match code {
            -1 => Ok(Self::Auto),
            0 => Ok(Self::Flash),
            1 => Ok(Self::Emmc),
            code => Err(RecordError::UnknownCode {
                field: "memory",
                code,
            }),
        }
    }

    /// The number on the wire and in the configuration.
    pub fn code(self) -> i32 {
        match self {
            Self::Auto => -1,
            Self::Flash => 0,
            Self::Emmc => 1,
        }
    }
}

impl fmt::Display for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Flash => "flash",
            Self::Emmc => "emmc",
        })
    }
}

/// A part of a memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Section {
    /// Whichever the bootloader prefers.
    Auto,
    /// The boot header, which the chip's ROM reads.
    Header,
    /// The factory bootloader.
    Bootloader,
    /// The bootloader's configuration.
    Config,
    /// The application: an SBR container.
    Application,
    /// The bootloader that the factory bootloader starts in its place.
    UserBootloader,
}

impl Section {
    pub(super) fn from_code(code: i32) -> Result<Self, RecordError> {
        match code {
            -1 => Ok(Self::Auto),
            0 => Ok(Self::Header),
            1 => Ok(Self::Bootloader),
            2 => Ok(Self::Config),
            3 => Ok(Self::Application),
            4 => Ok(Self::UserBootloader),
            code => Err(RecordError::UnknownCode {
                field: "section",
                code,
            }),
        }
    }

    pub(super) fn code(self) -> i32 {
        match self {
            Self::Auto => -1,
            Self::Header => 0,
            Self::Bootloader => 1,
            Self::Config => 2,
            Self::Application => 3,
            Self::UserBootloader => 4,
        }
    }
}

/// What a bootloader talks through, which also decides where it keeps things
/// ([`Layout`](super::Layout)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BootloaderType {
    /// USB; on cameras with USB only.
    Usb,
    /// Ethernet; on PoE cameras.
    Network,
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

    pub(super) fn from_code(code: i32) -> Result<Self, RecordError> {
        match code {
            0 => Ok(Self::Usb),
            1 => Ok(Self::Network),
            code => Err(RecordError::UnknownCode {
                field: "bootloader type",
                code,
            }),
        }
    }

    pub(super) fn code(self) -> i32 {
        match self {
            Self::Usb => 0,
            Self::Network => 1,
        }
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
