//! Waiting for files to change: files in, the first that changed out.

use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use oakc_project::WatchedFiles;

/// How often it is looked whether a file has changed.
pub(crate) const LOOK: Duration = Duration::from_millis(300);
/// How long files have to stay as they are before they count as written.
const SETTLED: Duration = Duration::from_millis(300);

/// Waits until one of the files is not as it was, and is written. A signal ends the process meanwhile.
pub(crate) fn next_change(files: &WatchedFiles) -> PathBuf {
    loop {
        let now = files.again();
        if let Some(changed) = now.changed_since(files) {
            let changed = changed.to_owned();
            settle(now);
            return changed;
        }
        thread::sleep(LOOK);
    }
}

/// Waits until files do not change any more, for a few seconds at most.
pub(crate) fn settle(mut files: WatchedFiles) {
    for _ in 0..20 {
        thread::sleep(SETTLED);
        let now = files.again();
        if now.changed_since(&files).is_none() {
            return;
        }
        files = now;
    }
}
