//! Whose something unfinished is: the lock on it tells.

use std::fs::{self, DirEntry, File, Metadata, OpenOptions, TryLockError};
use std::io;
use std::path::Path;

use crate::live::remove;
use crate::name::is_unfinished;

/// Removes from `directory` what processes left that have ended. Failures do not matter, because the next
/// run tries again.
pub fn sweep(directory: &Path) {
    let Ok(entries) = fs::read_dir(directory) else {
        return;
    };
    for entry in entries
        .flatten()
        .filter(|entry| is_unfinished(&entry.file_name()))
    {
        // The lock is held until it is removed: nobody else can take it for its own meanwhile.
        if let Some(_abandoned) = lock_abandoned(&entry) {
            remove(&entry.path());
        }
    }
}

/// Locks something that has no owner any more. Nothing where it has, or is neither file nor directory.
fn lock_abandoned(entry: &DirEntry) -> Option<File> {
    // Of a symbolic link, this is the metadata of the link.
    let metadata = entry.metadata().ok()?;
    if !metadata.is_file() && !metadata.is_dir() {
        return None;
    }
    let file = open(&entry.path(), metadata.is_file()).ok()?;
    file.try_lock().ok()?;
    is_at(&file, &entry.path()).then_some(file)
}

/// Locks what this process has just made, where the file system has locks. False where somebody who sweeps
/// was faster.
pub(crate) fn try_own(file: &File, path: &Path) -> bool {
    match file.try_lock() {
        Ok(()) | Err(TryLockError::Error(_)) => is_at(file, path),
        Err(TryLockError::WouldBlock) => false,
    }
}

/// Opens what is at `path`, unless it has become a link, without waiting for anything. Some network file
/// systems lock only what is opened for writing.
fn open(path: &Path, for_writing: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(for_writing);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt as _;
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        options.custom_flags(flags.bits().cast_signed());
    }
    options.open(path)
}

/// Whether `file` is what `path` names.
fn is_at(file: &File, path: &Path) -> bool {
    match (file.metadata(), path.symlink_metadata()) {
        (Ok(file), Ok(named)) => is_same(&file, &named),
        _ => false,
    }
}

#[cfg(unix)]
fn is_same(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

#[cfg(not(unix))]
fn is_same(_: &Metadata, _: &Metadata) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ScratchDirectory, ScratchFile};

    const LEFT: &str = ".oakc-0123456789abcdef.unfinished";

    #[test]
    fn what_nobody_owns_is_swept_and_what_is_in_use_is_not() {
        let parent = tempfile::tempdir().unwrap();
        let place = parent.path();
        let file = ScratchFile::create(place, 0o666).unwrap();
        let directory = ScratchDirectory::create(place, 0o755).unwrap();
        fs::write(place.join(LEFT), "half").unwrap();
        let folder = place.join(LEFT.replace('0', "f"));
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("part"), "half").unwrap();
        sweep(place);
        assert!(file.path().exists() && directory.path().exists());
        assert_eq!(fs::read_dir(place).unwrap().count(), 2);
    }

    #[test]
    fn making_something_sweeps_first() {
        let place = tempfile::tempdir().unwrap();
        for directory in [false, true] {
            fs::write(place.path().join(LEFT), "half").unwrap();
            if directory {
                drop(ScratchDirectory::create(place.path(), 0o755).unwrap());
            } else {
                drop(ScratchFile::create(place.path(), 0o666).unwrap());
            }
            assert!(!place.path().join(LEFT).exists());
        }
    }

    #[test]
    fn a_file_of_somebody_else_is_left_alone() {
        let place = tempfile::tempdir().unwrap();
        for name in [".oakc-notes", ".oakc-1234567", "app.dap.unfinished"] {
            fs::write(place.path().join(name), "mine").unwrap();
        }
        sweep(place.path());
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 3);
    }

    #[test]
    #[cfg(unix)]
    fn a_link_and_a_pipe_of_that_name_are_left_alone_and_waited_for_never() {
        let place = tempfile::tempdir().unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        fs::write(elsewhere.path().join("f"), "mine").unwrap();
        let link = place.path().join(LEFT);
        std::os::unix::fs::symlink(elsewhere.path(), &link).unwrap();
        let pipe = place.path().join(LEFT.replace('0', "a"));
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        sweep(place.path());
        assert!(link.is_symlink() && elsewhere.path().join("f").exists());
        assert_eq!(pipe.exists(), made.is_ok_and(|status| status.success()));
    }
}
