//! Texts that are compared with files below `snapshots/`: the text that a test produced in, a failed
//! test out if the file says something else. With `SNAPSHOTS=overwrite` in the environment the file is
//! written instead. A file that no test looks at fails, too.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use snapbox::Data;

/// The folders of `snapshots/`, one for each test that uses them.
const FOLDERS: [&str; 6] = ["completions", "graph", "import", "inspect", "lint", "model"];

/// The snapshots of one test, and the inputs that lie beside them.
#[derive(Debug)]
pub struct Snapshots {
    folder: PathBuf,
    used: BTreeSet<String>,
}

impl Snapshots {
    /// Those in a folder of `snapshots/`.
    pub fn of(name: &str) -> Self {
        let snapshots = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots");
        assert_eq!(names(&snapshots), FOLDERS, "folders of snapshots");
        Self::at(snapshots.join(name))
    }

    /// Those in a folder of the repository that something else than a test needs as well.
    pub fn at(folder: PathBuf) -> Self {
        let used = BTreeSet::new();
        Self { folder, used }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The names of the files for which `is_input` holds.
    pub fn inputs(&mut self, is_input: impl Fn(&str) -> bool) -> Vec<String> {
        let names = names(&self.folder).into_iter();
        let inputs: Vec<_> = names.filter(|name| is_input(name)).collect();
        self.used.extend(inputs.iter().cloned());
        inputs
    }

    /// Compares a text with the file of this name.
    #[track_caller]
    pub fn check(&mut self, name: &str, shown: &str) {
        self.used.insert(name.to_owned());
        let stored = Data::read_from(&self.folder.join(name), None);
        let assert = snapbox::Assert::new().action_env("SNAPSHOTS");
        // Raw: brackets and dots have no special meaning.
        assert.eq(Data::text(shown).raw(), stored.raw());
    }

    /// Fails if the folder has files that nothing was compared with.
    #[track_caller]
    pub fn finish(self) {
        let unused = names(&self.folder).into_iter();
        let unused: Vec<_> = unused.filter(|name| !self.used.contains(name)).collect();
        assert!(unused.is_empty(), "no test uses {unused:?}: delete them");
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}
