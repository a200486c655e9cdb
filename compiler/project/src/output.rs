//! Writing: bytes in, a file that is there whole or not at all out.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::FileError;

/// An output under a temporary name beside its final one, which [`Output::publish`] gives it.
/// Dropped before that, it disappears.
#[derive(Debug)]
pub struct Output {
    file: NamedTempFile,
    path: PathBuf,
}

impl Output {
    /// Begins an output that is to be called `path`.
    ///
    /// # Errors
    /// Where no file can be made there.
    pub fn create(path: &Path) -> Result<Self, FileError> {
        let fail = |error: io::Error| FileError::new("write", path, cause(&error));
        if path.is_dir() {
            return Err(FileError::new("write", path, "it is a directory"));
        }
        // To give the output the name of a device would take the device away.
        if path.exists() && !path.is_file() {
            return Err(FileError::new("write", path, "it is not a regular file"));
        }
        let directory = parent(path);
        if !directory.is_dir() {
            let missing = format!("there is no directory `{}`", directory.display());
            return Err(FileError::new("write", path, missing));
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
    pub fn file(&mut self) -> &mut File {
        self.file.as_file_mut()
    }

    /// What an error while writing means.
    pub fn failed(&self, error: impl std::fmt::Display) -> FileError {
        FileError::new("write", &self.path, error)
    }

    /// Gives the file its name; what had it is gone.
    ///
    /// # Errors
    /// Where the system refuses.
    pub fn publish(self) -> Result<(), FileError> {
        if exchange(self.file.path(), &self.path) {
            // The temporary name is now that of the old file, which goes with it.
            return Ok(());
        }
        self.rename()
    }

    fn rename(self) -> Result<(), FileError> {
        let Self { file, path } = self;
        file.persist(&path)
            .map(drop)
            .map_err(|error| FileError::new("write", &path, error.error))
    }
}

/// The directory that `path` lies in.
pub(crate) fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
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
///
/// # Errors
/// Where it cannot be written.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let mut output = Output::create(path)?;
    let written = output.file().write_all(bytes);
    written.map_err(|error| output.failed(error))?;
    output.rename()
}

/// Makes a directory and its parents.
///
/// # Errors
/// Where the system refuses.
pub fn make_directory(path: &Path) -> Result<(), FileError> {
    fs::create_dir_all(path).map_err(|error| FileError::new("create", path, error))
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
    fn an_output_never_takes_the_place_of_something_that_is_not_a_file() {
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
