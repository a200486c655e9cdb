//! What can go wrong with a file: the path and the system's reason in, one error out.

use std::fmt::Display;
use std::path::{Path, PathBuf};

/// Why a file cannot be read or written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// There is no such file, or the system refuses.
    #[error("cannot {action} {path}: {reason}", path = path.display())]
    Refused {
        /// What was tried, as a verb.
        action: &'static str,
        /// With which file.
        path: PathBuf,
        /// Why it failed.
        reason: String,
    },
    /// It is larger than any such file is.
    #[error("{path}: it has {size} bytes; {what} has at most {limit} MiB", path = path.display())]
    TooLarge {
        /// Which file.
        path: PathBuf,
        /// Its size in bytes, as far as it was read.
        size: u64,
        /// What it should be, with article.
        what: &'static str,
        /// The largest size in MiB.
        limit: u64,
    },
    /// A configuration leads to a file that it may not read.
    #[error("{path} is not read: it leads to a file that is outside of the repository {root}", path = path.display(), root = root.display())]
    Outside {
        /// The path as written.
        path: PathBuf,
        /// The root of the repository.
        root: PathBuf,
    },
    /// The directory is in use.
    #[error("{path}: the directory is not empty", path = .0.display())]
    NotEmpty(PathBuf),
}

impl FileError {
    /// Doing `action` with the file at `path` failed.
    pub fn new(action: &'static str, path: &Path, reason: impl Display) -> Self {
        Self::Refused {
            action,
            path: path.to_owned(),
            reason: reason.to_string(),
        }
    }

    /// The same about a file that is called otherwise: below `to` instead of `from`.
    pub(crate) fn moved(mut self, from: &Path, to: &Path) -> Self {
        let (Self::Refused { path, .. }
        | Self::TooLarge { path, .. }
        | Self::Outside { path, .. }
        | Self::NotEmpty(path)) = &mut self;
        if let Ok(rest) = path.strip_prefix(from) {
            *path = to.join(rest);
        }
        self
    }
}
