//! Everything that can go wrong on the way to a firmware image, told to the user.
//!
//! Goes in: what happened and to which file. Comes out: [`Error`], whose text is whole sentences
//! that name the file and the way out. Never: a bare "not found".

use std::io;
use std::path::{Path, PathBuf};

/// Why there is no firmware.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The environment names no place for a cache.
    #[error(
        "there is no place for the firmware cache: none of OAKC_CACHE, XDG_CACHE_HOME and HOME (on Windows LOCALAPPDATA) is set. \
         Set OAKC_CACHE to a directory that oakc may write."
    )]
    NoCacheDirectory,

    /// A file or directory of the cache cannot be used.
    #[error(
        "cannot {action} {path} in the firmware cache: {source}. \
         Make the cache directory readable and writable, or choose another one with OAKC_CACHE.", path = path.display()
    )]
    Cache {
        /// What was tried, as a verb.
        action: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },

    /// A cached file is not what was put there.
    #[error(
        "the cached file {path} is damaged: {reason}. Run `oakc firmware install` to replace it.", path = path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What differs.
        reason: String,
    },

    /// The release is not in the table.
    #[error(
        "oakc does not know the firmware of depthai {version}; it knows {known}. \
         Name one of these, or package an image of your own with `--firmware FILE.cmd`."
    )]
    UnknownRelease {
        /// The version asked for.
        version: String,
        /// The versions in the table.
        known: String,
    },

    /// The release has no image for that OpenVINO version.
    #[error(
        "depthai {version} has no firmware for OpenVINO {variant}. Convert the model for OpenVINO 2022.1, or name another release."
    )]
    NoSuchVariant {
        /// Version of the release.
        version: String,
        /// The image asked for.
        variant: &'static str,
    },

    /// A file that the user named cannot be read.
    #[error("cannot read {path}: {source}.", path = path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },

    /// A file that the user named is empty, too large, or changed while it was read.
    #[error("cannot use {path} as firmware: {reason}.", path = path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },

    /// A file that the user named is no wheel, shared object or image.
    #[error(
        "{path} is neither a wheel (.whl), nor the shared object of the depthai package (.so, .pyd), nor a firmware image (.cmd). \
         Give one of these to `oakc firmware install --from`.", path = path.display()
    )]
    UnknownSource {
        /// The file.
        path: PathBuf,
    },

    /// A wheel cannot be opened or has no shared object.
    #[error(
        "{path} is no usable depthai wheel: {reason}. Download it again, or give another one to `oakc firmware install --from`.", path = path.display()
    )]
    Wheel {
        /// The wheel.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },

    /// The firmware is not in the file.
    #[error(
        "{path} does not hold the firmware of depthai {version}: {reason}. Give the wheel of exactly that version to `oakc firmware install --from`.", path = path.display()
    )]
    NotInSource {
        /// The file that was searched.
        path: PathBuf,
        /// Version of the release.
        version: String,
        /// What was missing or found instead.
        reason: String,
    },

    /// The file holds something else under the name of the firmware.
    #[error(
        "{path}: {member} is not the one that depthai {version} was published with (SHA-256 {found}, should be {expected}), \
         so nothing was installed. Download the wheel again from a source you trust.", path = path.display()
    )]
    WrongDigest {
        /// The file it came from.
        path: PathBuf,
        /// Its name inside.
        member: String,
        /// Version of the release.
        version: String,
        /// SHA-256 found.
        found: String,
        /// SHA-256 in the release table.
        expected: String,
    },

    /// The cache has only the universal image because it was installed from a bare `.cmd`.
    #[error(
        "the cache has no {file} of depthai {version}. Run `oakc firmware install --from WHEEL` with the wheel of that version."
    )]
    NotInstalled {
        /// The missing file.
        file: String,
        /// Version of the release.
        version: String,
    },

    /// Automatic installation found no way.
    #[error(
        "cannot fetch the firmware of depthai {version}: {reason}. \
         Download the wheel of depthai {version} on any machine and run `oakc firmware install --from WHEEL`."
    )]
    Fetch {
        /// Version of the release.
        version: String,
        /// What failed.
        reason: FetchFailure,
    },

    /// Writing what was asked for failed on the side of the caller.
    #[error("cannot write the firmware: {0}.")]
    Output(#[source] io::Error),
}

/// Why neither an installed package nor `pip` could supply the wheel.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FetchFailure {
    /// No Python interpreter.
    #[error("there is no Python on this machine (looked for {looked_for})")]
    NoPython {
        /// The names tried.
        looked_for: String,
    },
    /// Python without pip.
    #[error(
        "{python} has no pip, and no package depthai of that version is installed (`{python} -m ensurepip` adds pip)"
    )]
    NoPip {
        /// The interpreter.
        python: String,
    },
    /// The package index cannot be reached.
    #[error("pip cannot reach the package index; this machine seems to be offline ({detail})")]
    Offline {
        /// What pip says.
        detail: String,
    },
    /// The package index has no such wheel.
    #[error("the package index has no wheel of that version ({detail})")]
    NotFound {
        /// What pip says.
        detail: String,
    },
    /// Anything else.
    #[error("`{python} -m pip download` failed ({detail})")]
    Pip {
        /// The interpreter.
        python: String,
        /// What pip says.
        detail: String,
    },
}

impl Error {
    /// For `map_err` on operations in the cache.
    pub(crate) fn cache(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Cache {
            action,
            path,
            source,
        }
    }

    /// For `map_err` on reading a file that the user named.
    pub(crate) fn read(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Read { path, source }
    }
}

/// A result with this crate's error.
pub type Result<T> = std::result::Result<T, Error>;
