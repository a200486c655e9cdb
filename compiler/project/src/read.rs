//! Reading: a path and a [`Limit`] in, the bytes of the file out. Never more of it than the limit,
//! whatever the file system says about its size.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use oakc_core::world::{ReadError, World};

use crate::{FileError, Limit};

/// The files below the directory of a configuration.
#[derive(Clone, Debug)]
pub struct Directory(PathBuf);

impl Directory {
    /// The directory that `config` lies in.
    pub fn of(config: &Path) -> Self {
        Self(config.parent().unwrap_or(Path::new("")).to_owned())
    }
}

impl World for Directory {
    fn read(&self, path: &str) -> Result<Arc<[u8]>, ReadError> {
        read_bounded(&self.0.join(path), Limit::INPUT.bytes).map(Arc::from)
    }
}

/// Reads a file of this kind.
///
/// # Errors
/// Where it is too large, or cannot be read.
pub fn read(path: &Path, limit: Limit) -> Result<Vec<u8>, FileError> {
    match read_bounded(path, limit.bytes) {
        Ok(bytes) => Ok(bytes),
        Err(ReadError::TooLarge { size, .. }) => Err(limit.refuse(path, size)),
        Err(other) => Err(FileError::new("read", path, other)),
    }
}

/// Reads a file of at most `limit` bytes.
///
/// # Errors
/// Where it is too large, or cannot be read.
pub fn read_bounded(path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
    let file = File::open(path).map_err(|error| read_error(&error))?;
    let metadata = file.metadata().map_err(|error| read_error(&error))?;
    if metadata.is_dir() {
        return Err(ReadError::IsDirectory);
    }
    let size = metadata.len();
    if size > limit {
        return Err(ReadError::TooLarge { size, limit });
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
    let read = file.take(limit.saturating_add(1)).read_to_end(&mut bytes);
    let read = read.map_err(|error| read_error(&error))? as u64;
    if read > limit {
        return Err(ReadError::TooLarge { size: read, limit });
    }
    Ok(bytes)
}

/// At most the first `limit` bytes of a file; `None` where it cannot be read.
pub(crate) fn read_start(path: &Path, limit: u64) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = File::open(path).ok()?;
    file.take(limit).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

fn read_error(error: &io::Error) -> ReadError {
    match error.kind() {
        io::ErrorKind::NotFound => ReadError::NotFound,
        io::ErrorKind::IsADirectory => ReadError::IsDirectory,
        _ => ReadError::Refused(error.to_string()),
    }
}
