//! Many applications at once: names and patterns in, the files that they mean out; files in, what was found
//! in each of them out, in the same order.

use std::path::{Path, PathBuf};

use oakc_core::CheckedGraph;
use oakc_core::rules::internal_error::internal_error;
use oakc_core::syntax::Language;
use oakc_workers::{Panicked, at_once, on_each};

use crate::{FileError, Findings, LoadError, Settings, applications_below, plain};

/// Why it is not known which files are meant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// The pattern is malformed.
    #[error("`{pattern}` is not a valid pattern: {reason}")]
    Invalid {
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// No file has such a name.
    #[error("no file matches `{0}`")]
    NoMatch(String),
    /// There are no applications in or below a folder.
    #[error("{path}: there are no applications: they are called app.toml, app.yaml or app.yml", path = .0.display())]
    NoApplication(PathBuf),
    /// A directory cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
}

/// The files that the names and patterns mean, in their order. The name of an existing file is not a
/// pattern; that of a folder means the applications in and below it.
///
/// # Errors
/// Where a pattern is malformed or matches no file, or a folder has no applications.
pub fn matching_files(names: &[String]) -> Result<Vec<PathBuf>, PatternError> {
    let mut paths = Vec::new();
    for name in names {
        let path = PathBuf::from(name);
        // A folder that is called like a file is meant as one, and is refused when it is read.
        if path.is_dir() && Language::of_path(name).is_none() {
            paths.extend(in_folder(&path)?);
            continue;
        }
        if path.exists() || !name.contains(['*', '?', '[']) {
            paths.push(path);
            continue;
        }
        let found = matches(name)?;
        if found.is_empty() {
            return Err(PatternError::NoMatch(name.clone()));
        }
        paths.extend(found);
    }
    Ok(paths)
}

fn in_folder(folder: &Path) -> Result<Vec<PathBuf>, PatternError> {
    let found = applications_below(folder)?;
    if found.is_empty() {
        return Err(PatternError::NoApplication(folder.to_owned()));
    }
    Ok(found)
}

fn matches(pattern: &str) -> Result<Vec<PathBuf>, PatternError> {
    let found = glob::glob(pattern).map_err(|error| PatternError::Invalid {
        pattern: pattern.to_owned(),
        reason: error.msg,
    })?;
    let mut paths = Vec::new();
    for path in found {
        let path = path.map_err(|error| FileError::new("read", error.path(), error.error()))?;
        if path.is_file() {
            paths.push(plain(&path));
        }
    }
    Ok(paths)
}

/// What was found in an application, and its graph if there was no error.
pub type Checked = (Findings, Option<CheckedGraph>);

/// Checks each file on its own, as many at a time as there are processors. The results are in the order of
/// the files. Where oakc itself fails, that is what was found in the file.
pub fn check_all(files: &[PathBuf], settings: Settings<'_>) -> Vec<Result<Checked, LoadError>> {
    check_each(files, |file| {
        let mut findings = Findings::default();
        let checked = findings.load(file, settings)?;
        Ok((findings, checked))
    })
}

fn check_each(
    files: &[PathBuf],
    check: impl Fn(&Path) -> Result<Checked, LoadError> + Sync,
) -> Vec<Result<Checked, LoadError>> {
    let checked = on_each(files, at_once(files.len(), 1), |_, file| check(file));
    let checked = files.iter().zip(checked);
    let checked = checked
        .map(|(file, checked)| checked.unwrap_or_else(|panicked| Ok(failed(file, &panicked))));
    checked.collect()
}

/// What is found in a file at which oakc itself failed.
pub(crate) fn failed(file: &Path, panicked: &Panicked) -> Checked {
    let mut findings = Findings::default();
    let name = file.display().to_string();
    findings.diagnostics.push(internal_error(&name, panicked));
    (findings, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_oakc_fails_at_does_not_hide_what_is_found_in_others() {
        let files: Vec<PathBuf> = (0..9).map(|it| format!("{it}.toml").into()).collect();
        let checked = check_each(&files, |file| {
            assert!(!file.starts_with("4.toml"), "a bug");
            Err(LoadError::UnknownLanguage(file.to_owned()))
        });
        for (index, (file, checked)) in files.iter().zip(checked).enumerate() {
            if index == 4 {
                let (findings, graph) = checked.unwrap();
                let found: Vec<_> = findings.diagnostics.iter().collect();
                assert_eq!(found[0].rule.name, "internal-error");
                assert!(found[0].message.contains("4.toml could not be examined"));
                assert!(graph.is_none());
            } else {
                assert_eq!(
                    checked.unwrap_err(),
                    LoadError::UnknownLanguage(file.clone())
                );
            }
        }
    }
}
