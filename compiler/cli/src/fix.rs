//! `oakc lint --fix`: safe fixes made in the files, round after round until none is left.
//!
//! Everything happens in memory; files are written at the end, and only if what is in them then is
//! no worse than before. Nothing but the fixed places changes: comments and layout stay.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use oakc_core::config::Levels;
use oakc_core::world::{ReadError, World};
use oakc_diag::apply_safe_fixes;

use crate::application::{Assignment, Findings};
use crate::failure::Failure;
use crate::files::{self, Directory};
use crate::terminal::Terminal;

/// A fix can make another one possible, but not for ever.
const MAX_ROUNDS: usize = 20;

/// New texts of files, by path.
type Texts = BTreeMap<PathBuf, String>;

/// Makes the safe fixes in the application at `path` and the programs it names.
pub(crate) fn fix(
    path: &Path,
    overrides: &[Assignment],
    levels: &Levels,
    terminal: &Terminal,
) -> Result<(), Failure> {
    if path.to_str().is_none() {
        return Err(Failure::input(
            path,
            "its name is not UTF-8: fix it by hand",
        ));
    }
    let mut texts = Texts::new();
    let mut findings = check(path, overrides, levels, &texts)?;
    let errors = findings.diagnostics.counts().errors;
    let mut made = Vec::new();
    for _ in 0..MAX_ROUNDS {
        let fixed = apply_safe_fixes(&findings.diagnostics, &findings.sources);
        if fixed.made.is_empty() {
            break;
        }
        for (file, text) in fixed.texts {
            if let Some(file) = findings.sources.get(file) {
                texts.insert(PathBuf::from(file.name()), text);
            }
        }
        made.extend(fixed.made);
        findings = check(path, overrides, levels, &texts)?;
    }
    if findings.diagnostics.counts().errors > errors {
        return Err(Failure::input(
            path,
            "nothing was fixed: the fixes together would break it; please report this",
        ));
    }
    for (file, text) in &texts {
        files::write(file, text.as_bytes())?;
    }
    for title in &made {
        terminal.progress(format_args!("fixed {}: {title}", path.display()));
    }
    Ok(())
}

fn check(
    path: &Path,
    overrides: &[Assignment],
    levels: &Levels,
    texts: &Texts,
) -> Result<Findings, Failure> {
    let mut findings = Findings::default();
    let world = Overlay {
        directory: Directory::of(path),
        path: path.parent().unwrap_or(Path::new("")),
        texts,
    };
    match texts.get(path) {
        Some(text) => {
            findings.load_text(path, text, overrides, levels, &world)?;
        }
        None => {
            findings.load_from(path, overrides, levels, &world)?;
        }
    }
    Ok(findings)
}

/// The files of an application, some with another text.
struct Overlay<'a> {
    directory: Directory,
    path: &'a Path,
    texts: &'a Texts,
}

impl World for Overlay<'_> {
    fn read(&self, path: &str) -> Result<Arc<[u8]>, ReadError> {
        match self.texts.get(&self.path.join(path)) {
            Some(text) => Ok(text.as_bytes().into()),
            None => self.directory.read(path),
        }
    }
}
