//! The cache directory: where it is, and how files are written to it, complete or not at all.
//!
//! In: the environment (through a closure) and bytes. Out: paths and finished files. Never: a file or
//! directory under its final name before all of it is on the disk, because later runs trust what
//! they find.

use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tempfile::{Builder, TempDir};

use crate::error::{Action, Error, Result};

/// Prefix of the names of unfinished files and directories.
const UNFINISHED: &str = ".unfinished-";
/// Anything unfinished that is older was left by a process that was killed.
const STALE: Duration = Duration::from_hours(24);

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

/// A temporary directory inside `parent`, so that a rename can publish it. It is removed when
/// dropped.
pub(crate) fn scratch_dir(parent: &Path) -> Result<TempDir> {
    let mut builder = Builder::new();
    builder.prefix(UNFINISHED);
    #[cfg(unix)]
    builder.permissions(readable_by_all(0o755));
    builder
        .tempdir_in(parent)
        .map_err(Error::cache(Action::CreateIn, parent))
}

/// Writes a file under its final name, completely or not at all.
pub(crate) fn write_file(
    path: &Path,
    write: impl FnOnce(&mut File) -> io::Result<()>,
) -> Result<()> {
    let failed = |error| Error::cache(Action::Write, path)(error);
    let parent = path.parent().unwrap_or(Path::new("."));
    let mut builder = Builder::new();
    builder.prefix(UNFINISHED);
    #[cfg(unix)]
    builder.permissions(readable_by_all(0o644));
    let mut file = builder.tempfile_in(parent).map_err(failed)?;
    write(file.as_file_mut()).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    sync_dir(parent)
}

/// Writes a file into a directory that is not published yet.
pub(crate) fn write_into_scratch(path: &Path, bytes: &[u8]) -> Result<()> {
    let write = || {
        let mut file = File::create(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    write().map_err(Error::cache(Action::Write, path))
}

/// Gives a finished directory its final name. If that is taken, the old directory is moved aside
/// first (a directory cannot be replaced in one step) and removed. Fails if another process keeps
/// publishing under the same name.
pub(crate) fn publish_dir(finished: TempDir, path: &Path) -> Result<()> {
    let failed = |error| Error::cache(Action::Replace, path)(error);
    let parent = path.parent().unwrap_or(Path::new("."));
    sync_dir(finished.path())?;
    let mut outcome = fs::rename(finished.path(), path);
    for _ in 0..3 {
        let Err(error) = &outcome else { break };
        if !is_taken(error) {
            break;
        }
        let aside = scratch_dir(parent)?;
        // It may be gone by now if another process does the same.
        let _ = fs::rename(path, aside.path().join("replaced"));
        outcome = fs::rename(finished.path(), path);
    }
    outcome.map_err(failed)?;
    // It must not be removed when dropped: it has its final name now.
    let _ = finished.keep();
    sync_dir(parent)
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

/// Removes what killed processes left in `directory`. Failures do not matter, because the next run
/// tries again.
pub(crate) fn sweep(directory: &Path) {
    let Ok(entries) = fs::read_dir(directory) else {
        return;
    };
    for entry in entries.flatten() {
        let unfinished = entry.file_name().to_string_lossy().starts_with(UNFINISHED);
        if unfinished && is_stale(&entry) {
            let path = entry.path();
            let _ = fs::remove_dir_all(&path).or_else(|_| fs::remove_file(&path));
        }
    }
}

fn is_stale(entry: &fs::DirEntry) -> bool {
    let modified = entry.metadata().and_then(|metadata| metadata.modified());
    let age = modified.map(|at| SystemTime::now().duration_since(at));
    matches!(age, Ok(Ok(age)) if age > STALE)
}

/// Makes other processes that install wait, so that they find the result instead of downloading it
/// again. Everything works without the lock, too (some network file systems have none). It is
/// released when the returned file is closed.
pub(crate) fn lock(directory: &Path, mut on_wait: impl FnMut()) -> Option<File> {
    let file = File::create(directory.join(".lock")).ok()?;
    match file.try_lock() {
        Ok(()) => Some(file),
        Err(TryLockError::WouldBlock) => {
            on_wait();
            file.lock().ok().map(|()| file)
        }
        Err(TryLockError::Error(_)) => None,
    }
}

/// Writes the names in a directory to the disk, where the system can do that.
fn sync_dir(path: &Path) -> Result<()> {
    if cfg!(unix) {
        File::open(path)
            .and_then(|directory| directory.sync_all())
            .map_err(Error::cache(Action::Write, path))?;
    }
    Ok(())
}

/// A cache may be filled by one user and read by others. The umask still applies.
#[cfg(unix)]
fn readable_by_all(mode: u32) -> fs::Permissions {
    use std::os::unix::fs::PermissionsExt as _;
    fs::Permissions::from_mode(mode)
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
            let scratch = scratch_dir(root.path()).unwrap();
            write_into_scratch(&scratch.path().join("f"), text.as_bytes()).unwrap();
            publish_dir(scratch, &target).unwrap();
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
}
