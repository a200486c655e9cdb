//! Why a command did not do its work, and the exit code for it.

use std::fmt::Display;
use std::path::Path;
use std::process::ExitCode;

use crate::advice::{Advice, Fault};
use crate::terminal::Terminal;

/// The help for an error that only a bug in oakc can cause.
const BUG: &str = "this is a bug in oakc; please report it, with the input that shows it";

/// Why a command did not do its work.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The input is wrong, and diagnostics were already printed.
    Reported,
    /// Something outside failed, and that was already reported.
    ReportedWorld,
    /// The input is wrong.
    Input(String),
    /// The command line is wrong.
    Usage(String),
    /// A file, the network or a device failed.
    World(String),
    /// A library failed; [`Advice`] knows what that means here.
    Library(Box<dyn Advice>),
}

impl<E: Advice> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Library(Box::new(error))
    }
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

    /// Reports the failure, unless that was already done.
    pub(crate) fn report(&self, terminal: &Terminal) {
        let text = self.text();
        if text.is_empty() {
            return;
        }
        terminal.error(&text);
        if let Some(help) = self.help() {
            terminal.help(&help);
        }
        if let Self::Library(error) = self
            && let Some(lost) = error.lost()
        {
            terminal.help(&lost.help());
        }
    }

    /// The reason; empty if it was already reported.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Reported | Self::ReportedWorld => String::new(),
            Self::Input(text) | Self::Usage(text) | Self::World(text) => text.clone(),
            Self::Library(error) => error.to_string(),
        }
    }

    /// What to do about it, if there is any advice.
    fn help(&self) -> Option<String> {
        let Self::Library(error) = self else {
            return None;
        };
        let advice = error.advice();
        match error.fault() {
            Fault::Bug => advice.or_else(|| Some(BUG.to_owned())),
            Fault::Input | Fault::Usage | Fault::World => advice,
        }
    }

    fn fault(&self) -> Fault {
        match self {
            Self::Reported | Self::Input(_) => Fault::Input,
            Self::Usage(_) => Fault::Usage,
            Self::ReportedWorld | Self::World(_) => Fault::World,
            Self::Library(error) => error.fault(),
        }
    }

    /// The exit code of the contract: 1 for wrong input, 2 for a wrong command line, 3 for failures
    /// outside. A bug in oakc also ends with 3: nothing is wrong with the input.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self.fault() {
            Fault::Input => 1,
            Fault::Usage => 2,
            Fault::World | Fault::Bug => 3,
        })
    }
}

#[cfg(test)]
mod tests {
    use oakc_core::lower::LowerError;
    use oakc_core::package::PackageError;
    use oakc_runtime_schema::reflect::{Mismatch, Reflect, Value};
    use oakc_runtime_schema::sbr::SbrError;

    use super::*;

    /// The error for a value that lost its shape after the checks.
    fn mismatch() -> Mismatch {
        u8::from_value(&Value::Bool(true)).unwrap_err()
    }

    #[test]
    fn an_error_after_clean_checks_is_a_bug_in_oakc_not_the_users_fault() {
        for failure in [
            Failure::from(LowerError::from(mismatch())),
            Failure::from(PackageError::from(mismatch())),
        ] {
            assert_eq!(failure.exit_code(), ExitCode::from(3), "{failure:?}");
            let help = failure.help().unwrap();
            assert!(
                help.contains("bug in oakc") && help.contains("report"),
                "{help}"
            );
        }
    }

    #[test]
    fn a_package_that_outgrows_the_format_is_the_users() {
        let failure = Failure::from(PackageError::from(SbrError::TooLarge));
        assert_eq!(failure.exit_code(), ExitCode::from(1));
        assert_eq!(failure.help(), None);
    }
}
