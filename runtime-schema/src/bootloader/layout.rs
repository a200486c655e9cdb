//! Where in a memory the bootloader keeps things: a type of bootloader in, offsets out. NOR flash
//! and eMMC have the same layout; an eMMC only ever holds an application.

use super::{BootloaderType, Section};

/// A region of a memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Region {
    /// Bytes from the start of the memory.
    pub offset: u32,
    /// Bytes.
    pub size: u32,
}

impl Region {
    /// Offset of the first byte after the region.
    pub const fn end(self) -> u32 {
        self.offset.saturating_add(self.size)
    }

    /// The region that starts here.
    const fn followed_by(self, size: u32) -> Self {
        Self {
            offset: self.end(),
            size,
        }
    }
}

/// The layout of a memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// The boot header.
    pub header: Region,
    /// The factory bootloader.
    pub bootloader: Region,
    /// The user bootloader; USB bootloaders have none.
    pub user_bootloader: Option<Region>,
    /// The configuration.
    pub config: Region,
    /// Bytes from the start of the memory to the application, which may fill the rest.
    pub application: u32,
}

const KIB: u32 = 1024;
const MIB: u32 = 1024 * KIB;
const HEADER: Region = Region {
    offset: 0,
    size: 512,
};
const CONFIG_SIZE: u32 = 16 * KIB;

impl Layout {
    /// The layout that bootloaders of this type use.
    pub const fn of(kind: BootloaderType) -> Self {
        match kind {
            BootloaderType::Network => Self::NETWORK,
            BootloaderType::Usb => Self::USB,
        }
    }

    const NETWORK: Self = {
        let bootloader = HEADER.followed_by(4 * MIB - HEADER.size);
        let user_bootloader = bootloader.followed_by(4 * MIB - CONFIG_SIZE);
        let config = user_bootloader.followed_by(CONFIG_SIZE);
        Self {
            header: HEADER,
            bootloader,
            user_bootloader: Some(user_bootloader),
            config,
            application: config.end(),
        }
    };

    const USB: Self = {
        let bootloader = HEADER.followed_by(MIB - CONFIG_SIZE - HEADER.size);
        let config = bootloader.followed_by(CONFIG_SIZE);
        Self {
            header: HEADER,
            bootloader,
            user_bootloader: None,
            config,
            application: config.end(),
        }
    };

    /// Where a section starts, in bytes from the start of the memory; `None` for
    /// [`Section::Auto`] and for a section that the layout does not have.
    pub fn offset(&self, section: Section) -> Option<u32> {
        match section {
            Section::Auto => None,
            Section::Header => Some(self.header.offset),
            Section::Bootloader => Some(self.bootloader.offset),
            Section::Config => Some(self.config.offset),
            Section::Application => Some(self.application),
            Section::UserBootloader => self.user_bootloader.map(|region| region.offset),
        }
    }
}
