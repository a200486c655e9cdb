//! What has to be checked after a change: applications and files that changed in, what was found in the
//! applications that read one of these files out.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use oakc_core::world::{ReadError, World};
use oakc_workers::{at_once, on_each};

use crate::many::failed;
use crate::{Checked, Directory, Findings, LoadError, Settings};

/// Checks each of `applications`, in their order; nothing for one that neither is among the changed files nor
/// asked for any of them.
pub fn check_affected(
    applications: &[PathBuf],
    changed: &[PathBuf],
    settings: Settings<'_>,
) -> Vec<Option<Result<Checked, LoadError>>> {
    let changed: BTreeSet<_> = changed.iter().map(|path| identity(path)).collect();
    let at_once = at_once(applications.len(), 1);
    let found = on_each(applications, at_once, |_, path| {
        let (checked, read) = check(path, settings);
        let directory = path.parent().unwrap_or(Path::new(""));
        let read = read.iter().map(|name| directory.join(name));
        let mut read = read.chain([path.clone()]);
        let is_affected = read.any(|path| changed.contains(&identity(&path)));
        is_affected.then_some(checked)
    });
    let found = applications.iter().zip(found);
    found
        .map(|(path, found)| found.unwrap_or_else(|panicked| Some(Ok(failed(path, &panicked)))))
        .collect()
}

/// The files that an application is made of, and those that it asks for in vain. The paths begin like its own.
///
/// # Errors
/// Where the application cannot be read.
pub fn inputs(path: &Path, settings: Settings<'_>) -> Result<Vec<PathBuf>, LoadError> {
    let (checked, read) = check(path, settings);
    checked?;
    let directory = path.parent().unwrap_or(Path::new(""));
    let read = read.iter().map(|name| directory.join(name));
    Ok([path.to_owned()].into_iter().chain(read).collect())
}

/// What was found in an application, and the files that it asked for.
fn check(path: &Path, settings: Settings<'_>) -> (Result<Checked, LoadError>, BTreeSet<String>) {
    let directory = match settings.directory(path) {
        Ok(directory) => directory,
        Err(error) => return (Err(error.into()), BTreeSet::new()),
    };
    let world = Recorded {
        directory,
        read: Mutex::default(),
    };
    let mut findings = Findings::default();
    let checked = match findings.text(path, &world.directory) {
        Ok(Some(text)) => findings.load_text(path, &text, settings, &world),
        Ok(None) => Ok(None),
        Err(error) => Err(error),
    };
    let read = world.read.into_inner();
    let read = read.unwrap_or_else(PoisonError::into_inner);
    (checked.map(|checked| (findings, checked)), read)
}

/// The one path that all names of a file lead to, also of one that is gone.
fn identity(path: &Path) -> PathBuf {
    if let Ok(path) = path.canonicalize() {
        return path;
    }
    let parent = crate::output::parent(path).canonicalize();
    match (parent, path.file_name()) {
        (Ok(parent), Some(name)) => parent.join(name),
        _ => path.to_owned(),
    }
}

/// The files of an application, and which of them it asked for.
struct Recorded {
    directory: Directory,
    read: Mutex<BTreeSet<String>>,
}

impl World for Recorded {
    fn read(&self, path: &str) -> Result<Arc<[u8]>, ReadError> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        read.insert(path.to_owned());
        drop(read);
        self.directory.read(path)
    }

    fn siblings(&self, path: &str) -> Vec<String> {
        self.directory.siblings(path)
    }

    fn settings(&self) -> Vec<String> {
        self.directory.settings()
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.directory.variable(name)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_changed_script_means_the_applications_that_use_it() {
        let root = tempfile::tempdir().unwrap();
        let app = |name: &str, script: &str| {
            let directory = root.path().join(name);
            fs::create_dir(&directory).unwrap();
            let path = directory.join("app.toml");
            let text = format!("[nodes.s]\ntype = \"Script\"\nsource = \"{script}\"\n");
            fs::write(&path, text).unwrap();
            path
        };
        let applications = [
            app("door", "s.py"),
            app("gate", "../door/s.py"),
            app("roof", "t.py"),
        ];
        let affected = |changed: &str| {
            let changed = [root.path().join(changed)];
            let checked = check_affected(&applications, &changed, Settings::default());
            checked.iter().map(Option::is_some).collect::<Vec<_>>()
        };
        fs::write(root.path().join("door/s.py"), "pass\n").unwrap();
        assert_eq!(affected("door/s.py"), [true, true, false]);
        // One that is missing, or was deleted, is used all the same.
        assert_eq!(affected("roof/t.py"), [false, false, true]);
        assert_eq!(affected("gate/app.toml"), [false, true, false]);
        assert_eq!(affected("README.md"), [false, false, false]);
    }

    #[test]
    fn the_files_of_an_application_are_those_that_go_in_and_those_that_are_missing() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("app.toml");
        let text = "[nodes.s]\ntype = \"Script\"\nsource = \"s.py\"\n\
                    [nodes.t]\ntype = \"Script\"\nsource = \"gone.py\"\n";
        fs::write(&path, text).unwrap();
        fs::write(root.path().join("s.py"), "import counting\n").unwrap();
        fs::write(root.path().join("counting.py"), "").unwrap();
        let inputs = inputs(&path, Settings::default()).unwrap();
        for name in ["app.toml", "s.py", "gone.py", "counting.py"] {
            assert!(
                inputs.contains(&root.path().join(name)),
                "{name}: {inputs:?}"
            );
        }
    }

    #[test]
    fn defaults_count_where_no_file_says_anything() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("app.toml");
        fs::write(&path, "[app]\nname = \"door\"\n").unwrap();
        let resolve = || {
            let defaults = "[defaults.app]\nname = \"x\"\nversion = \"2\"\n";
            let settings = Settings::default().with_defaults(Some(defaults));
            let mut findings = Findings::default();
            let resolved = findings.resolve(&path, settings).unwrap();
            format!("{:?}", resolved.unwrap().tree)
        };
        assert!(resolve().contains("door") && resolve().contains("\"2\""));
        let file = "[defaults.app]\nversion = \"3\"\n";
        fs::create_dir(root.path().join(".git")).unwrap();
        fs::write(root.path().join("oakc.toml"), file).unwrap();
        assert!(resolve().contains("\"3\"") && !resolve().contains("\"2\""));
    }
}
