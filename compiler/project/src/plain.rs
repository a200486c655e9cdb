//! Paths as they are shown.
//!
//! In: a path. Out: a shorter one to the same file. Never: a path that leads to another file, because a folder on the way
//! is a link.

use std::path::Component::{Normal, ParentDir};
use std::path::{Path, PathBuf};

/// A path without `name/..` in it, where that only leads back.
pub fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        let leads_back = component == ParentDir
            && matches!(plain.components().next_back(), Some(Normal(_)))
            && !plain.is_symlink();
        if leads_back {
            plain.pop();
        } else {
            plain.push(component);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shown_without_detours() {
        for (path, expected) in [
            ("a/tests/../app.toml", "a/app.toml"),
            ("tests/../app.toml", "app.toml"),
            ("../app.toml", "../app.toml"),
            ("/a/../b", "/b"),
        ] {
            assert_eq!(plain(Path::new(path)), Path::new(expected));
        }
    }

    #[test]
    #[cfg(unix)]
    fn a_link_on_the_way_stays() {
        let root = tempfile::tempdir().unwrap();
        let link = root.path().join("link");
        std::os::unix::fs::symlink(root.path(), &link).unwrap();
        let path = link.join("../app.toml");
        assert_eq!(plain(&path), path);
    }
}
