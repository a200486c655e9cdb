//! What a host asks of a bootloader: packets in, [`Request`]s out, and back.

use super::record::{Fields, Record, RecordError};
use super::{Memory, Payload, Section, Version};

/// What the host asks.
///
/// Data that belong to a request follow in packets of their own on the same stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Request {
    /// Go into the chip's own USB boot loader. No answer; the link drops.
    UsbRomBoot,
    /// Start the application. Answered only where that fails.
    BootApplication,
    /// Write an application or a bootloader to where it belongs. Data follow; answered by
    /// progress and an end.
    UpdateFlash {
        /// What it is.
        storage: Storage,
        /// The data that follow.
        data: Payload,
    },
    /// Ask for the version.
    GetVersion,
    /// Start a bootloader or firmware that follows as data. No answer; the link drops.
    BootMemory {
        /// The data that follow.
        data: Payload,
    },
    /// As [`Request::UpdateFlash`], to a section.
    UpdateFlashSection {
        /// Which memory.
        memory: Memory,
        /// Which section of it.
        section: Section,
        /// The data that follow.
        data: Payload,
    },
    /// As [`Request::UpdateFlash`], to an offset.
    UpdateFlashAt {
        /// Which memory.
        memory: Memory,
        /// Bytes from its start.
        offset: u32,
        /// The data that follow.
        data: Payload,
    },
    /// Nothing but an answer.
    NoOp,
    /// Ask for the type of the bootloader.
    GetType,
    /// Store the configuration, which follows as one packet of BSON; or clear it.
    SetConfig {
        /// Which memory; the bootloader's choice where it is [`Memory::Auto`].
        memory: Memory,
        /// Bytes from its start; where the configuration belongs if negative.
        offset: i64,
        /// Nothing follows; the configuration is removed.
        clear: bool,
        /// The data that follow.
        data: Payload,
    },
    /// Ask for the configuration.
    GetConfig {
        /// Which memory.
        memory: Memory,
        /// Bytes from its start; where the configuration belongs if negative.
        offset: i64,
        /// Longest answer in bytes; 0 for any.
        max_size: u32,
    },
    /// Ask which memory the bootloader was started from.
    GetMemory,
    /// Ask for the commit that the bootloader was built from.
    GetCommit,
    /// Write a boot header.
    UpdateBootHeader(BootHeader),
    /// Ask for bytes of a memory. Answered by a head, and data.
    ReadFlash {
        /// Which memory.
        memory: Memory,
        /// Bytes from its start.
        offset: u32,
        /// Bytes in all.
        total_size: u32,
    },
    /// Ask for the application in a memory.
    GetApplicationDetails {
        /// Which memory.
        memory: Memory,
    },
    /// Ask for a memory.
    GetMemoryDetails {
        /// Which memory.
        memory: Memory,
    },
    /// Ask whether the running bootloader is the user bootloader.
    IsUserBootloader,
}

/// What [`Request::UpdateFlash`] writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Storage {
    /// An application package.
    Application,
    /// A factory bootloader.
    Bootloader,
}

/// Which boot header is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BootHeaderKind {
    /// One that sets the pins which choose where the chip boots from.
    GpioMode,
    /// One that makes the chip boot from USB.
    UsbRecovery,
    /// A usual one.
    Normal,
    /// A usual one with a faster read.
    Fast,
}

/// A boot header: what the chip's ROM reads first. Negative numbers leave the choice to the
/// bootloader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BootHeader {
    /// Which kind.
    pub kind: BootHeaderKind,
    /// Where the header goes, in bytes from the start of the memory.
    pub offset: i64,
    /// Where the bootloader lies, in bytes from the start of the memory.
    pub location: i64,
    /// Dummy cycles of a fast read.
    pub dummy_cycles: i32,
    /// Clock of the memory.
    pub frequency: i32,
    /// Pins which choose where the chip boots from.
    pub gpio_mode: i32,
}

impl Request {
    /// Reads a packet.
    ///
    /// # Errors
    /// Where it is too short, of an unknown command, or names an unknown memory or section.
    pub fn decode(packet: &[u8]) -> Result<Self, RecordError> {
        let fields = Fields(packet);
        let memory = |offset| fields.i32(offset).and_then(Memory::from_code);
        Ok(match fields.u32(0)? {
            0 => Self::UsbRomBoot,
            1 => Self::BootApplication,
            2 => Self::UpdateFlash {
                storage: Storage::from_code(fields.u32(4)?)?,
                data: Payload::decode(fields, 8)?,
            },
            3 => Self::GetVersion,
            4 => Self::BootMemory {
                data: Payload::decode(fields, 4)?,
            },
            5 => Self::UpdateFlashSection {
                memory: memory(4)?,
                section: fields.i32(8).and_then(Section::from_code)?,
                data: Payload::decode(fields, 12)?,
            },
            6 => Self::UpdateFlashAt {
                memory: memory(4)?,
                offset: fields.u32(8)?,
                data: Payload::decode(fields, 12)?,
            },
            7 => Self::NoOp,
            8 => Self::GetType,
            9 => Self::SetConfig {
                memory: memory(4)?,
                offset: fields.i64(8)?,
                clear: fields.flag(16)?,
                data: Payload::decode(fields, 20)?,
            },
            10 => Self::GetConfig {
                memory: memory(4)?,
                offset: fields.i64(8)?,
                max_size: fields.u32(16)?,
            },
            11 => Self::GetMemory,
            12 => Self::GetCommit,
            13 => Self::UpdateBootHeader(BootHeader::decode(fields)?),
            14 => Self::ReadFlash {
                memory: memory(4)?,
                offset: fields.u32(8)?,
                total_size: fields.u32(12)?,
            },
            15 => Self::GetApplicationDetails { memory: memory(4)? },
            16 => Self::GetMemoryDetails { memory: memory(4)? },
            17 => Self::IsUserBootloader,
            command => return Err(RecordError::UnknownCommand(command)),
        })
    }

