//! Which file was meant: a path that leads to none in, the names of the files beside it out.
//!
//! Never: names in the order of the file system, more than [`MOST`] of them, or the one that leads to none.

use std::fs::{self, DirEntry};
use std::path::{Path, PathBuf};

use oakc_core::config::Suggestion;

/// In a folder with more files than that, similar names mean little.
const MOST: usize = 1000;

/// The names of the other files in the folder of `path`, in order; none where that cannot be said.
pub(crate) fn siblings(path: &Path) -> Vec<String> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let entries = fs::read_dir(folder).into_iter().flatten();
    let entries: Vec<_> = entries.take(MOST).flatten().collect();
    if entries.len() == MOST {
        return Vec::new();
    }
    let mut names: Vec<_> = entries.iter().filter_map(file_name).collect();
    // A link may lead nowhere.
    names.retain(|name| path.file_name().is_none_or(|it| it != name.as_str()));
    names.sort();
    names
}

/// The path of the file that is meant by one that leads to none, if the names are similar enough.
pub(crate) fn near(path: &Path) -> Option<PathBuf> {
    let names = siblings(path);
    let wanted = path.file_name()?.to_str()?;
    let near = Suggestion::of(wanted, names.iter().map(String::as_str)).near()?;
    Some(path.with_file_name(near))
}

/// The name of a file, as far as a message can show it.
fn file_name(entry: &DirEntry) -> Option<String> {
    let is_directory = entry.file_type().ok()?.is_dir();
    let name = entry.file_name().into_string().ok()?;
    let is_shown = !is_directory && !name.contains(char::is_control);
    is_shown.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_a_similar_name_beside_it_is_meant() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["main.py", "count.py", "bad\n.py"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        fs::create_dir(folder.path().join("mian.py.d")).unwrap();
        let near = |name: &str| near(&folder.path().join(name));
        assert_eq!(near("mian.py"), Some(folder.path().join("main.py")));
        assert_eq!(near("detector.blob"), None);
        assert_eq!(near("other/main.py"), None);
        let names = siblings(&folder.path().join("mian.py"));
        assert_eq!(names, ["count.py", "main.py"]);
    }

    #[test]
    #[cfg(unix)]
    fn a_link_that_leads_nowhere_is_not_what_is_meant() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("main.py");
        std::os::unix::fs::symlink("gone.py", &link).unwrap();
        assert_eq!(near(&link), None);
    }

    #[test]
    fn a_folder_with_very_many_files_is_not_searched() {
        let folder = tempfile::tempdir().unwrap();
        for number in 0..MOST {
            fs::File::create(folder.path().join(format!("main{number}.py"))).unwrap();
        }
        assert_eq!(near(&folder.path().join("main.py")), None);
    }
}
