//! What the errors of the libraries mean to whoever runs a command: an error in; whose fault it is, and
//! what can be done about it with the options of this program, out.
//!
//! Libraries say what happened and never name an option. An error that a command can return is listed
//! here, once; what it says of itself is never repeated.

use std::error::Error;

use oakc_core::lower::LowerError;
use oakc_core::package::PackageError;
use oakc_runtime_schema::sbr::SbrError;

/// Whose fault it is that a command did not do its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The input is wrong.
    Input,
    /// The command line is wrong.
    Usage,
    /// A file, the network or a device failed.
    World,
    /// oakc itself is wrong.
    Bug,
}

/// An error of a library, seen from the command line.
pub(crate) trait Advice: Error + Send + 'static {
    /// Whose fault it is.
    fn fault(&self) -> Fault;

    /// What to do about it; nothing where the error itself says enough.
    fn advice(&self) -> Option<String> {
        None
    }
}

impl Advice for LowerError {
    fn fault(&self) -> Fault {
        match self {
            Self::TooLarge(_) => Fault::Input,
            Self::Internal(_) => Fault::Bug,
        }
    }
}

impl Advice for PackageError {
    fn fault(&self) -> Fault {
        match self {
            Self::Container(SbrError::TooLarge) => Fault::Input,
            Self::Container(_) | Self::Internal(_) => Fault::Bug,
        }
    }
}
