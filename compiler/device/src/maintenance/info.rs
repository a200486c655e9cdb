//! All that a bootloader tells about its camera: a camera in, facts out. Nothing on it is changed.

use std::time::{Duration, Instant};

use oakc_runtime_schema::bootloader::{BootloaderType, Config, Memory, MemoryDetails, Version};

use crate::bootloader::{Application, Bootloader};
use crate::error::{Error, Result};
use crate::flash::Warning;
use crate::reach::{Reach, Target};

/// How long a camera may take to be back after it was asked.
const BACK: Duration = Duration::from_secs(8);
/// Pause between two looks.
const PAUSE: Duration = Duration::from_millis(100);

/// What a camera is and has.
#[derive(Debug, Clone, PartialEq)]
pub struct Info {
    /// Version of the bootloader that runs.
    pub version: Version,
    /// Its type.
    pub kind: BootloaderType,
    /// The commit it was built from, where it says.
    pub commit: Option<String>,
    /// Whether it is the user bootloader.
    pub user_bootloader: bool,
    /// The memories; empty where the version cannot describe them.
    pub memories: Vec<MemoryInfo>,
    /// The stored configuration; the bootloader's words where there is none.
    pub config: Result<Config, String>,
}

/// A memory and what is in it.
#[derive(Debug, Clone, PartialEq)]
pub struct MemoryInfo {
    /// The memory.
    pub details: MemoryDetails,
    /// The application in it; the bootloader's words where it cannot look.
    pub application: Result<Option<Application>, String>,
}

impl Info {
    /// Takes a camera into its bootloader, asks it for everything, and waits until it is back.
    ///
    /// # Errors
    /// Where the camera cannot be reached, or an answer cannot be read.
    pub fn of_camera(reach: &Reach, target: &mut Target) -> Result<Self> {
        let bootloader = reach.bootloader(target, &mut || ())?;
        Self::ask_and_leave(reach, target, bootloader)
    }

    /// Asks a camera that is in its bootloader for everything, and waits until it is back.
    ///
    /// # Errors
    /// [`Error::Running`] where it runs its application; else as [`Info::of_camera`].
    pub fn of_idle_camera(reach: &Reach, target: &mut Target) -> Result<Self> {
        let bootloader = reach.idle_bootloader(target)?;
        Self::ask_and_leave(reach, target, bootloader)
    }

    /// Asks a bootloader for everything, ends the connection, and waits until the camera is back.
    ///
    /// # Errors
    /// Where an answer cannot be read.
    pub fn ask_and_leave(
        reach: &Reach,
        target: &mut Target,
        mut bootloader: Bootloader,
    ) -> Result<Self> {
        let info = Self::ask(&mut bootloader)?;
        bootloader.close();
        let until = Instant::now() + BACK;
        // What it has told stays true, whatever becomes of it.
        while matches!(reach.look(target, false), Ok(None)) && Instant::now() < until {
            reach.cancel.sleep(PAUSE)?;
        }
        Ok(info)
    }

    /// Asks for everything that the bootloader's version can tell.
    ///
    /// # Errors
    /// Where the connection ends or an answer cannot be read.
    pub fn ask(bootloader: &mut Bootloader) -> Result<Self> {
        let mut memories = Vec::new();
        for memory in memories_of(bootloader) {
            if let Some(details) = bootloader.memory(memory)? {
                let application = match bootloader.application(memory) {
                    Err(Error::Refused { reason, .. }) => Err(reason),
                    application => Ok(application?),
                };
                memories.push(MemoryInfo {
                    details,
                    application,
                });
            }
        }
        Ok(Self {
            version: bootloader.version(),
            kind: bootloader.kind(),
            commit: bootloader.commit().map(str::to_owned),
            user_bootloader: bootloader.is_user_bootloader()?,
            memories,
            config: bootloader.config_if_known()?,
        })
    }

    /// The version of the bootloader from the factory, or of the one that has replaced it; `None`
    /// while a user bootloader runs, which says nothing about it.
    pub fn flashed(&self) -> Option<Version> {
        (!self.user_bootloader).then_some(self.version)
    }

    /// The application that the camera would start: that of the configured memory, else the first.
    pub fn application(&self) -> Option<&Application> {
        let chosen = self.config.as_ref().ok().and_then(Config::app_memory);
        let of = |memory: &MemoryInfo| {
            memory
                .application
                .as_ref()
                .ok()
                .and_then(Option::as_ref)
                .is_some()
        };
        let configured = |memory: &&MemoryInfo| Some(memory.details.memory) == chosen && of(memory);
        let found = self.memories.iter().find(configured);
        let found = found.or_else(|| self.memories.iter().find(|memory| of(memory)))?;
        found.application.as_ref().ok()?.as_ref()
    }

    /// What the user should know about the bootloader.
    pub fn warning(&self) -> Option<Warning> {
        Warning::about(self.version)
    }
}

/// The memories that a bootloader can be asked about.
pub(super) fn memories_of(bootloader: &Bootloader) -> Vec<Memory> {
    let memories = bootloader.kind().memories().iter().copied();
    memories
        .filter(|memory| bootloader.describes(*memory))
        .collect()
}
