//! Why a command did not do its work, and the exit code for it.

use std::fmt::Display;
use std::path::Path;
use std::process::ExitCode;

use crate::terminal::Terminal;

/// Why a command did not do its work.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The input is wrong, and diagnostics that say so were printed.
    Reported,
    /// Something outside failed, and that was said.
    ReportedWorld,
    /// The input is wrong.
    Input(String),
    /// The command line is wrong.
    Usage(String),
    /// A file, the network or a device failed.
    World(String),
}

impl Failure {
    /// The input at `path` is wrong.
    pub(crate) fn input(path: &Path, error: impl Display) -> Self {
        Self::Input(format!("{}: {error}", path.display()))
    }

    /// Something outside failed.
    pub(crate) fn world(error: impl Display) -> Self {
        Self::World(error.to_string())
    }

    /// Doing `action` with the file at `path` failed.
    pub(crate) fn file(action: &str, path: &Path, error: impl Display) -> Self {
        Self::World(format!("cannot {action} {}: {error}", path.display()))
    }

    /// Tells the user, unless the user knows already.
    pub(crate) fn report(&self, terminal: &Terminal) {
        match self {
            Self::Reported | Self::ReportedWorld => {}
            Self::Input(text) | Self::Usage(text) | Self::World(text) => terminal.error(text),
        }
    }

    /// Why, in words; empty where it was said already.
    pub(crate) fn text(self) -> String {
        match self {
            Self::Reported | Self::ReportedWorld => String::new(),
            Self::Input(text) | Self::Usage(text) | Self::World(text) => text,
        }
    }

    /// The exit code of the contract: 1 for wrong input, 2 for a wrong command line, 3 for a
    /// failing world.
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Reported | Self::Input(_) => ExitCode::from(1),
            Self::Usage(_) => ExitCode::from(2),
            Self::ReportedWorld | Self::World(_) => ExitCode::from(3),
        }
    }
}
