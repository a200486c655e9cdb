//! Many applications at once: names and patterns in, the files that they mean out; files in, what was found
//! in each of them out, in the same order.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::thread;

use oakc_core::CheckedGraph;

use crate::{FileError, Findings, LoadError, Settings, on_each};

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
    /// A directory cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
}

/// The files that the names and patterns mean, in their order. The name of an existing file is not a
/// pattern.
///
/// # Errors
/// Where a pattern is malformed or matches no file.
pub fn matching_files(names: &[String]) -> Result<Vec<PathBuf>, PatternError> {
    let mut paths = Vec::new();
    for name in names {
        let path = PathBuf::from(name);
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

fn matches(pattern: &str) -> Result<Vec<PathBuf>, PatternError> {
    let found = glob::glob(pattern).map_err(|error| PatternError::Invalid {
        pattern: pattern.to_owned(),
        reason: error.msg,
    })?;
    let mut paths = Vec::new();
    for path in found {
        let path = path.map_err(|error| FileError::new("read", error.path(), error.error()))?;
        if path.is_file() {
            paths.push(path);
        }
    }
    Ok(paths)
}

/// What was found in an application, and its graph if there was no error.
pub type Checked = (Findings, Option<CheckedGraph>);

/// Checks each file on its own, as many at a time as there are processors. The results are in the order of
/// the files.
pub fn check_all(files: &[PathBuf], settings: Settings<'_>) -> Vec<Result<Checked, LoadError>> {
    let at_once = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    on_each(files, at_once, |_, file| {
        let mut findings = Findings::default();
        let checked = findings.load(file, settings)?;
        Ok((findings, checked))
    })
}
