//! What this process has not finished. Whoever makes, publishes or removes something holds the list
//! meanwhile, so whoever holds it knows everything there is.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

static LIVE: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// How often the removal of a directory is tried that another thread still fills.
const ATTEMPTS: usize = 100;

/// The list.
pub(crate) fn live() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    LIVE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes everything that this process has not finished, and keeps it from making or publishing anything
/// more: for the moment before the process ends. Other threads that try to wait forever.
pub fn remove_all() {
    let live = live();
    for path in live.iter() {
        remove(path);
    }
    // Never unlocked again.
    std::mem::forget(live);
}

/// Removes a file or a directory with everything in it. What cannot be removed is left for the next sweep.
pub(crate) fn remove(path: &Path) {
    let is_directory = path.symlink_metadata().is_ok_and(|it| it.is_dir());
    if !is_directory {
        let _ = fs::remove_file(path);
        return;
    }
    for _ in 0..ATTEMPTS {
        match fs::remove_dir_all(path) {
            Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => {
                thread::sleep(Duration::from_millis(1));
            }
            _ => return,
        }
    }
}
