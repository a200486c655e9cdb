//! What is told while a camera is flashed, and afterwards: events and a report out, and never what to do
//! about them.

use std::time::Duration;

use oakc_runtime_schema::bootloader::{BootloaderType, Version};

use super::{Plan, Refusal};
use crate::error::Error;

/// Something that happens.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Event<'a> {
    /// The camera is looked for.
    Reaching,
    /// Its application is stopped: it restarts into its bootloader.
    Restarting,
    /// Its bootloader answers.
    Connected {
        /// Version of the bootloader.
        version: Version,
        /// Its type.
        kind: BootloaderType,
    },
    /// What is going to happen was decided.
    Planned(&'a Plan),
    /// Everything is written although only what changed was asked for.
    WholeInstead(&'a str),
    /// Bytes were written, of how many.
    Writing(u64, u64),
    /// Bytes were read back and found equal, of how many.
    Verifying(u64, u64),
    /// The configuration is set to where the application is.
    Configuring,
    /// The camera restarts, and starts the application.
    Booting,
    /// The application runs, and is watched for that long.
    Observing(Duration),
    /// Something failed that may pass.
    Retrying {
        /// What failed.
        error: &'a Error,
        /// The attempt that comes next, from 2 on.
        attempt: u32,
        /// When it comes.
        after: Duration,
    },
}

/// What is on a camera.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// What was there before.
    Untouched,
    /// A part of the application: it does not run until it is flashed again.
    Incomplete,
    /// The application, not compared.
    Written,
    /// The application, read back and found equal.
    Verified,
    /// The application, and it was seen to run for as long as it was watched.
    Running,
}

impl State {
    /// The word for it in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Untouched => "untouched",
            Self::Incomplete => "incomplete",
            Self::Written => "written",
            Self::Verified => "verified",
            Self::Running => "running",
        }
    }
}

/// Why a camera was not flashed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// Nothing may happen to this camera.
    #[error(transparent)]
    Refused(Refusal),
    /// Something with the camera did not work.
    #[error(transparent)]
    Camera(Error),
}

/// What became of a camera.
#[derive(Debug)]
pub struct Report {
    /// Why it failed, if it did.
    pub failure: Option<Failure>,
    /// What is on the camera.
    pub state: State,
    /// What happened to it, as far as it was decided.
    pub plan: Option<Plan>,
    /// Version and type of its bootloader, once known.
    pub bootloader: Option<(Version, BootloaderType)>,
    /// How often it was tried.
    pub attempts: u32,
    /// Bytes written to its memory, over all attempts.
    pub written: u64,
    /// Time that the last write took.
    pub write_time: Duration,
    /// Time that the last comparison took.
    pub verify_time: Duration,
    /// For how long the application was seen to run.
    pub observed: Duration,
}

impl Report {
    /// A report of a camera to which nothing has happened.
    pub fn untouched(failure: Option<Failure>) -> Self {
        Self {
            failure,
            state: State::Untouched,
            plan: None,
            bootloader: None,
            attempts: 0,
            written: 0,
            write_time: Duration::ZERO,
            verify_time: Duration::ZERO,
            observed: Duration::ZERO,
        }
    }
}
