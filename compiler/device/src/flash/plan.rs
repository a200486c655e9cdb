//! What is going to happen to a camera, or why nothing may: facts and a package in, a plan out. The
//! camera is never touched.

use std::fmt;
use std::time::Duration;

use oakc_runtime_schema::bootloader::{BootloaderType, Layout, Memory, RequestKind, Version};

use super::Package;
use crate::bootloader::{Bootloader, PacketSize};
use crate::error::{Error, Result};

/// How to flash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Where to; [`Memory::Auto`] takes eMMC where there is one.
    pub memory: Memory,
    /// Whether to read back and compare.
    pub verify: bool,
    /// Whether to wait until the application runs.
    pub boot: bool,
    /// For how long to watch that it keeps running.
    pub observe: Duration,
    /// Whether to write only what has changed. Everything is written where it is not verified.
    pub delta: bool,
    /// Packets of this size whatever the link is like; without a choice the host library's, unless
    /// the link is too slow for them.
    pub packets: Option<PacketSize>,
    /// How often to try at most.
    pub attempts: u32,
}

/// The time from a reset until a camera's bootloader has started and left for the application again.
const BOOT_WINDOW: Duration = Duration::from_secs(1);
/// For how long an application is watched unless said otherwise: one that crashes at its start is back
/// in its bootloader by then.
pub const OBSERVE: Duration = BOOT_WINDOW.saturating_mul(3);

impl Default for Options {
    fn default() -> Self {
        Self {
            memory: Memory::Auto,
            verify: true,
            boot: true,
            observe: OBSERVE,
            delta: false,
            packets: None,
            attempts: 5,
        }
    }
}

/// What a camera says about itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// Version of the bootloader that runs.
    pub version: Version,
    /// Its type.
    pub kind: BootloaderType,
    /// Bytes of the NOR flash; `None` if it has none, or the bootloader cannot say.
    pub flash: Option<i64>,
    /// Bytes of the eMMC, likewise.
    pub emmc: Option<i64>,
}

impl Facts {
    /// Whether the bootloader understands a request.
    fn knows(&self, request: RequestKind) -> bool {
        self.version >= request.first_version()
    }
}

/// What is going to happen.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The memory that the application goes into.
    pub memory: Memory,
    /// Whether the bootloader chooses where to write by itself, to the same effect.
    pub automatic: bool,
    /// Bytes from the start of the memory to the application.
    pub offset: u32,
    /// Bytes of the package.
    pub size: u64,
    /// Bytes that an application may have there, if that is known.
    pub room: Option<u64>,
    /// What the user should know.
    pub warnings: Vec<Warning>,
}

/// Something the user should know.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// The bootloader sometimes fails to start or restart the camera.
    OldBootloader(Version),
    /// The bootloader does not say how large the memory is.
    UnknownSize,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OldBootloader(version) => write!(
                f,
                "bootloader {version} sometimes fails to start a camera; {} and newer do not",
                Version::RELIABLE
            ),
            Self::UnknownSize => f.write_str(
                "the bootloader does not report the size of the memory: only reading the package back shows whether it fits",
            ),
        }
    }
}

/// Why nothing may happen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The bootloader would ruin the camera.
    #[error(
        "network bootloader {0} can leave the camera unable to start when it writes an application"
    )]
    DangerousBootloader(Version),
    /// The bootloader cannot read back.
    #[error("bootloader {0} cannot read its memory back, so nothing could be verified")]
    CannotVerify(Version),
    /// The bootloader cannot write to a memory of choice.
    #[error("bootloader {0} cannot be told which memory to use")]
    CannotChooseMemory(Version),
    /// USB bootloaders do not know eMMC.
    #[error("a USB bootloader cannot write to eMMC")]
    NoEmmcOverUsb,
    /// The camera does not have this memory.
    #[error("the camera has no {0}")]
    NoMemory(&'static str),
    /// The package is too large.
    #[error("the package has {size} bytes, but the camera's {memory} has room for only {room}")]
    TooLarge {
        /// Which memory.
        memory: Memory,
        /// Bytes of the package.
        size: u64,
        /// Bytes that fit.
        room: u64,
    },
}

