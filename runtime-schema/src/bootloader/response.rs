//! What a bootloader answers: packets in, [`Response`]s out, and back.

use super::record::{Fields, Record, RecordError};
use super::{BootloaderType, Memory, Payload, Version};

/// What the bootloader answers.
///
/// `Err` in an outcome holds the bootloader's own words.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Response {
    /// The end of a request that writes.
    FlashComplete(Result<(), String>),
    /// How far a request that writes has come, from 0 to 1; nothing is promised about its order.
    FlashStatus(f32),
    /// The version.
    Version(Version),
    /// The type.
    Type(BootloaderType),
    /// The configuration follows.
    Config(Result<Payload, String>),
    /// Which memory the bootloader was started from.
    Memory(Memory),
    /// How an attempt to start the application ended; when it succeeds, the link may drop first.
    BootApplication(Result<(), String>),
    /// The commit that the bootloader was built from.
    Commit(String),
    /// Bytes of a memory follow.
    ReadFlash(Result<Payload, String>),
    /// The application.
    ApplicationDetails {
        /// Whether the memory could be looked at.
        outcome: Result<(), String>,
        /// Whether it holds an application.
        has_application: bool,
        /// The commit of the application's firmware.
        firmware_version: Option<String>,
        /// The application's name.
        application_name: Option<String>,
    },
    /// A memory; `None` where the camera has no such one.
    MemoryDetails(Option<MemoryDetails>),
    /// Whether the running bootloader is the user bootloader.
    IsUserBootloader(bool),
    /// The answer to [`NoOp`](super::Request::NoOp), and to what the bootloader does not know
    /// (`invalid`).
    NoOp {
        /// The request was unknown.
        invalid: bool,
    },
}

/// A memory of a camera.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemoryDetails {
    /// Which one.
    pub memory: Memory,
    /// Bytes; the bootloader's number, which may be nonsense.
    pub size: i64,
    /// The bootloader's words about it.
    pub info: String,
}

/// Bytes of the array for a message.
const MESSAGE: usize = 64;
const COMMIT: usize = 64;
const FIRMWARE_VERSION: usize = 256;
const APPLICATION_NAME: usize = 4096;
const MEMORY_INFO: usize = 512;

impl Response {
    /// Reads a packet.
    ///
    /// # Errors
    /// Where it is too short, of an unknown command, or names an unknown memory or type.
    pub fn decode(packet: &[u8]) -> Result<Self, RecordError> {
        let fields = Fields(packet);
        Ok(match fields.u32(0)? {
            0 => Self::FlashComplete(outcome(fields)?),
            1 => Self::FlashStatus(fields.f32(4)?),
            2 => Self::Version(Version::new(
                fields.u32(4)?,
                fields.u32(8)?,
                fields.u32(12)?,
            )),
            3 => Self::Type(BootloaderType::from_code(fields.i32(4)?)?),
            4 => Self::Config(payload(fields)?),
            5 => Self::Memory(Memory::from_code(fields.i32(4)?)?),
            6 => Self::BootApplication(outcome(fields)?),
            7 => Self::Commit(fields.text(4, COMMIT)?),
            8 => Self::ReadFlash(payload(fields)?),
            9 => application_details(fields)?,
            10 => Self::MemoryDetails(memory_details(fields)?),
            11 => Self::IsUserBootloader(fields.flag(4)?),
            12 => Self::NoOp {
                invalid: fields.flag(4)?,
            },
            command => return Err(RecordError::UnknownCommand(command)),
        })
    }

