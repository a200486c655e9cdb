//! What can go wrong on the way to a package, whichever step it is.

use std::path::PathBuf;

use oakc_core::lower::LowerError;
use oakc_core::package::PackageError;
use oakc_project::FileError;

use crate::LockError;

/// Why there is no package.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The application does not lower: it is too large, or oakc has a bug.
    #[error(transparent)]
    Lower(#[from] LowerError),
    /// The sections do not make a package: they are too large, or oakc has a bug.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// There is no firmware to package.
    #[error(transparent)]
    Firmware(#[from] oakc_firmware::Error),
    /// A file cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The lock pins something else.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The output is one of the inputs.
    #[error("{path}: the package would replace a file that it is built from", path = .0.display())]
    ReplacesInput(PathBuf),
}
