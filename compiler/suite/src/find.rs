//! Looking for scenarios: paths in, the files of scenarios out, in a fixed order.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use oakc_core::syntax::{Language, NodeValue, parse};
use oakc_diag::{Diagnostics, SourceMap};
use oakc_project::{FileError, Limit, read};

/// The folder beside an application that holds its scenarios.
const FOLDER: &str = "tests";
/// The names of applications whose scenarios are looked for.
const APPLICATIONS: [&str; 3] = ["app.toml", "app.yaml", "app.yml"];
/// Folders that hold no applications of the user's.
const SKIPPED: [&str; 3] = ["target", "node_modules", "__pycache__"];
/// The deepest folder below a path.
const DEPTH: usize = 16;

/// Why no scenarios were found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FindError {
    /// A path cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// Nothing there is a scenario.
    #[error("{path}: there are no scenarios: they are `tests/*.toml` or `tests/*.yaml` beside an application", path = .0.display())]
    None(PathBuf),
}

/// The scenarios that paths mean: a scenario itself, those beside an application, or all below a folder.
///
/// # Errors
/// Where a path does not exist or has no scenarios.
pub fn find(paths: &[PathBuf]) -> Result<Vec<PathBuf>, FindError> {
    let mut found = Vec::new();
    let mut known = BTreeSet::new();
    for path in paths {
        let mut here = BTreeSet::new();
        if path.is_dir() {
            // `.` stays out of the names that are shown.
            let folder = path.strip_prefix(".").unwrap_or(path);
            below(folder, DEPTH, &mut here)?;
            if here.is_empty() && is_of_application(folder) {
                add(folder, &mut here)?;
            }
        } else if is_application(path)? {
            let folder = path.parent().unwrap_or(Path::new(""));
            beside(folder, &mut here)?;
        } else {
            here.insert(path.clone());
        }
        if here.is_empty() {
            return Err(FindError::None(path.clone()));
        }
        found.extend(here.into_iter().filter(|path| known.insert(path.clone())));
    }
    Ok(found)
}

/// Whether a file is an application, or a package of one, and not a scenario.
fn is_application(path: &Path) -> Result<bool, FileError> {
    let bytes = read(path, Limit::PACKAGE)?;
    let name = path.to_string_lossy();
    let (Some(language), Ok(text)) = (Language::of_path(&name), String::from_utf8(bytes)) else {
        return Ok(true);
    };
    let (mut sources, mut found) = (SourceMap::new(), Diagnostics::new());
    let file = sources.add(name, text.as_str());
    let tree = parse(file, &text, language, &mut found);
    // What cannot be parsed is reported as a scenario.
    Ok(tree.is_some_and(|tree| match &tree.value {
        NodeValue::Table(root) => {
            root.get("nodes").is_some() || root.get("app").is_some_and(is_table)
        }
        _ => false,
    }))
}

fn is_table(node: &oakc_core::syntax::Node) -> bool {
    matches!(node.value, NodeValue::Table(_))
}

/// Adds the scenarios of the applications in a folder and in those below it.
fn below(folder: &Path, depth: usize, found: &mut BTreeSet<PathBuf>) -> Result<(), FileError> {
    if folder.file_name().is_some_and(|name| name == FOLDER)
        && folder.parent().is_some_and(has_application)
    {
        return add(folder, found);
    }
    if has_application(folder) {
        beside(folder, found)?;
    }
    let Some(depth) = depth.checked_sub(1) else {
        return Ok(());
    };
    for entry in entries(folder)? {
        let name = entry
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let is_skipped = name.starts_with('.') || SKIPPED.contains(&name.as_str());
        let is_own = name == FOLDER && has_application(folder);
        // A link may lead back up.
        if !is_skipped && !is_own && entry.is_dir() && !entry.is_symlink() {
            below(&entry, depth, found)?;
        }
    }
    Ok(())
}

/// Whether a folder has the scenarios of the application above it: somebody works there, and calls it `.`.
fn is_of_application(folder: &Path) -> bool {
    let whole = Path::new(".").join(folder).canonicalize();
    whole.is_ok_and(|folder| {
        folder.file_name().is_some_and(|name| name == FOLDER)
            && folder.parent().is_some_and(has_application)
    })
}

fn has_application(folder: &Path) -> bool {
    APPLICATIONS.iter().any(|name| folder.join(name).is_file())
}

/// Adds the scenarios of the application in a folder.
fn beside(folder: &Path, found: &mut BTreeSet<PathBuf>) -> Result<(), FileError> {
    let tests = folder.join(FOLDER);
    if tests.is_dir() {
        add(&tests, found)
    } else {
        Ok(())
    }
}

fn add(tests: &Path, found: &mut BTreeSet<PathBuf>) -> Result<(), FileError> {
    let is_scenario = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        Language::of_path(&name).is_some() && path.is_file()
    };
    found.extend(entries(tests)?.into_iter().filter(is_scenario));
    Ok(())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, FileError> {
    let fail = |error| FileError::new("read", folder, error);
    let here = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let mut paths = Vec::new();
    for entry in fs::read_dir(here).map_err(fail)? {
        let name = entry.map_err(fail)?.file_name();
        paths.push(folder.join(name));
    }
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with these files; what a file contains follows its name.
    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    fn names(folder: &tempfile::TempDir, paths: &[&str]) -> Vec<String> {
        let paths: Vec<_> = paths.iter().map(|path| folder.path().join(path)).collect();
        let found = find(&paths).unwrap();
        let names = found
            .iter()
            .map(|path| path.strip_prefix(folder.path()).unwrap());
        names.map(|name| name.display().to_string()).collect()
    }

    #[test]
    fn scenarios_are_beside_applications_at_any_depth() {
        let folder = folder(&[
            ("one/app.toml", "[nodes.a]"),
            ("one/tests/b.toml", ""),
            ("one/tests/a.yaml", ""),
            ("one/tests/walk.jsonl", ""),
            ("two/app.yaml", "nodes: {}"),
            ("two/tests/c.yml", ""),
            ("lib/tests/unit.toml", ""),
            (".git/app.toml", ""),
            (".git/tests/x.toml", ""),
        ]);
        let all = ["one/tests/a.yaml", "one/tests/b.toml", "two/tests/c.yml"];
        assert_eq!(names(&folder, &[""]), all);
        assert_eq!(
            names(&folder, &["two", "one/tests"]),
            [all[2], all[0], all[1]]
        );
        assert_eq!(names(&folder, &["one/app.toml", "one"]), all[..2]);
        assert_eq!(
            names(&folder, &["lib/tests/unit.toml"]),
            ["lib/tests/unit.toml"]
        );
    }

    #[test]
    fn a_path_without_scenarios_is_an_error() {
        let folder = folder(&[("app.toml", "[nodes.a]"), ("sub/readme", "")]);
        for path in ["app.toml", "sub", ""] {
            let path = folder.path().join(path);
            assert!(matches!(find(&[path]), Err(FindError::None(_))));
        }
        let missing = find(&[folder.path().join("missing.toml")]);
        assert!(matches!(missing, Err(FindError::File(_))), "{missing:?}");
    }
}