    /// The packet. Texts are cut to what fits.
    pub fn encode(&self) -> Vec<u8> {
        let record = Record::new(self.command());
        match self {
            Self::FlashComplete(outcome) | Self::BootApplication(outcome) => {
                with_outcome(record, outcome).bytes()
            }
            Self::FlashStatus(progress) => record.f32(*progress).bytes(),
            Self::Version(version) => record
                .u32(version.major)
                .u32(version.minor)
                .u32(version.patch)
                .bytes(),
            Self::Type(kind) => record.i32(kind.code()).bytes(),
            Self::Config(payload) | Self::ReadFlash(payload) => with_payload(record, payload),
            Self::Memory(memory) => record.i32(memory.code()).bytes(),
            Self::Commit(commit) => record.text(commit, COMMIT).bytes(),
            Self::ApplicationDetails {
                outcome,
                has_application,
                firmware_version,
                application_name,
            } => with_outcome(record, outcome)
                .flag(*has_application)
                .flag(firmware_version.is_some())
                .flag(application_name.is_some())
                .text(
                    firmware_version.as_deref().unwrap_or_default(),
                    FIRMWARE_VERSION,
                )
                .text(
                    application_name.as_deref().unwrap_or_default(),
                    APPLICATION_NAME,
                )
                .bytes(),
            Self::MemoryDetails(details) => with_memory_details(record, details.as_ref()),
            Self::IsUserBootloader(flag) => record.flag(*flag).bytes(),
            Self::NoOp { invalid } => record.flag(*invalid).bytes(),
        }
    }

    fn command(&self) -> u32 {
        match self {
            Self::FlashComplete(_) => 0,
            Self::FlashStatus(_) => 1,
            Self::Version(_) => 2,
            Self::Type(_) => 3,
            Self::Config(_) => 4,
            Self::Memory(_) => 5,
            Self::BootApplication(_) => 6,
            Self::Commit(_) => 7,
            Self::ReadFlash(_) => 8,
            Self::ApplicationDetails { .. } => 9,
            Self::MemoryDetails(_) => 10,
            Self::IsUserBootloader(_) => 11,
            Self::NoOp { .. } => 12,
        }
    }
}

/// The success flag and the message, right behind the command.
fn outcome(fields: Fields<'_>) -> Result<Result<(), String>, RecordError> {
    let message = fields.text(8, MESSAGE)?;
    Ok(if fields.flag(4)? {
        Ok(())
    } else {
        Err(message)
    })
}

fn with_outcome(record: Record, outcome: &Result<(), String>) -> Record {
    let message = outcome.as_ref().err().map(String::as_str);
    record
        .flag(outcome.is_ok())
        .text(message.unwrap_or_default(), MESSAGE)
}

fn payload(fields: Fields<'_>) -> Result<Result<Payload, String>, RecordError> {
    let payload = Payload::decode(fields, 72)?;
    Ok(outcome(fields)?.map(|()| payload))
}

fn with_payload(record: Record, payload: &Result<Payload, String>) -> Vec<u8> {
    let outcome = payload.as_ref().map(|_| ()).map_err(String::clone);
    with_outcome(record, &outcome)
        .payload(payload.as_ref().copied().unwrap_or_default())
        .bytes()
}

fn application_details(fields: Fields<'_>) -> Result<Response, RecordError> {
    let version = fields.text(84, FIRMWARE_VERSION)?;
    let name = fields.text(84 + FIRMWARE_VERSION, APPLICATION_NAME)?;
    Ok(Response::ApplicationDetails {
        outcome: outcome(fields)?,
        has_application: fields.flag(72)?,
        firmware_version: fields.flag(76)?.then_some(version),
        application_name: fields.flag(80)?.then_some(name),
    })
}

fn memory_details(fields: Fields<'_>) -> Result<Option<MemoryDetails>, RecordError> {
    let info = fields.text(24, MEMORY_INFO)?;
    if !fields.flag(4)? {
        return Ok(None);
    }
    Ok(Some(MemoryDetails {
        memory: Memory::from_code(fields.i32(8)?)?,
        size: fields.i64(16)?,
        info,
    }))
}

fn with_memory_details(record: Record, details: Option<&MemoryDetails>) -> Vec<u8> {
    let record = record.flag(details.is_some());
    let memory = details.map_or(Memory::Flash, |details| details.memory);
    record
        .i32(memory.code())
        .i64(details.map_or(0, |details| details.size))
        .text(
            details.map_or("", |details| details.info.as_str()),
            MEMORY_INFO,
        )
        .bytes()
}
