//! An entry of the cache: files and what is said about them in, a folder that appears with all of it out.
//!
//! Never: a folder under its final name with a part of it, or two processes that make the same at once where the file system
//! has locks.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Read as _;
use std::path::Path;

use oakc_scratch::ScratchDirectory;
use serde::{Deserialize, Serialize};

use crate::error::{Action, Error, Result};

/// What is said about an entry, beside its files.
pub(crate) const ABOUT: &str = "about.json";

/// The most that a file of an entry has, in bytes.
pub(crate) const LARGEST: u64 = 512 << 20;

/// The least that is said about an entry.
#[derive(Serialize, Deserialize)]
pub(crate) struct Named {
    /// What it is called in a list.
    pub(crate) name: String,
}

/// Puts an entry in its place, and whatever is there out of it.
pub(crate) fn keep(
    parent: &Path,
    key: &str,
    files: &[(&str, &[u8])],
    about: &impl Serialize,
) -> Result<()> {
    let folder = parent.join(key);
    let failed = |error| Error::cache(Action::Write, &folder)(error);
    let about = serde_json::to_vec_pretty(about).map_err(|error| failed(error.into()))?;
    let staged = ScratchDirectory::create(parent, 0o755).map_err(failed)?;
    for (name, bytes) in files.iter().chain(&[(ABOUT, about.as_slice())]) {
        fs::write(staged.path().join(name), bytes).map_err(failed)?;
    }
    if folder.exists() {
        // It is damaged, or it would have been taken.
        fs::remove_dir_all(&folder).map_err(failed)?;
    }
    staged.publish(&folder).map_err(failed)
}

/// A file, unless it cannot be read or is larger than anything that is kept.
pub(crate) fn read(path: &Path) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = File::open(path).ok()?;
    let read = file.take(LARGEST + 1).read_to_end(&mut bytes).ok()?;
    (read as u64 <= LARGEST).then_some(bytes)
}

/// Makes other processes that make something in this folder wait, so that they find the result. Everything works
/// without the lock, too (some network file systems have none). It is released when the file is closed.
pub(crate) fn lock(folder: &Path, on_wait: impl FnOnce()) -> Option<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    let file = options.open(folder.join(".lock")).ok()?;
    match file.try_lock() {
        Ok(()) => Some(file),
        Err(TryLockError::WouldBlock) => {
            on_wait();
            file.lock().ok().map(|()| file)
        }
        Err(TryLockError::Error(_)) => None,
    }
}
