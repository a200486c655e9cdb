//! The steps of slow operations, which a caller may show to its user.
//!
//! In: nothing. Out: [`Progress`], passed to the callback of each slow operation. Never: anything
//! printed; that is left to the caller.

use std::fmt;
use std::path::{Path, PathBuf};

use oakc_runtime_schema::release::Variant;

/// One step of a slow operation, sent before the step begins.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Progress {
    /// Another process is installing; this one waits for it.
    Waiting,
    /// Looking for an installed Python package of that version.
    LookingForPackage {
        /// Version of the release.
        version: &'static str,
    },
    /// `pip download` runs (about 15 MB).
    Downloading {
        /// Version of the release.
        version: &'static str,
    },
    /// A wheel, shared library or image is read.
    Reading {
        /// The file.
        path: PathBuf,
    },
    /// The firmware was found and is compared with the release table.
    Verifying {
        /// Version of the release.
        version: &'static str,
    },
    /// There was nothing to do: the whole release is in the cache already.
    AlreadyInstalled {
        /// Version of the release.
        version: &'static str,
        /// Directory of the release in the cache.
        path: PathBuf,
    },
    /// The release is in the cache now.
    Installed {
        /// Version of the release.
        version: &'static str,
        /// Directory of the release in the cache.
        path: PathBuf,
    },
    /// The image for an older OpenVINO is made from the universal one (only once).
    Patching {
        /// The image.
        variant: Variant,
    },
    /// An image is compressed for the cache (only once).
    Compressing {
        /// The image file.
        path: PathBuf,
    },
}

impl Progress {
    /// The same about a file that is to be called otherwise.
    pub(crate) fn about(self, name: &Path) -> Self {
        match self {
            Self::Reading { .. } => Self::Reading {
                path: name.to_owned(),
            },
            other => other,
        }
    }
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Waiting => write!(f, "waiting for another oakc that is installing firmware"),
            Self::LookingForPackage { version } => {
                write!(f, "looking for an installed depthai {version} package")
            }
            Self::Downloading { version } => {
                write!(f, "downloading the depthai {version} wheel with pip (once)")
            }
            Self::Reading { path } => write!(f, "reading {}", path.display()),
            Self::Verifying { version } => write!(f, "verifying the firmware of depthai {version}"),
            Self::AlreadyInstalled { version, path } => {
                write!(
                    f,
                    "the firmware of depthai {version} is already in {}, and intact",
                    path.display()
                )
            }
            Self::Installed { version, path } => {
                write!(
                    f,
                    "installed the firmware of depthai {version} in {}",
                    path.display()
                )
            }
            Self::Patching { variant } => {
                write!(f, "making the firmware for OpenVINO {variant} (once)")
            }
            Self::Compressing { path } => write!(f, "compressing {} (once)", path.display()),
        }
    }
}

/// Receives the events of a slow operation.
pub type ProgressFn<'a> = &'a mut dyn FnMut(Progress);
