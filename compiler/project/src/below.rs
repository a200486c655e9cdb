//! Looking for applications: a folder in, the applications in and below it out, in a fixed order.

use std::fs;
use std::path::{Path, PathBuf};

use crate::{FileError, plain};

/// The names of applications that are looked for.
const APPLICATIONS: [&str; 3] = ["app.toml", "app.yaml", "app.yml"];
/// The folder beside an application that holds its scenarios, and no applications.
pub const SCENARIOS: &str = "tests";
/// Folders that hold no applications of the user's.
const SKIPPED: [&str; 3] = ["target", "node_modules", "__pycache__"];
/// The deepest folder below a path.
const DEPTH: usize = 16;

/// The applications in a folder and in those below it. Hidden folders, links, and those that tools fill are left out.
///
/// # Errors
/// Where a folder cannot be read.
pub fn applications_below(folder: &Path) -> Result<Vec<PathBuf>, FileError> {
    let mut found = Vec::new();
    // `.` stays out of the names that are shown.
    let folder = folder.strip_prefix(".").unwrap_or(folder);
    collect(folder, DEPTH, &mut found)?;
    Ok(found.iter().map(|path| plain(path)).collect())
}

/// The applications in a folder itself.
pub fn applications_in(folder: &Path) -> Vec<PathBuf> {
    let paths = APPLICATIONS.iter().map(|name| folder.join(name));
    paths.filter(|path| path.is_file()).collect()
}

/// What a folder holds, sorted by name.
///
/// # Errors
/// Where it cannot be read.
pub fn entries(folder: &Path) -> Result<Vec<PathBuf>, FileError> {
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

fn collect(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), FileError> {
    let here = applications_in(folder);
    let is_application = !here.is_empty();
    found.extend(here);
    let Some(depth) = depth.checked_sub(1) else {
        return Ok(());
    };
    for entry in entries(folder)? {
        let name = entry.file_name().unwrap_or_default().to_string_lossy();
        let is_skipped = name.starts_with('.') || SKIPPED.contains(&name.as_ref());
        let is_scenarios = name == SCENARIOS && is_application;
        // A link may lead back up.
        if !is_skipped && !is_scenarios && entry.is_dir() && !entry.is_symlink() {
            collect(&entry, depth, found)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn applications_are_found_at_any_depth_and_not_among_what_tools_keep() {
        let root = tempfile::tempdir().unwrap();
        for name in [
            "app.toml",
            "b/app.yaml",
            "b/c/app.yml",
            "a/other.toml",
            ".git/app.toml",
            "target/app.toml",
            "tests/app.toml",
        ] {
            let path = root.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let found = applications_below(root.path()).unwrap();
        let names = found
            .iter()
            .map(|path| path.strip_prefix(root.path()).unwrap());
        let names: Vec<_> = names.map(|name| name.to_str().unwrap()).collect();
        assert_eq!(names, ["app.toml", "b/app.yaml", "b/c/app.yml"]);
        assert!(applications_below(&root.path().join("gone")).is_err());
    }
}
