//! Whole directories: files by their path in, a directory that is there with all of them or not at all
//! out. No file ever leaves the directory, over whatever symbolic link.

use std::fs;
use std::io;
use std::path::Path;

use oakc_scratch::ScratchDirectory;

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
        refuse_link(path)?;
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
        let staged = ScratchDirectory::create(parent, 0o755).map_err(fail)?;
        let filled = fill(staged.path(), files);
        // Nobody knows the other name.
        filled.map_err(|error| error.moved(staged.path(), self.path))?;
        if self.path.exists() {
            // It was empty; if it is not any more, it stays and this fails.
            fs::remove_dir(self.path).map_err(fail)?;
        }
        staged.publish(self.path).map_err(fail)
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
        refuse_link(&whole)?;
        make_directory(&whole)?;
    }
    Ok(())
}

/// Whoever made the link chose the place, not whoever named it.
fn refuse_link(path: &Path) -> Result<(), FileError> {
    let is_link = path.symlink_metadata().is_ok_and(|data| data.is_symlink());
    if !is_link {
        return Ok(());
    }
    let text =
        "it is a symbolic link, which may lead anywhere; name the directory that it leads to";
    Err(FileError::new("write to", path, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn no_link_is_followed_whether_it_is_the_directory_itself_or_in_it() {
        use std::os::unix::fs::symlink;
        let root = tempfile::tempdir().unwrap();
        let (elsewhere, named) = (root.path().join("elsewhere"), root.path().join("named"));
        fs::create_dir(&elsewhere).unwrap();
        symlink(&elsewhere, &named).unwrap();
        for among_others in [false, true] {
            let error = NewDirectory::new(&named, among_others).unwrap_err();
            assert!(error.to_string().contains("symbolic link"), "{error}");
        }
        let inside = root.path().join("inside");
        fs::create_dir(&inside).unwrap();
        symlink(&elsewhere, inside.join("assets")).unwrap();
        symlink(elsewhere.join("f"), inside.join("f")).unwrap();
        let directory = NewDirectory::new(&inside, true).unwrap();
        let error = directory.write(&[("assets/a", b"")]).unwrap_err();
        assert!(error.to_string().contains("symbolic link"), "{error}");
        directory.write(&[("f", b"replaced")]).unwrap();
        assert_eq!(fs::read(inside.join("f")).unwrap(), b"replaced");
        assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 0);
    }

    #[test]
    fn a_directory_that_cannot_be_filled_is_not_there_and_the_error_names_its_own_name() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("new");
        let directory = NewDirectory::new(&path, false).unwrap();
        let error = directory.write(&[("a", b""), ("a/b", b"")]).unwrap_err();
        assert!(error.to_string().contains("new/a"), "{error}");
        assert!(!error.to_string().contains("unfinished"), "{error}");
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 0);
    }
}
