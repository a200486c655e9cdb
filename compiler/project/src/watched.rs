//! Files that may change: paths in, whether any of them has changed out.
//!
//! They are looked at again and again instead of asking the system to tell: editors replace files instead of
//! writing to them, mounted and shared folders tell nothing, and an application is a few files.

use std::collections::BTreeMap;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Files, as they were when they were looked at last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WatchedFiles(BTreeMap<PathBuf, Option<Stamp>>);

/// What changes with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    size: u64,
    modified: Option<SystemTime>,
    /// Another file under the same name.
    number: u64,
}

impl WatchedFiles {
    /// These files as they are now. One that is not there may come.
    pub fn new(paths: impl IntoIterator<Item = PathBuf>) -> Self {
        let stamped = paths.into_iter().map(|path| {
            let stamp = stamp(&path);
            (path, stamp)
        });
        Self(stamped.collect())
    }

    /// The same files as they are now.
    #[must_use]
    pub fn again(&self) -> Self {
        Self::new(self.0.keys().cloned())
    }

    /// Watches more files. One that is watched already stays as it was.
    pub fn add(&mut self, more: Self) {
        for (path, stamp) in more.0 {
            self.0.entry(path).or_insert(stamp);
        }
    }

    /// The first file that is not as it was in `before`.
    pub fn changed_since<'a>(&'a self, before: &Self) -> Option<&'a Path> {
        let mut files = self.0.iter();
        let changed = files.find(|(path, stamp)| before.0.get(*path) != Some(*stamp));
        changed.map(|(path, _)| path.as_path())
    }
}

fn stamp(path: &Path) -> Option<Stamp> {
    let metadata = path.metadata().ok()?;
    Some(Stamp {
        size: metadata.len(),
        modified: metadata.modified().ok(),
        number: number(&metadata),
    })
}

#[cfg(unix)]
fn number(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn number(_: &Metadata) -> u64 {
    0
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn written_replaced_deleted_and_new_files_have_changed() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["a", "b", "c"] {
            fs::write(path(name), "1").unwrap();
        }
        let changed = |act: &dyn Fn()| {
            let before = WatchedFiles::new(["a", "b", "c", "d"].map(path));
            assert_eq!(before.again().changed_since(&before), None);
            act();
            let after = before.again();
            let changed = after.changed_since(&before);
            changed.and_then(Path::file_name).map(ToOwned::to_owned)
        };
        assert_eq!(
            changed(&|| fs::write(path("a"), "12").unwrap()).unwrap(),
            "a"
        );
        let replace = || {
            // As long, and as old, as the file that it replaces.
            let time = path("b").metadata().unwrap().modified().unwrap();
            fs::write(path("new"), "2").unwrap();
            let file = fs::File::options().write(true).open(path("new")).unwrap();
            file.set_modified(time).unwrap();
            fs::rename(path("new"), path("b")).unwrap();
        };
        assert_eq!(changed(&replace).unwrap(), "b");
        assert_eq!(
            changed(&|| fs::remove_file(path("c")).unwrap()).unwrap(),
            "c"
        );
        assert_eq!(changed(&|| fs::write(path("d"), "").unwrap()).unwrap(), "d");
        assert_eq!(changed(&|| fs::write(path("e"), "").unwrap()), None);
    }
}
