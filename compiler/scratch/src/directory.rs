//! Unfinished directories.

use std::fs::{self, DirBuilder, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::file::ATTEMPTS;
use crate::live::{live, remove};
use crate::name::random_path;
use crate::sweep::{sweep, try_own};

/// A directory under a name of its own, until it is published. Dropped before that, it disappears with
/// everything in it.
#[derive(Debug)]
pub struct ScratchDirectory {
    path: PathBuf,
    /// Held for its lock only. Not every system lets a directory be opened.
    _owned: Option<File>,
}

impl ScratchDirectory {
    /// Makes an empty directory in `parent`, after sweeping that. `mode` is that of Unix; the umask applies.
    ///
    /// # Errors
    /// Where none can be made there; the error names no path.
    pub fn create(parent: &Path, mode: u32) -> io::Result<Self> {
        sweep(parent);
        for _ in 0..ATTEMPTS {
            let path = random_path(parent);
            let mut live = live();
            match builder(mode).create(&path) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
                created => created?,
            }
            let Ok(opened) = File::open(&path) else {
                // Swept this very moment, or this system opens no directories.
                if path.exists() {
                    live.insert(path.clone());
                    return Ok(Self { path, _owned: None });
                }
                continue;
            };
            if try_own(&opened, &path) {
                live.insert(path.clone());
                return Ok(Self {
                    path,
                    _owned: Some(opened),
                });
            }
        }
        Err(ErrorKind::AlreadyExists.into())
    }

    /// Where it is until it is published.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Gives the directory its name, which nothing may have.
    ///
    /// # Errors
    /// Where the system refuses; it is still unfinished then.
    pub fn publish(&self, path: &Path) -> io::Result<()> {
        let mut live = live();
        fs::rename(&self.path, path)?;
        live.remove(&self.path);
        Ok(())
    }
}

impl Drop for ScratchDirectory {
    fn drop(&mut self) {
        let mut live = live();
        if live.remove(&self.path) {
            remove(&self.path);
        }
    }
}

fn builder(mode: u32) -> DirBuilder {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "only Unix has modes"))]
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, mode);
    #[cfg(not(unix))]
    let _ = mode;
    builder
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_published_directory_stays_and_a_dropped_one_disappears() {
        let parent = tempfile::tempdir().unwrap();
        let kept = parent.path().join("kept");
        for publish in [true, false] {
            let directory = ScratchDirectory::create(parent.path(), 0o755).unwrap();
            fs::write(directory.path().join("f"), "text").unwrap();
            if publish {
                directory.publish(&kept).unwrap();
            }
        }
        assert_eq!(fs::read_to_string(kept.join("f")).unwrap(), "text");
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_directory_whose_name_is_taken_can_be_published_under_another() {
        let parent = tempfile::tempdir().unwrap();
        let taken = parent.path().join("taken");
        fs::create_dir(&taken).unwrap();
        fs::write(taken.join("f"), "").unwrap();
        let directory = ScratchDirectory::create(parent.path(), 0o755).unwrap();
        assert!(directory.publish(&taken).is_err());
        directory.publish(&parent.path().join("free")).unwrap();
    }
}
