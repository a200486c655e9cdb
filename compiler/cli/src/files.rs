//! The file system: reading what an application names, and writing outputs whole or not at all.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use oakc_core::world::{ReadError, World};
use tempfile::NamedTempFile;

use crate::failure::Failure;

/// Largest file that an application may name: no camera's flash holds more.
const LARGEST_INPUT: u64 = 256 << 20;

/// The files below the directory of a configuration.
#[derive(Debug)]
pub(crate) struct Directory(PathBuf);

impl Directory {
    /// The directory that `config` lies in.
    pub(crate) fn of(config: &Path) -> Self {
        Self(config.parent().unwrap_or(Path::new("")).to_owned())
    }
}

impl World for Directory {
    fn read(&self, path: &str) -> Result<Arc<[u8]>, ReadError> {
        read_bounded(&self.0.join(path), LARGEST_INPUT).map(Arc::from)
    }
}

/// Reads a file of at most `limit` bytes, whatever the file system says about its size.
pub(crate) fn read_bounded(path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
    let file = File::open(path).map_err(read_error)?;
    let metadata = file.metadata().map_err(read_error)?;
    if metadata.is_dir() {
        return Err(ReadError::IsDirectory);
    }
    let size = metadata.len();
    if size > limit {
        return Err(ReadError::TooLarge { size, limit });
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
    let read = file.take(limit + 1).read_to_end(&mut bytes);
    let read = read.map_err(read_error)? as u64;
    if read > limit {
        return Err(ReadError::TooLarge { size: read, limit });
    }
    Ok(bytes)
}

fn read_error(error: io::Error) -> ReadError {
    match error.kind() {
        io::ErrorKind::NotFound => ReadError::NotFound,
        io::ErrorKind::IsADirectory => ReadError::IsDirectory,
        _ => ReadError::Refused(error.to_string()),
    }
}

/// An output under a temporary name beside its final one; [`Output::publish`] renames it. Dropped
/// before that, it disappears.
#[derive(Debug)]
pub(crate) struct Output {
    file: NamedTempFile,
    path: PathBuf,
}

impl Output {
    pub(crate) fn create(path: &Path) -> Result<Self, Failure> {
        let fail = |error: io::Error| Failure::file("write", path, error);
        if path.is_dir() {
            return Err(Failure::file("write", path, "it is a directory"));
        }
        let directory = match path.parent() {
            Some(parent) if parent != Path::new("") => parent,
            _ => Path::new("."),
        };
        let mut builder = tempfile::Builder::new();
        builder.prefix(".oakc-");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let file = builder.tempfile_in(directory).map_err(fail)?;
        let path = path.to_owned();
        Ok(Self { file, path })
    }

    /// The file to write to.
    pub(crate) fn file(&mut self) -> &mut File {
        self.file.as_file_mut()
    }

    /// What an error while writing means.
    pub(crate) fn failure(&self, error: impl std::fmt::Display) -> Failure {
        Failure::file("write", &self.path, error)
    }

    /// Gives the file its name, replacing what had it.
    pub(crate) fn publish(self) -> Result<(), Failure> {
        let Self { file, path } = self;
        file.persist(&path)
            .map(drop)
            .map_err(|error| Failure::file("write", &path, error.error))
    }
}

/// Writes a small file whole or not at all.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut output = Output::create(path)?;
    let written = output.file().write_all(bytes);
    written.map_err(|error| output.failure(error))?;
    output.publish()
}

/// Makes a directory and its parents.
pub(crate) fn make_directory(path: &Path) -> Result<(), Failure> {
    fs::create_dir_all(path).map_err(|error| Failure::file("create", path, error))
}