impl Warning {
    /// What the user should know about a bootloader of that version.
    pub fn about(version: Version) -> Option<Self> {
        (version < Version::RELIABLE).then_some(Self::OldBootloader(version))
    }
}

/// Asks a bootloader what a plan needs to know.
///
/// # Errors
/// Where the connection ends, or an answer cannot be read.
pub fn facts_of(bootloader: &mut Bootloader) -> Result<Facts> {
    let mut size_of = |memory| -> Result<Option<i64>> {
        if !bootloader.describes(memory) {
            return Ok(None);
        }
        Ok(bootloader.memory(memory)?.map(|details| details.size))
    };
    let flash = size_of(Memory::Flash)?;
    let emmc = size_of(Memory::Emmc)?;
    Ok(Facts {
        version: bootloader.version(),
        kind: bootloader.kind(),
        flash,
        emmc,
    })
}

/// Says what flashing would do to a camera.
///
/// # Errors
/// A [`Refusal`] where it would do harm, or could not work.
pub fn plan(facts: &Facts, package: &Package, options: Options) -> Result<Plan, Refusal> {
    let version = facts.version;
    if facts.kind == BootloaderType::Network && version < Version::WRITES_SAFELY {
        return Err(Refusal::DangerousBootloader(version));
    }
    if options.verify && !facts.knows(RequestKind::ReadFlash) {
        return Err(Refusal::CannotVerify(version));
    }
    if options.memory != Memory::Auto && !facts.knows(RequestKind::UpdateFlashAt) {
        return Err(Refusal::CannotChooseMemory(version));
    }
    let memory = choose(facts, options.memory)?;
    let offset = Layout::of(facts.kind).application;
    let mut warnings: Vec<_> = Warning::about(version).into_iter().collect();
    let size = package.bytes().len() as u64;
    let room = room(facts, memory, offset);
    match room {
        Some(room) if size > room => return Err(Refusal::TooLarge { memory, size, room }),
        Some(_) => {}
        None => warnings.push(Warning::UnknownSize),
    }
    Ok(Plan {
        memory,
        automatic: options.memory == Memory::Auto,
        offset,
        size,
        room,
        warnings,
    })
}

/// The memory that the application goes into. Left to itself, a network bootloader takes eMMC
/// where there is one.
fn choose(facts: &Facts, wanted: Memory) -> Result<Memory, Refusal> {
    let known = facts.kind.memories();
    let memory = match wanted {
        Memory::Auto if facts.emmc.is_some() && known.contains(&Memory::Emmc) => Memory::Emmc,
        Memory::Auto => Memory::Flash,
        chosen => chosen,
    };
    if !known.contains(&memory) {
        return Err(Refusal::NoEmmcOverUsb);
    }
    if !facts.knows(RequestKind::GetMemoryDetails) {
        return Ok(memory);
    }
    match memory {
        Memory::Emmc if facts.emmc.is_none() => Err(Refusal::NoMemory("eMMC")),
        Memory::Flash if facts.flash.is_none() => Err(Refusal::NoMemory("flash memory")),
        _ => Ok(memory),
    }
}

/// Bytes behind `offset`; `None` where the bootloader says nothing sensible.
fn room(facts: &Facts, memory: Memory, offset: u32) -> Option<u64> {
    let size = match memory {
        Memory::Emmc => facts.emmc,
        _ => facts.flash,
    };
    let size = u64::try_from(size?).ok().filter(|size| *size > 0)?;
    Some(size.saturating_sub(u64::from(offset)))
}

impl From<Refusal> for super::Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Error> for super::Failure {
    fn from(error: Error) -> Self {
        Self::Camera(error)
    }
}
