//! How large files may be, by what they are: a bound for the memory that a wrong path can cost, and
//! none for what a camera holds.

use std::path::Path;

use oakc_core::syntax::MAX_BYTES;
use oakc_core::world::ReadError;

use crate::FileError;
use crate::near::near;

/// The largest size of one kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// What such a file is, with its article.
    pub what: &'static str,
    /// Its largest size in bytes.
    pub bytes: u64,
}

impl Limit {
    /// An application's configuration.
    pub const CONFIGURATION: Self = Self::syntax("a configuration");
    /// A fleet file.
    pub const FLEET: Self = Self::syntax("a fleet file");
    /// A lock file.
    pub const LOCK: Self = Self::of("a lock file", 16 << 20);
    /// What a captured program leaves about its pipelines.
    pub const REPORT: Self = Self::of("a report", 16 << 20);
    /// A bootloader image; cameras have room for less.
    pub const BOOTLOADER: Self = Self::of("a bootloader", 8 << 20);
    /// A file that an application names.
    pub const INPUT: Self = Self::of("a file of an application", 256 << 20);
    /// All files together that an application names.
    pub const INPUTS: Self = Self::of("all files of an application together", 512 << 20);
    /// A package. The format ends at 4 GiB, and whole packages are kept in memory.
    pub const PACKAGE: Self = Self::of("a package", 1 << 30);
    /// A JSON dump of a pipeline, which takes several times its size in memory.
    pub const DUMP: Self = Self::of("a dump of a pipeline", 128 << 20);

    /// Refuses a file of this size.
    ///
    /// # Errors
    /// Where it is too large.
    pub fn check(self, path: &Path, size: u64) -> Result<(), FileError> {
        if size <= self.bytes {
            return Ok(());
        }
        Err(self.refuse(path, size))
    }

    /// A file of this size is too large.
    pub(crate) fn refuse(self, path: &Path, size: u64) -> FileError {
        FileError::TooLarge {
            path: path.to_owned(),
            size,
            what: self.what,
            limit: self.bytes >> 20,
        }
    }

    /// Why a file of this kind cannot be had.
    pub(crate) fn error(self, path: &Path, error: ReadError) -> FileError {
        match error {
            ReadError::TooLarge { size, .. } => self.refuse(path, size),
            ReadError::NotFound => match near(path) {
                Some(meant) => {
                    let reason = format!("no such file; did you mean {}?", meant.display());
                    FileError::new("read", path, reason)
                }
                None => FileError::new("read", path, error),
            },
            other => FileError::new("read", path, other),
        }
    }

    /// What the parser of configurations reads ends where the parser does.
    const fn syntax(what: &'static str) -> Self {
        Self::of(what, MAX_BYTES as u64)
    }

    const fn of(what: &'static str, bytes: u64) -> Self {
        Self { what, bytes }
    }
}
