//! What a bootloader answers: packets in, [`Response`]s out, and back. Data that follow a response
//! are never part of it.

use super::record::{Field, Reader, RecordError, Writer, records};
use super::{BootloaderType, Memory, Payload, Version};

records! {
    /// What the bootloader answers.
    ///
    /// `Err` in an outcome holds the bootloader's own words.
    #[derive(Debug, Clone, PartialEq)]
    #[non_exhaustive]
    pub enum Response;

    /// The kind of a response, without its contents. It is as old as the first request that it
    /// answers.
    pub enum ResponseKind;

    /// The end of a request that writes.
    0 since 2: FlashComplete(outcome: Result<(), String>);

    /// The progress of a request that writes, from 0 to 1, in no guaranteed order.
    1 since 2: FlashStatus(progress: f32);

    /// The version.
    2 since 2: Version(version: Version);

    /// The type.
    3 since 12: Type(kind: BootloaderType);

    /// The configuration follows.
    4 since 14: Config(payload: Result<Payload, String>);

    /// Which memory the bootloader was started from.
    5 since 14: Memory(memory: Memory);

    /// How an attempt to start the application ended; when it succeeds, the link may drop first.
    6 since 2: BootApplication(outcome: Result<(), String>);

    /// The commit that the bootloader was built from.
    7 since 18: Commit(commit: String);

    /// Bytes of a memory follow.
    8 since 19: ReadFlash(payload: Result<Payload, String>);

    /// The application.
    9 since 19: ApplicationDetails(details: ApplicationDetails);

    /// A memory; `None` if the camera does not have it.
    10 since 19: MemoryDetails(details: Option<MemoryDetails>);

    /// Whether the running bootloader is the user bootloader.
    11 since 21: IsUserBootloader(user: bool);

    /// The answer to [`NoOp`](super::Request::NoOp), and to unknown requests (`invalid`).
    12 since 21: NoOp {
        /// The request was unknown.
        invalid: bool,
    };
}

/// The application in a memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplicationDetails {
    /// Whether the memory could be read.
    pub outcome: Result<(), String>,
    /// Whether it holds an application.
    pub has_application: bool,
    /// The commit of the application's firmware.
    pub firmware_version: Option<String>,
    /// The application's name.
    pub application_name: Option<String>,
}

/// A memory in a camera.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemoryDetails {
    /// Which one.
    pub memory: Memory,
    /// Size in bytes as the bootloader reports it, which may be wrong.
    pub size: i64,
    /// The bootloader's description of it.
    pub info: String,
}

/// Bytes of the arrays for text.
const FIRMWARE_VERSION: usize = 256;
const APPLICATION_NAME: usize = 4096;
const MEMORY_INFO: usize = 512;

/// The outcome of a request, and the data that follow if it succeeded.
impl Field for Result<Payload, String> {
    fn read(from: &mut Reader<'_>) -> Result<Self, RecordError> {
        let outcome: Result<(), String> = from.field()?;
        let payload = from.field()?;
        Ok(outcome.map(|()| payload))
    }

    fn write(&self, to: &mut Writer) {
        let outcome = self.as_ref().map(|_| ()).map_err(String::clone);
        to.field(&outcome);
        to.field(&self.as_ref().copied().unwrap_or_default());
    }
}

/// Texts, valid or not, after the flags that say which are.
impl Field for ApplicationDetails {
    fn read(from: &mut Reader<'_>) -> Result<Self, RecordError> {
        let outcome = from.field()?;
        let has_application = from.field()?;
        let has_firmware_version: bool = from.field()?;
        let has_application_name: bool = from.field()?;
        let firmware_version = from.text(FIRMWARE_VERSION)?;
        let application_name = from.text(APPLICATION_NAME)?;
        Ok(Self {
            outcome,
            has_application,
            firmware_version: has_firmware_version.then_some(firmware_version),
            application_name: has_application_name.then_some(application_name),
        })
    }

    fn write(&self, to: &mut Writer) {
        to.field(&self.outcome);
        to.field(&self.has_application);
        to.field(&self.firmware_version.is_some());
        to.field(&self.application_name.is_some());
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        to.text(&text(&self.firmware_version), FIRMWARE_VERSION);
        to.text(&text(&self.application_name), APPLICATION_NAME);
    }
}

/// All fields, valid or not, after the flag that says whether they are.
impl Field for Option<MemoryDetails> {
    fn read(from: &mut Reader<'_>) -> Result<Self, RecordError> {
        let exists: bool = from.field()?;
        let memory: i32 = from.field()?;
        let size = from.field()?;
        let info = from.text(MEMORY_INFO)?;
        if !exists {
            return Ok(None);
        }
        Ok(Some(MemoryDetails {
            memory: Memory::from_code(memory)?,
            size,
            info,
        }))
    }

    fn write(&self, to: &mut Writer) {
        to.field(&self.is_some());
        let details = self.as_ref();
        to.field(&details.map_or(Memory::Flash, |details| details.memory));
        to.field(&details.map_or(0, |details| details.size));
        to.text(details.map_or("", |details| &details.info), MEMORY_INFO);
    }
}
