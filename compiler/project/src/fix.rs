//! Safe fixes: an application in, its files with everything repaired that can be repaired for certain
//! out, round after round until nothing more can be.
//!
//! Everything happens in memory; files are written at the end, and only if that leaves them no worse
//! than before. Nothing but the fixed places changes: comments and layout stay.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use oakc_core::workshop::{NotMade, Order, Product};
use oakc_core::world::{ReadError, World};
use oakc_diag::{Severity, apply_safe_fixes};

use crate::rewrite::rewrite;
use crate::{Directory, FileError, Findings, LoadError, Settings, plain};

/// A fix can make another one possible, but not forever.
const MAX_ROUNDS: usize = 20;

/// New texts of files, by path.
type Texts = BTreeMap<PathBuf, String>;

/// The new texts of an application, not yet written.
#[derive(Debug)]
pub struct Fixes {
    texts: Texts,
    /// What was repaired, in the order in which it was: "write `preview_size`".
    pub made: Vec<String>,
}

/// Why nothing is fixed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FixError {
    /// The application cannot be read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// Files are found again by their names in the diagnostics, which are text.
    #[error("{path}: its name is not UTF-8: fix it by hand", path = .0.display())]
    Name(PathBuf),
    /// The fixes make things worse; a rule proposes something wrong.
    #[error("{path}: nothing was fixed, because the fixes together would break it", path = .0.display())]
    Harmful(PathBuf),
}

/// Finds the safe fixes for the application at `path` and the programs it names.
///
/// # Errors
/// Where the application cannot be read, or the fixes would break it.
pub fn fix(path: &Path, settings: Settings<'_>) -> Result<Fixes, FixError> {
    if path.to_str().is_none() {
        return Err(FixError::Name(path.to_owned()));
    }
    let mut texts = Texts::new();
    let mut findings = check(path, settings, &texts)?;
    let before = errors(&findings);
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
        findings = check(path, settings, &texts)?;
    }
    if is_harm(&before, &errors(&findings)) {
        return Err(FixError::Harmful(path.to_owned()));
    }
    Ok(Fixes { texts, made })
}

/// The number of errors of each rule, by its name.
type Errors = BTreeMap<&'static str, usize>;

fn errors(findings: &Findings) -> Errors {
    let mut errors = Errors::new();
    for diagnostic in findings.diagnostics.sorted() {
        if diagnostic.severity == Severity::Error {
            *errors.entry(diagnostic.rule.name).or_default() += 1;
        }
    }
    errors
}

/// Whether the fixes made things worse: a text can no longer be read, or there are more errors and none
/// of those before is gone. A fix that ends one may let others be seen that were there all the time.
fn is_harm(before: &Errors, after: &Errors) -> bool {
    let count = |errors: &Errors, rule: &str| errors.get(rule).copied().unwrap_or(0);
    let of_text = ["syntax", "script-syntax"];
    if of_text
        .iter()
        .any(|rule| count(after, rule) > count(before, rule))
    {
        return true;
    }
    let more = after.values().sum::<usize>() > before.values().sum();
    let mut before = before.iter();
    more && before.all(|(rule, errors)| count(after, rule) >= *errors)
}

impl Fixes {
    /// Writes the files that changed; their modes, owners and links stay.
    ///
    /// # Errors
    /// Where one cannot be written; those before it are.
    pub fn write(&self) -> Result<(), FileError> {
        let mut texts = self.texts.iter();
        texts.try_for_each(|(file, text)| rewrite(file, text.as_bytes()))
    }
}

fn check(path: &Path, settings: Settings<'_>, texts: &Texts) -> Result<Findings, LoadError> {
    let mut findings = Findings::default();
    let world = Overlay {
        directory: settings.directory(path)?,
        path: path.parent().unwrap_or(Path::new("")),
        texts,
    };
    let text = match texts.get(&plain(path)) {
        Some(text) => Some(text.clone()),
        None => findings.text(path, &world.directory)?,
    };
    if let Some(text) = text {
        findings.load_text(path, &text, settings, &world)?;
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
        match self.texts.get(&plain(&self.path.join(path))) {
            Some(text) => Ok(text.as_bytes().into()),
            None => self.directory.read(path),
        }
    }

    fn settings(&self) -> Vec<String> {
        self.directory.settings()
    }

    fn make(&self, order: &Order<'_>) -> Result<Product, NotMade> {
        self.directory.make(order)
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.directory.variable(name)
    }
}

#[cfg(test)]
mod tests {
    use super::{Errors, is_harm};

    #[test]
    fn a_text_that_breaks_is_harm_and_an_error_that_comes_to_light_is_not() {
        let errors = |errors: &[(&'static str, usize)]| errors.iter().copied().collect::<Errors>();
        let one = errors(&[("unknown-key", 1)]);
        assert!(!is_harm(&one, &errors(&[("missing-sensor", 3)])));
        assert!(!is_harm(&one, &one));
        assert!(is_harm(&one, &errors(&[("syntax", 1)])));
        assert!(is_harm(
            &one,
            &errors(&[("unknown-key", 1), ("unknown-port", 1)])
        ));
        assert!(!is_harm(
            &errors(&[("syntax", 1)]),
            &errors(&[("unknown-key", 3)])
        ));
    }
}
