//! The files of an imported application.
//!
//! In: names, which may be hostile, and contents. Out: relative paths that stay below the
//! application's directory on every system. Never: two files with the same content.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use oakc_digest::sha256;

/// Longest stem or directory in a path, in bytes; it is ASCII.
const LONGEST: usize = 48;

/// The files so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Files {
    by_path: BTreeMap<String, Arc<[u8]>>,
    /// Paths as file systems that ignore case see them.
    taken: BTreeSet<String>,
    /// The directories that they lead through.
    directories: BTreeSet<String>,
    /// The last number that was put behind a stem.
    numbers: BTreeMap<String, usize>,
    /// Paths by content and ending.
    known: BTreeMap<(String, String), String>,
}

impl Files {
    /// The files by path.
    pub(super) fn into_map(self) -> BTreeMap<String, Arc<[u8]>> {
        self.by_path
    }

    /// No file may have this path.
    pub(super) fn reserve(&mut self, path: &str) {
        self.taken.insert(path.to_lowercase());
    }

    /// Keeps `bytes` in a file called something like `stem.ending`; the path.
    pub(super) fn put(&mut self, stem: &str, ending: &str, bytes: &Arc<[u8]>) -> String {
        let content = (sha256(bytes), ending.to_owned());
        if let Some(path) = self.known.get(&content) {
            return path.clone();
        }
        let stem = component(stem).unwrap_or_else(|| "file".to_owned());
        let stem = stem.get(..LONGEST).unwrap_or(&stem);
        let path = self.free(stem, ending);
        self.insert(&path, bytes);
        self.known.insert(content, path.clone());
        path
    }

    /// Keeps `bytes` at exactly `path`, if that is a plain relative path that nothing else has.
    pub(super) fn put_at(&mut self, path: &str, bytes: &Arc<[u8]>) -> Option<String> {
        if self.by_path.get(path) == Some(bytes) {
            return Some(path.to_owned());
        }
        let lower = path.to_lowercase();
        let is_free = is_plain(path)
            && self.is_free(&lower)
            && directories(&lower).all(|directory| !self.taken.contains(directory));
        is_free.then(|| {
            self.insert(path, bytes);
            path.to_owned()
        })
    }

    fn is_free(&self, lower: &str) -> bool {
        !self.taken.contains(lower) && !self.directories.contains(lower)
    }

    fn insert(&mut self, path: &str, bytes: &Arc<[u8]>) {
        let lower = path.to_lowercase();
        self.directories
            .extend(directories(&lower).map(str::to_owned));
        self.taken.insert(lower);
        self.by_path.insert(path.to_owned(), Arc::clone(bytes));
    }

    fn free(&mut self, stem: &str, ending: &str) -> String {
        let path = format!("{stem}.{ending}");
        if self.is_free(&path.to_lowercase()) {
            return path;
        }
        let mut number = self.numbers.get(&path).copied().unwrap_or(1);
        loop {
            number += 1;
            let numbered = format!("{stem}_{number}.{ending}");
            if self.is_free(&numbered.to_lowercase()) {
                self.numbers.insert(path, number);
                return numbered;
            }
        }
    }
}

/// The directories that a path leads through.
fn directories(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/')
        .filter_map(|(end, _)| path.get(..end))
}

/// Whether a path means the same file below any directory on any system, without a second look.
fn is_plain(path: &str) -> bool {
    let mut parts = path.split('/');
    let few = path.split('/').count() <= 8;
    few && parts.all(|part| {
        // Modules of Python may begin with underscores.
        let bare = part.trim_start_matches('_');
        component(bare).as_deref() == Some(bare) && part.len() <= LONGEST
    })
}

/// `name` as one component of a path; nothing if nothing is left of it. Neither hidden nor a name
/// that Windows keeps for a device.
fn component(name: &str) -> Option<String> {
    const DEVICES: &[&str] = &["con", "prn", "aux", "nul"];
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let safe: String = name
        .chars()
        .map(|c| if word(c) { c } else { '_' })
        .collect();
    let safe = safe.replace("..", "_");
    let safe = safe.trim_matches(['.', '-']).trim_start_matches('_');
    let stem = safe.split('.').next().unwrap_or_default();
    let stem = stem.to_lowercase();
    let port = |name: &str| stem.len() == 4 && stem.starts_with(name);
    if stem.is_empty() || DEVICES.contains(&stem.as_str()) || port("com") || port("lpt") {
        return None;
    }
    Some(safe.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str) -> Arc<[u8]> {
        text.as_bytes().into()
    }

    #[test]
    fn no_name_leads_out_of_the_directory() {
        let mut files = Files::default();
        for name in [
            "../../x",
            "/etc/passwd",
            "..",
            "C:\\x",
            "a/../../b",
            "",
            "\0",
            "-rf",
        ] {
            assert_eq!(files.put_at(name, &bytes(name)), None, "{name:?}");
            let path = files.put(name, "bin", &bytes(name));
            let harmless = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
            assert!(
                path.chars().all(harmless) && !path.starts_with('.'),
                "{path}"
            );
            assert!(!path.contains(".."), "{path}");
        }
    }

    #[test]
    fn names_that_differ_in_case_alone_are_two_files_everywhere() {
        let mut files = Files::default();
        assert_eq!(files.put("Report", "py", &bytes("a")), "Report.py");
        assert_eq!(files.put("report", "py", &bytes("b")), "report_2.py");
        assert_eq!(files.put("other", "py", &bytes("a")), "Report.py");
        assert_eq!(files.put_at("REPORT.py", &bytes("c")), None);
    }

    #[test]
    fn a_file_is_never_a_directory_as_well() {
        let mut files = Files::default();
        assert!(files.put_at("a/b.py", &bytes("1")).is_some());
        assert_eq!(files.put_at("a", &bytes("2")), None);
        assert_eq!(files.put_at("A/b.py/c", &bytes("3")), None);
        assert!(files.put_at("a/c.py", &bytes("4")).is_some());
    }
}
