//! Paths as they are shown.
//!
//! In: a path. Out: a shorter one to the same file. Never: a path that leads to another file, because a folder on the way
//! is a link.

use std::path::Component::{Normal, ParentDir};
use std::path::{MAIN_SEPARATOR_STR, Path, PathBuf};

/// A path without `name/..` in it, where that only leads back. Its parts have `/` between them on every system, so that
/// what is shown of an application is the same everywhere, and GitHub finds the file.
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
    match plain.to_str() {
        Some(text) if MAIN_SEPARATOR_STR != "/" => without_backslashes(text).into(),
        _ => plain,
    }
}

/// A path of Windows as people write it, also one that begins with `\\?\`, as it does where links are resolved.
fn without_backslashes(path: &str) -> String {
    let written = path.strip_prefix(r"\\?\");
    let written = written.filter(|path| path.get(1..2) == Some(":"));
    written.unwrap_or(path).replace('\\', "/")
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
    fn paths_of_windows_are_shown_as_people_write_them() {
        for (path, expected) in [
            (r"doors\front\app.toml", "doors/front/app.toml"),
            (r"\\?\C:\doors\app.toml", "C:/doors/app.toml"),
            (r"\\server\share\app.toml", "//server/share/app.toml"),
        ] {
            assert_eq!(without_backslashes(path), expected);
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
