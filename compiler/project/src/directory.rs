//! Whole directories: files by their path in, a directory that is there with all of them or not at all
//! out. No file ever leaves the directory, over whatever symbolic link.

use std::fs;
use std::io;
use std::path::Path;

use crate::output::parent;
use crate::{FileError, make_directory, write};

/// A directory that is to be written.
#[derive(Clone, Copy, Debug)]
pub struct NewDirectory<'a> {
    path: &'a Path,
    among_others: bool,
}

impl<'a> NewDirectory<'a> {
    /// Looks at the directory before any work is done. With `among_others` there may be files in it,
    /// and those of the same name are replaced.
    ///
    /// # Errors
    /// Where there is something else than a directory, or files are in it.
    pub fn new(path: &'a Path, among_others: bool) -> Result<Self, FileError> {
        let fail = |error: io::Error| FileError::new("read", path, error);
        if path.exists() && !path.is_dir() {
            return Err(FileError::new("write", path, "it is not a directory"));
        }
        let is_used = path.exists() && fs::read_dir(path).map_err(fail)?.next().is_some();
        if is_used && !among_others {
            return Err(FileError::NotEmpty(path.to_owned()));
        }
        Ok(Self { path, among_others })
    }

    /// Writes the files, whose paths have `/` between their parts, in this order.
    ///
    /// # Errors
    /// Where one cannot be written; a new directory is not there then.
    pub fn write(&self, files: &[(&str, &[u8])]) -> Result<(), FileError> {
        if self.among_others {
            return fill(self.path, files);
        }
        self.appear(files)
    }

    /// Fills a directory beside the wanted one, then gives it its name.
    fn appear(&self, files: &[(&str, &[u8])]) -> Result<(), FileError> {
        let fail = |error: io::Error| FileError::new("create", self.path, error);
        let parent = parent(self.path);
        make_directory(parent)?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(".oakc-");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o755));
        let staged = builder.tempdir_in(parent).map_err(fail)?;
        fill(staged.path(), files)?;
        if self.path.exists() {
            // It was empty; if it is not any more, it stays and this fails.
            fs::remove_dir(self.path).map_err(fail)?;
        }
        fs::rename(staged.path(), self.path).map_err(fail)?;
        // It has another name by now, so there is nothing to clean up.
        let _ = staged.keep();
        Ok(())
    }
}

fn fill(directory: &Path, files: &[(&str, &[u8])]) -> Result<(), FileError> {
    make_directory(directory)?;
    for (path, bytes) in files {
        make_plain_directories(directory, path)?;
        write(&directory.join(path), bytes)?;
    }
    Ok(())
}

/// Makes the directories on the way to `path`. None of those that are there may lead elsewhere.
fn make_plain_directories(directory: &Path, path: &str) -> Result<(), FileError> {
    let mut whole = directory.to_owned();
    let mut parts: Vec<_> = path.split('/').collect();
    parts.pop();
    for part in parts {
        whole.push(part);
        let is_link = whole.symlink_metadata().is_ok_and(|data| data.is_symlink());
        if is_link {
            let text = "it is a symbolic link, and may lead out of the directory";
            return Err(FileError::new("write to", &whole, text));
        }
        make_directory(&whole)?;
    }
    Ok(())
}
