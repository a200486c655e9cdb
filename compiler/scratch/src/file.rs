//! Unfinished files.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use crate::live::{live, remove};
use crate::name::random_path;
use crate::sweep::{sweep, try_own};

/// How often another name is tried, or the same once more.
pub(crate) const ATTEMPTS: usize = 16;

/// How long a file that is in use is left alone.
const MOMENT: Duration = Duration::from_millis(50);

/// A file under a name of its own, until it is published. Dropped before that, it disappears.
#[derive(Debug)]
pub struct ScratchFile {
    file: File,
    path: PathBuf,
}

impl ScratchFile {
    /// Makes an empty file in `directory`, after sweeping it. `mode` is that of Unix; the umask applies.
    ///
    /// # Errors
    /// Where no file can be made there; the error names no path.
    pub fn create(directory: &Path, mode: u32) -> io::Result<Self> {
        sweep(directory);
        for _ in 0..ATTEMPTS {
            let path = random_path(directory);
            let mut live = live();
            let file = match options(mode).open(&path) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
                opened => opened?,
            };
            // Who sweeps this very moment may have taken it for abandoned.
            if try_own(&file, &path) {
                live.insert(path.clone());
                return Ok(Self { file, path });
            }
        }
        Err(ErrorKind::AlreadyExists.into())
    }

    /// The file to write to.
    pub fn file(&mut self) -> &mut File {
        &mut self.file
    }

    /// Where it is until it is published.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Gives the file its name. What had that name is gone; a symbolic link is replaced and not followed.
    ///
    /// # Errors
    /// Where the system refuses; the unfinished file is gone then.
    pub fn rename(self, path: &Path) -> io::Result<()> {
        for _ in 1..ATTEMPTS {
            match self.try_rename(path) {
                Err(error) if is_in_use(&error) => thread::sleep(MOMENT),
                renamed => return renamed,
            }
        }
        self.try_rename(path)
    }

    fn try_rename(&self, path: &Path) -> io::Result<()> {
        let mut live = live();
        fs::rename(&self.path, path)?;
        live.remove(&self.path);
        Ok(())
    }

    /// The same by swapping names with the file that is there, where the system can do that. To rename a file
    /// over another one makes some file systems (ext4) write it to the disk at once, which takes longer
    /// than writing a package; it is worth that only where a later run trusts the file unchecked.
    ///
    /// # Errors
    /// As [`ScratchFile::rename`].
    pub fn exchange(self, path: &Path) -> io::Result<()> {
        {
            let mut live = live();
            if swap(&self.path, path) {
                // The unfinished name is now that of the old file.
                let _ = fs::remove_file(&self.path);
                live.remove(&self.path);
                return Ok(());
            }
        }
        self.rename(path)
    }
}

/// Windows replaces no file that another program has open: one that reads it, or replaces it as well, and is done soon.
fn is_in_use(error: &io::Error) -> bool {
    cfg!(windows) && error.kind() == ErrorKind::PermissionDenied
}

impl Drop for ScratchFile {
    fn drop(&mut self) {
        let mut live = live();
        if live.remove(&self.path) {
            remove(&self.path);
        }
    }
}

fn options(mode: u32) -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    #[cfg(not(unix))]
    let _ = mode;
    options
}

#[cfg(target_os = "linux")]
fn swap(one: &Path, other: &Path) -> bool {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE).is_ok()
}

#[cfg(not(target_os = "linux"))]
fn swap(_: &Path, _: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn names(directory: &Path) -> Vec<String> {
        let entries = fs::read_dir(directory).unwrap();
        let name = |entry: io::Result<fs::DirEntry>| entry.unwrap().file_name();
        let names = entries.map(|entry| name(entry).to_string_lossy().into_owned());
        names.collect()
    }

    #[test]
    fn a_published_file_has_its_name_and_nothing_else_is_left() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("out");
        for (round, text) in ["one", "two", "three"].into_iter().enumerate() {
            let mut file = ScratchFile::create(directory.path(), 0o666).unwrap();
            file.file().write_all(text.as_bytes()).unwrap();
            let published = if round == 1 {
                file.rename(&path)
            } else {
                file.exchange(&path)
            };
            published.unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
            assert_eq!(names(directory.path()), ["out"]);
        }
    }

    #[test]
    fn a_file_that_is_dropped_or_cannot_be_published_disappears() {
        let directory = tempfile::tempdir().unwrap();
        drop(ScratchFile::create(directory.path(), 0o666).unwrap());
        let file = ScratchFile::create(directory.path(), 0o666).unwrap();
        assert!(file.rename(Path::new("/no such directory/out")).is_err());
        assert_eq!(names(directory.path()), Vec::<String>::new());
    }

    #[test]
    #[cfg(unix)]
    fn publishing_over_a_link_replaces_the_link() {
        let directory = tempfile::tempdir().unwrap();
        let (victim, link) = (
            directory.path().join("victim"),
            directory.path().join("out"),
        );
        fs::write(&victim, "untouched").unwrap();
        for exchange in [false, true] {
            let _ = fs::remove_file(&link);
            std::os::unix::fs::symlink(&victim, &link).unwrap();
            let file = ScratchFile::create(directory.path(), 0o666).unwrap();
            let published = if exchange {
                file.exchange(&link)
            } else {
                file.rename(&link)
            };
            published.unwrap();
            assert!(link.symlink_metadata().unwrap().is_file());
            assert_eq!(fs::read_to_string(&victim).unwrap(), "untouched");
        }
    }
}
