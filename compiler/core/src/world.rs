//! What the compiler may know of the outside: the bytes of files that the application names.
//!
//! The command line implements [`World`] with the file system below the configuration's directory,
//! tests with a map. Nothing else in this crate reads anything.

use std::sync::Arc;

/// Access to the files of one application.
pub trait World {
    /// Reads a file; `path` is as written in the configuration, relative to it.
    ///
    /// # Errors
    /// Says why it cannot be had.
    fn read(&self, path: &str) -> Result<Arc<[u8]>, ReadError>;
}

/// Why a file cannot be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// There is none.
    #[error("no such file")]
    NotFound,
    /// It is a directory.
    #[error("it is a directory")]
    IsDirectory,
    /// It is larger than anything a camera could hold.
    #[error("it has {size} bytes, more than the {limit} that fit any camera")]
    TooLarge {
        /// Its size in bytes.
        size: u64,
        /// The largest size that is read, in bytes.
        limit: u64,
    },
    /// The system refuses.
    #[error("{0}")]
    Refused(String),
}
