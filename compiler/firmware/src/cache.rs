//! The cache directory: where it is, and how files are written to it, complete or not at all.
//!
//! In: the environment (through a closure) and bytes. Out: paths and finished files. Never: a file or
//! directory under its final name before all of it is on the disk, because later runs trust what
//! they find.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use oakc_scratch::{ScratchDirectory, ScratchFile};

use crate::error::{Action, Error, Result};

/// Name of the file that processes lock while they install.
pub(crate) const LOCK: &str = ".lock";
/// A cache may be filled by one user and read by others. The umask still applies.
const FILE_MODE: u32 = 0o644;
const DIRECTORY_MODE: u32 = 0o755;

/// Whose conventions for caches apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Platform {
    Unix,
    MacOs,
    Windows,
}

impl Platform {
    const HERE: Self = if cfg!(windows) {
        Self::Windows
    } else if cfg!(target_os = "macos") {
        Self::MacOs
    } else {
        Self::Unix
    };
}

/// The cache directory: `OAKC_CACHE`, else `oakc` in the user's cache directory
/// (`XDG_CACHE_HOME`, else `~/.cache`; macOS `~/Library/Caches`; Windows `LOCALAPPDATA`).
///
/// `environment` looks a variable up; `std::env::var_os` is the real one. Empty counts as unset.
pub fn cache_dir(environment: impl Fn(&str) -> Option<OsString>) -> Result<PathBuf> {
    resolve(Platform::HERE, environment)
}

fn resolve(platform: Platform, environment: impl Fn(&str) -> Option<OsString>) -> Result<PathBuf> {
    let set = |name| environment(name).filter(|value| !value.is_empty());
    if let Some(chosen) = set("OAKC_CACHE") {
        return Ok(chosen.into());
    }
    let home = || set("HOME").map(PathBuf::from);
    let base = match platform {
        // The XDG specification says to ignore relative paths.
        Platform::Unix => set("XDG_CACHE_HOME")
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
            .or_else(|| Some(home()?.join(".cache"))),
        Platform::MacOs => home().map(|home| home.join("Library").join("Caches")),
        Platform::Windows => set("LOCALAPPDATA").map(PathBuf::from),
    };
    base.map(|base| base.join("oakc"))
        .ok_or(Error::NoCacheDirectory)
}

/// Creates a directory and its parents.
pub(crate) fn make_dir(path: &Path) -> Result<()> {
    fs::create_dir_all(path).map_err(Error::cache(Action::CreateDirectory, path))
}

/// A directory inside `parent` for what is needed only for a while.
pub(crate) fn scratch_dir(parent: &Path) -> Result<ScratchDirectory> {
    ScratchDirectory::create(parent, DIRECTORY_MODE).map_err(Error::cache(Action::CreateIn, parent))
}

/// Writes a file under its final name, completely or not at all.
pub(crate) fn write_file(
    path: &Path,
    write: impl FnOnce(&mut File) -> io::Result<()>,
) -> Result<()> {
    let failed = |error| Error::cache(Action::Write, path)(error);
    let parent = path.parent().unwrap_or(Path::new("."));
    let mut scratch = ScratchFile::create(parent, FILE_MODE).map_err(failed)?;
    write(scratch.file()).map_err(failed)?;
    scratch.file().sync_all().map_err(failed)?;
    scratch.rename(path).map_err(failed)?;
    sync_dir(parent)
}

/// A directory that is filled before it gets its name. Errors name what it is going to be.
#[derive(Debug)]
pub(crate) struct Staged<'a> {
    scratch: ScratchDirectory,
    target: &'a Path,
}

impl<'a> Staged<'a> {
    /// Begins a directory that is to be called `target`.
    pub(crate) fn new(target: &'a Path) -> Result<Self> {
        let scratch = scratch_dir(parent(target))?;
        Ok(Self { scratch, target })
    }

    /// Writes a file into it.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let write = || {
            let mut file = File::create(self.scratch.path().join(name))?;
            file.write_all(bytes)?;
            file.sync_all()
        };
        write().map_err(Error::cache(Action::Write, &self.target.join(name)))
    }

    /// Gives it its name. If that is taken, the old directory is moved aside first (a directory cannot be
    /// replaced in one step) and removed. Fails if another process keeps publishing under the same name.
    pub(crate) fn publish(self) -> Result<()> {
        let Self { scratch, target } = self;
        let failed = |error| Error::cache(Action::Replace, target)(error);
        sync_names(scratch.path()).map_err(failed)?;
        let mut outcome = scratch.publish(target);
        for _ in 0..3 {
            let Err(error) = &outcome else { break };
            if !is_taken(error) {
                break;
            }
            let aside = scratch_dir(parent(target))?;
            // It may be gone by now if another process does the same.
            let _ = fs::rename(target, aside.path().join("replaced"));
            outcome = scratch.publish(target);
        }
        outcome.map_err(failed)?;
        sync_dir(parent(target))
    }
}

