//! Everything that can go wrong on the way to a firmware image.
//!
//! In: what happened, and to which file. Out: [`Error`], whose text says both. Never: advice, which
//! depends on the program that asked and on its options; the values say what it needs for that.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use oakc_runtime_schema::release::Variant;

/// A result with this crate's error.
pub type Result<T> = std::result::Result<T, Error>;

/// Why there is no firmware.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The environment names no place for a cache.
    #[error(
        "there is no place for the firmware cache: none of OAKC_CACHE, XDG_CACHE_HOME and HOME (on \
         Windows LOCALAPPDATA) is set"
    )]
    NoCacheDirectory,

    /// A file or directory of the cache cannot be used.
    #[error("cannot {action} {path} in the firmware cache: {source}", path = path.display())]
    Cache {
        /// What was tried.
        action: Action,
        /// The file or directory.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },

    /// A cached file is not what was put there.
    #[error("the cached file {path} is damaged: {damage}", path = path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What differs.
        damage: Damage,
    },

    /// The release is not one that packages are made of.
    #[error(
        "oakc does not know the firmware of depthai {version}; it knows {known}",
        known = known.join(", ")
    )]
    UnknownRelease {
        /// The version asked for.
        version: String,
        /// The supported versions, the newest first.
        known: Vec<&'static str>,
    },

    /// The release has no image for that OpenVINO version.
    #[error("depthai {version} has no firmware for OpenVINO {variant}")]
    NoSuchVariant {
        /// Version of the release.
        version: &'static str,
        /// The image asked for.
        variant: Variant,
    },

    /// A file that the user named cannot be read.
    #[error("cannot read {path}: {source}", path = path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },

    /// A file that the user named cannot be packaged or installed as firmware.
    #[error("cannot use {path} as firmware: {reason}", path = path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: Unusable,
    },

    /// A file that the user named is of no kind that firmware can be taken from.
    #[error(
        "{path} is neither a wheel (.whl), nor the shared library of the depthai package (.so, .pyd), \
         nor a firmware image (.cmd)", path = path.display()
    )]
    UnknownSource {
        /// The file.
        path: PathBuf,
    },

    /// A wheel cannot be opened or has no shared library of depthai.
    #[error("cannot use {path} as a depthai wheel: {reason}", path = path.display())]
    Wheel {
        /// The wheel.
        path: PathBuf,
        /// What is wrong with it.
        reason: BadWheel,
    },

    /// The firmware is not in the file.
    #[error(
        "{path} does not contain the firmware of depthai {version}: {reason}", path = path.display()
    )]
    NotInSource {
        /// The file that was searched.
        path: PathBuf,
        /// Version of the release.
        version: &'static str,
        /// What was missing or found instead.
        reason: Lack,
    },

    /// The file has something else under the name of the firmware.
    #[error(
        "{member} in {path} differs from the one published with depthai {version} (its SHA-256 is \
         {found}, not {expected}); nothing was installed", path = path.display()
    )]
    WrongDigest {
        /// The file it came from.
        path: PathBuf,
        /// Its name inside.
        member: String,
        /// Version of the release.
        version: &'static str,
        /// SHA-256 found.
        found: String,
        /// SHA-256 in the release table.
        expected: &'static str,
    },

    /// The cache has only the universal image because it was installed from a bare `.cmd`.
    #[error("{file} of depthai {version} is not in the firmware cache")]
    NotInstalled {
        /// The missing file.
        file: String,
        /// Version of the release.
        version: &'static str,
    },

    /// Automatic installation found no way.
    #[error("cannot fetch the firmware of depthai {version}: {reason}")]
    Fetch {
        /// Version of the release.
        version: &'static str,
        /// What failed.
        reason: FetchFailure,
    },

    /// Writing what was asked for failed on the side of the caller.
    #[error("cannot write the firmware: {0}")]
    Output(#[source] io::Error),
}

