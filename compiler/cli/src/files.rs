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

/// Largest package that is read, in bytes.
const LARGEST_PACKAGE: u64 = 1 << 30;

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
    let read = file.take(limit + 1).read_to_end(&mut bytes);
    let read = read.map_err(|error| read_error(&error))? as u64;
    if read > limit {
        return Err(ReadError::TooLarge { size: read, limit });
    }
    Ok(bytes)
}

/// Reads a package.
pub(crate) fn read_package(path: &Path) -> Result<Vec<u8>, Failure> {
    read_bounded(path, LARGEST_PACKAGE).map_err(|error| match error {
        ReadError::TooLarge { .. } => Failure::input(path, "too large to be a package"),
        other => Failure::file("read", path, other),
    })
}

fn read_error(error: &io::Error) -> ReadError {
    match error.kind() {
        io::ErrorKind::NotFound => ReadError::NotFound,
        io::ErrorKind::IsADirectory => ReadError::IsDirectory,
        _ => ReadError::Refused(error.to_string()),
    }
}

/// An output under a temporary name beside its final one, which [`Output::publish`] gives it.
/// Dropped before that, it disappears.
#[derive(Debug)]
pub(crate) struct Output {
    file: NamedTempFile,
    path: PathBuf,
}

impl Output {
    pub(crate) fn create(path: &Path) -> Result<Self, Failure> {
        let fail = |error: io::Error| Failure::file("write", path, cause(&error));
        if path.is_dir() {
            return Err(Failure::file("write", path, "it is a directory"));
        }
        // To give the output the name of a device would take the device away.
        if path.exists() && !path.is_file() {
            return Err(Failure::file("write", path, "it is no regular file"));
        }
        let directory = match path.parent() {
            Some(parent) if parent != Path::new("") => parent,
            _ => Path::new("."),
        };
        if !directory.is_dir() {
            let missing = format!("there is no directory `{}`", directory.display());
            return Err(Failure::file("write", path, missing));
        }
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

    /// Gives the file its name; what had it is gone.
    pub(crate) fn publish(self) -> Result<(), Failure> {
        if exchange(self.file.path(), &self.path) {
            // The temporary name is now that of the old file, which goes with it.
            return Ok(());
        }
        self.rename()
    }

    fn rename(self) -> Result<(), Failure> {
        let Self { file, path } = self;
        file.persist(&path)
            .map(drop)
            .map_err(|error| Failure::file("write", &path, error.error))
    }
}

/// Swaps the names of two files, where the system can. To rename a file over another makes some
/// file systems (ext4) write it to the disk at once, which takes longer than all the rest of a
/// build; it is worth that only where a later run trusts the file unchecked.
#[cfg(target_os = "linux")]
fn exchange(one: &Path, other: &Path) -> bool {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE).is_ok()
}

#[cfg(not(target_os = "linux"))]
fn exchange(_: &Path, _: &Path) -> bool {
    false
}

/// The error without the temporary name, which says nothing to anybody.
fn cause(error: &io::Error) -> String {
    let source = std::error::Error::source(error);
    source.map_or_else(|| error.to_string(), ToString::to_string)
}

/// Writes a small file whole or not at all.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut output = Output::create(path)?;
    let written = output.file().write_all(bytes);
    written.map_err(|error| output.failure(error))?;
    output.rename()
}

/// Makes a directory and its parents.
pub(crate) fn make_directory(path: &Path) -> Result<(), Failure> {
    fs::create_dir_all(path).map_err(|error| Failure::file("create", path, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(directory: &Path) -> Vec<String> {
        let entries = fs::read_dir(directory).unwrap();
        let name = |entry: io::Result<fs::DirEntry>| entry.unwrap().file_name();
        let names = entries.map(|entry| name(entry).to_string_lossy().into_owned());
        names.collect()
    }

    #[test]
    fn a_published_output_replaces_the_file_before_it_and_leaves_nothing_else() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("app.dap");
        for content in ["first", "second"] {
            let mut output = Output::create(&path).unwrap();
            output.file().write_all(content.as_bytes()).unwrap();
            output.publish().unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), content);
            assert_eq!(names(directory.path()), ["app.dap"]);
        }
    }

    #[test]
    #[cfg(unix)]
    fn an_output_never_takes_the_place_of_something_that_is_no_file() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("socket");
        let _socket = std::os::unix::net::UnixListener::bind(&path).unwrap();
        assert!(Output::create(&path).is_err());
        assert_eq!(names(directory.path()), ["socket"]);
    }

    #[test]
    fn an_output_that_is_not_published_leaves_the_file_before_it_as_it_was() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("app.dap");
        fs::write(&path, "before").unwrap();
        let mut output = Output::create(&path).unwrap();
        output.file().write_all(b"half").unwrap();
        drop(output);
        assert_eq!(fs::read_to_string(&path).unwrap(), "before");
        assert_eq!(names(directory.path()), ["app.dap"]);
    }
}