    /// The packet.
    pub fn encode(&self) -> Vec<u8> {
        let record = Record::new(self.command());
        match *self {
            Self::UsbRomBoot
            | Self::BootApplication
            | Self::GetVersion
            | Self::NoOp
            | Self::GetType
            | Self::GetMemory
            | Self::GetCommit
            | Self::IsUserBootloader => record.bytes(),
            Self::UpdateFlash { storage, data } => record.u32(storage.code()).payload(data).bytes(),
            Self::BootMemory { data } => record.payload(data).bytes(),
            Self::UpdateFlashSection {
                memory,
                section,
                data,
            } => record
                .i32(memory.code())
                .i32(section.code())
                .payload(data)
                .bytes(),
            Self::UpdateFlashAt {
                memory,
                offset,
                data,
            } => record.i32(memory.code()).u32(offset).payload(data).bytes(),
            Self::SetConfig {
                memory,
                offset,
                clear,
                data,
            } => record
                .i32(memory.code())
                .i64(offset)
                .flag(clear)
                .payload(data)
                .aligned_bytes(),
            Self::GetConfig {
                memory,
                offset,
                max_size,
            } => record
                .i32(memory.code())
                .i64(offset)
                .u32(max_size)
                .aligned_bytes(),
            Self::UpdateBootHeader(header) => header.encode(record),
            Self::ReadFlash {
                memory,
                offset,
                total_size,
            } => record
                .i32(memory.code())
                .u32(offset)
                .u32(total_size)
                .bytes(),
            Self::GetApplicationDetails { memory } | Self::GetMemoryDetails { memory } => {
                record.i32(memory.code()).bytes()
            }
        }
    }

    /// The oldest bootloader that understands the request.
    pub fn minimum_version(&self) -> Version {
        let patch = match self {
            Self::UsbRomBoot
            | Self::BootApplication
            | Self::UpdateFlash { .. }
            | Self::GetVersion => 2,
            Self::BootMemory { .. }
            | Self::UpdateFlashSection { .. }
            | Self::UpdateFlashAt { .. }
            | Self::GetType => 12,
            Self::SetConfig { .. } | Self::GetConfig { .. } | Self::GetMemory => 14,
            Self::GetCommit => 18,
            Self::UpdateBootHeader(_)
            | Self::ReadFlash { .. }
            | Self::GetApplicationDetails { .. }
            | Self::GetMemoryDetails { .. } => 19,
            Self::NoOp | Self::IsUserBootloader => 21,
        };
        Version::new(0, 0, patch)
    }

    fn command(&self) -> u32 {
        match self {
            Self::UsbRomBoot => 0,
            Self::BootApplication => 1,
            Self::UpdateFlash { .. } => 2,
            Self::GetVersion => 3,
            Self::BootMemory { .. } => 4,
            Self::UpdateFlashSection { .. } => 5,
            Self::UpdateFlashAt { .. } => 6,
            Self::NoOp => 7,
            Self::GetType => 8,
            Self::SetConfig { .. } => 9,
            Self::GetConfig { .. } => 10,
            Self::GetMemory => 11,
            Self::GetCommit => 12,
            Self::UpdateBootHeader(_) => 13,
            Self::ReadFlash { .. } => 14,
            Self::GetApplicationDetails { .. } => 15,
            Self::GetMemoryDetails { .. } => 16,
            Self::IsUserBootloader => 17,
        }
    }
}

impl Storage {
    fn from_code(code: u32) -> Result<Self, RecordError> {
        match code {
            0 => Ok(Self::Application),
            1 => Ok(Self::Bootloader),
            code => Err(RecordError::UnknownCode {
                field: "storage",
                code: code.cast_signed(),
            }),
        }
    }

    fn code(self) -> u32 {
        match self {
            Self::Application => 0,
            Self::Bootloader => 1,
        }
    }
}

impl BootHeader {
    fn decode(fields: Fields<'_>) -> Result<Self, RecordError> {
        Ok(Self {
            kind: BootHeaderKind::from_code(fields.i32(4)?)?,
            offset: fields.i64(8)?,
            location: fields.i64(16)?,
            dummy_cycles: fields.i32(24)?,
            frequency: fields.i32(28)?,
            gpio_mode: fields.i32(32)?,
        })
    }

    fn encode(&self, record: Record) -> Vec<u8> {
        record
            .i32(self.kind.code())
            .i64(self.offset)
            .i64(self.location)
            .i32(self.dummy_cycles)
            .i32(self.frequency)
            .i32(self.gpio_mode)
            .aligned_bytes()
    }
}

impl BootHeaderKind {
    fn from_code(code: i32) -> Result<Self, RecordError> {
        match code {
            0 => Ok(Self::GpioMode),
            1 => Ok(Self::UsbRecovery),
            2 => Ok(Self::Normal),
            3 => Ok(Self::Fast),
            code => Err(RecordError::UnknownCode {
                field: "boot header",
                code,
            }),
        }
    }

    fn code(self) -> i32 {
        match self {
            Self::GpioMode => 0,
            Self::UsbRecovery => 1,
            Self::Normal => 2,
            Self::Fast => 3,
        }
    }
}
