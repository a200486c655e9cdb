//! Looking for scenarios: paths in, the files of scenarios out, in a fixed order.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use oakc_core::syntax::{Language, NodeValue, parse};
use oakc_diag::{Diagnostics, SourceMap};
use oakc_project::{
    FileError, Limit, SCENARIOS, applications_below, applications_in, entries, plain, read,
};

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
            below(folder, &mut here)?;
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
fn below(folder: &Path, found: &mut BTreeSet<PathBuf>) -> Result<(), FileError> {
    if folder.file_name().is_some_and(|name| name == SCENARIOS)
        && folder.parent().is_some_and(has_application)
    {
        return add(folder, found);
    }
    for application in applications_below(folder)? {
        beside(application.parent().unwrap_or(Path::new("")), found)?;
    }
    Ok(())
}

/// Whether a folder has the scenarios of the application above it: somebody works there, and calls it `.`.
fn is_of_application(folder: &Path) -> bool {
    let whole = Path::new(".").join(folder).canonicalize();
    whole.is_ok_and(|folder| {
        folder.file_name().is_some_and(|name| name == SCENARIOS)
            && folder.parent().is_some_and(has_application)
    })
}

fn has_application(folder: &Path) -> bool {
    !applications_in(folder).is_empty()
}

/// Adds the scenarios of the application in a folder.
fn beside(folder: &Path, found: &mut BTreeSet<PathBuf>) -> Result<(), FileError> {
    let tests = folder.join(SCENARIOS);
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
    let scenarios = entries(tests)?.into_iter().filter(is_scenario);
    found.extend(scenarios.map(|path| plain(&path)));
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

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