fn parent(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new("."))
}

fn is_taken(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::DirectoryNotEmpty
            | io::ErrorKind::AlreadyExists
            | io::ErrorKind::NotADirectory
            | io::ErrorKind::PermissionDenied
    )
}

/// Makes other processes that install wait, so that they find the result instead of downloading it
/// again. Everything works without the lock, too (some network file systems have none). It is
/// released when the returned file is closed.
pub(crate) fn lock(directory: &Path, mut on_wait: impl FnMut()) -> Option<File> {
    let file = open_lock(&directory.join(LOCK)).ok()?;
    match file.try_lock() {
        Ok(()) => Some(file),
        Err(TryLockError::WouldBlock) => {
            on_wait();
            file.lock().ok().map(|()| file)
        }
        Err(TryLockError::Error(_)) => None,
    }
}

/// Opens the lock file without following a link, which would make a file elsewhere, and without waiting
/// for whoever reads a pipe. It has no content, and nothing is written.
fn open_lock(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt as _;
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        options.custom_flags(flags.bits().cast_signed());
    }
    options.open(path)
}

/// Writes the names in a directory to the disk, where the system can do that.
fn sync_dir(path: &Path) -> Result<()> {
    sync_names(path).map_err(Error::cache(Action::Write, path))
}

fn sync_names(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(path)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(platform: Platform, variables: &[(&str, &str)]) -> Option<PathBuf> {
        let lookup = |name: &str| {
            variables
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| OsString::from(value))
        };
        resolve(platform, lookup).ok()
    }

    #[test]
    fn the_cache_is_where_the_platform_expects_caches() {
        let home = ("HOME", "/h");
        let expect = |path: &str| Some(PathBuf::from(path));
        assert_eq!(with(Platform::Unix, &[home]), expect("/h/.cache/oakc"));
        assert_eq!(
            with(Platform::Unix, &[home, ("XDG_CACHE_HOME", "/x")]),
            expect("/x/oakc")
        );
        assert_eq!(
            with(Platform::Unix, &[home, ("XDG_CACHE_HOME", "relative")]),
            expect("/h/.cache/oakc")
        );
        assert_eq!(
            with(Platform::MacOs, &[home]),
            expect("/h/Library/Caches/oakc")
        );
        assert_eq!(
            with(Platform::Windows, &[("LOCALAPPDATA", "/l")]),
            expect("/l/oakc")
        );
    }

    #[test]
    fn oakc_cache_wins_and_an_empty_variable_counts_as_unset() {
        let chosen = with(Platform::Unix, &[("OAKC_CACHE", "/c"), ("HOME", "/h")]);
        assert_eq!(chosen, Some(PathBuf::from("/c")));
        let empty = with(Platform::Unix, &[("OAKC_CACHE", ""), ("HOME", "/h")]);
        assert_eq!(empty, Some(PathBuf::from("/h/.cache/oakc")));
        assert_eq!(with(Platform::Unix, &[]), None);
    }

    #[test]
    fn publishing_replaces_an_older_directory_and_leaves_nothing_else() {
        let root = tempfile::tempdir().unwrap();
        let target = root.path().join("v");
        for text in ["old", "new"] {
            let staged = Staged::new(&target).unwrap();
            staged.write("f", text.as_bytes()).unwrap();
            staged.publish().unwrap();
        }
        assert_eq!(fs::read(target.join("f")).unwrap(), b"new");
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_failed_write_leaves_the_old_file_and_nothing_else() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("f");
        fs::write(&path, b"old").unwrap();
        let outcome = write_file(&path, |file| {
            file.write_all(b"half")?;
            Err(io::Error::other("disk full"))
        });
        assert!(outcome.is_err());
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1);
    }

    #[test]
    #[cfg(unix)]
    fn the_lock_follows_no_link_and_waits_for_no_pipe() {
        let root = tempfile::tempdir().unwrap();
        let lock_file = root.path().join(LOCK);
        for victim in ["there", "dangling"] {
            let victim = root.path().join(victim);
            let _ = fs::remove_file(&lock_file);
            std::os::unix::fs::symlink(&victim, &lock_file).unwrap();
            if victim.ends_with("there") {
                fs::write(&victim, "untouched").unwrap();
            }
            assert!(lock(root.path(), || ()).is_none());
            match fs::read_to_string(&victim) {
                Ok(text) => assert_eq!(text, "untouched"),
                Err(_) => assert!(victim.ends_with("dangling")),
            }
        }
        fs::remove_file(&lock_file).unwrap();
        let pipe = std::process::Command::new("mkfifo")
            .arg(&lock_file)
            .status();
        if pipe.is_ok_and(|status| status.success()) {
            assert!(lock(root.path(), || ()).is_none());
            fs::remove_file(&lock_file).unwrap();
        }
        assert!(lock(root.path(), || ()).is_some());
    }
}
