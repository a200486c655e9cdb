//! Writing: bytes in, a file that is there whole or not at all out.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use oakc_scratch::ScratchFile;

use crate::FileError;

/// An output under a temporary name beside its final one, which [`Output::publish`] gives it.
/// Dropped before that, it disappears.
#[derive(Debug)]
pub struct Output {
    file: ScratchFile,
    path: PathBuf,
}

impl Output {
    /// Begins an output that is to be called `path`.
    ///
    /// # Errors
    /// Where no file can be made there.
    pub fn create(path: &Path) -> Result<Self, FileError> {
        refuse_replacing(path)?;
        let directory = parent(path);
        if !directory.is_dir() {
            let missing = format!("there is no directory `{}`", directory.display());
            return Err(FileError::new("write", path, missing));
        }
        let file = ScratchFile::create(directory, 0o666);
        let file = file.map_err(|error| FileError::new("write", path, error))?;
        let path = path.to_owned();
        Ok(Self { file, path })
    }

    /// Begins a small output, whose content is there already.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn of(path: &Path, bytes: &[u8]) -> Result<Self, FileError> {
        let mut output = Self::create(path)?;
        let written = output.file().write_all(bytes);
        written.map_err(|error| output.failed(error))?;
        Ok(output)
    }

    /// The file to write to.
    pub fn file(&mut self) -> &mut File {
        self.file.file()
    }

    /// What an error while writing means.
    pub fn failed(&self, error: impl std::fmt::Display) -> FileError {
        FileError::new("write", &self.path, error)
    }

    /// Gives a large file its name; what had it is gone. It is not written to the disk at once, so no later
    /// run may trust it unchecked.
    ///
    /// # Errors
    /// Where the system refuses.
    pub fn publish(self) -> Result<(), FileError> {
        let Self { file, path } = self;
        refuse_replacing(&path)?;
        file.exchange(&path)
            .map_err(|error| FileError::new("write", &path, error))
    }

    /// Gives a small file its name; what had it is gone.
    ///
    /// # Errors
    /// Where the system refuses.
    pub fn rename(self) -> Result<(), FileError> {
        let Self { file, path } = self;
        file.rename(&path)
            .map_err(|error| FileError::new("write", &path, error))
    }
}

/// To give an output the name of a device would take the device away.
fn refuse_replacing(path: &Path) -> Result<(), FileError> {
    if path.is_dir() {
        return Err(FileError::new("write", path, "it is a directory"));
    }
    if path.exists() && !path.is_file() {
        return Err(FileError::new("write", path, "it is not a regular file"));
    }
    Ok(())
}

/// The directory that `path` lies in.
pub(crate) fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

/// Writes a small file whole or not at all.
///
/// # Errors
/// Where it cannot be written.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    Output::of(path, bytes)?.rename()
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
    use std::io;

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