/// What was tried in the cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Making a directory.
    CreateDirectory,
    /// Making a temporary directory inside one.
    CreateIn,
    /// Reading.
    Read,
    /// Replacing one directory by another.
    Replace,
    /// Writing.
    Write,
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CreateDirectory => "create the directory",
            Self::CreateIn => "create a directory in",
            Self::Read => "read",
            Self::Replace => "replace",
            Self::Write => "write",
        })
    }
}

/// How a file differs from what it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Damage {
    /// It is a directory or something else.
    #[error("it is not a file")]
    NotAFile,
    /// It is longer or shorter.
    #[error("it has {found} bytes instead of {expected}")]
    Size {
        /// Bytes found.
        found: u64,
        /// Bytes expected.
        expected: u64,
    },
    /// It is not what remains of the image after compressing it.
    #[error("it is not the compressed image")]
    Deflate,
    /// It is a list of other files than those of the release.
    #[error("it does not list the files of the release")]
    List,
    /// The SHA-256 of its bytes differs.
    #[error("its SHA-256 is wrong")]
    Digest,
    /// The operating system does not give its bytes.
    #[error("it cannot be read ({0})")]
    Unreadable(String),
    /// It is a patch that cannot be applied.
    #[error("it cannot be applied ({0})")]
    Patch(String),
    /// It is a patch that makes another image than the published one.
    #[error("it produces an image with the wrong SHA-256")]
    PatchResult,
    /// It was correct a moment ago.
    #[error("it changed right after it was written")]
    Rewritten,
    /// The thread that read it ended early.
    #[error("reading it was interrupted")]
    Interrupted,
}

/// Why a file that the user named cannot be firmware.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unusable {
    /// It has no bytes.
    #[error("it is empty")]
    Empty,
    /// It has more bytes than any release.
    #[error("it has {size} bytes, more than any firmware")]
    TooLarge {
        /// Its size in bytes.
        size: u64,
    },
    /// It was replaced or written to meanwhile.
    #[error("it changed while it was being read ({0})")]
    Changed(Damage),
}

/// What is wrong with a wheel.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadWheel {
    /// The zip archive is damaged.
    #[error("{0}")]
    Archive(String),
    /// There is nothing of depthai in it.
    #[error("there is no shared library of depthai in it")]
    NoLibrary,
    /// A small archive that would fill the memory.
    #[error("its shared library is too large once decompressed")]
    TooLarge,
}

/// Why a file does not give the firmware of a release.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Lack {
    /// It contains that of another one.
    #[error("it contains the firmware of another release (commit {commit})")]
    OtherRelease {
        /// The commit in the name of the image.
        commit: String,
    },
    /// The archive cannot be read to its end.
    #[error("its firmware archive is damaged ({0})")]
    DamagedArchive(String),
    /// It has no archive, or none with firmware.
    #[error("there is no firmware archive in it")]
    NoArchive,
    /// Some files are not in the archives.
    #[error("its archives lack {}", .0.join(", "))]
    Files(Vec<String>),
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
    #[error("{python} has no pip, and that version of the depthai package is not installed")]
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
    /// The package index sends next to nothing, or takes too long.
    #[error("the download was stopped: {detail}")]
    TooSlow {
        /// Which limit it broke.
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
    pub(crate) fn cache(action: Action, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Cache {
            action,
            path,
            source,
        }
    }

    /// The same about a file that is to be called otherwise.
    pub(crate) fn about(mut self, name: &Path) -> Self {
        if let Self::Read { path, .. }
        | Self::Unusable { path, .. }
        | Self::UnknownSource { path }
        | Self::Wheel { path, .. }
        | Self::NotInSource { path, .. }
        | Self::WrongDigest { path, .. } = &mut self
        {
            name.clone_into(path);
        }
        self
    }

    /// For `map_err` on reading a file that the user named.
    pub(crate) fn read(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Read { path, source }
    }
}
