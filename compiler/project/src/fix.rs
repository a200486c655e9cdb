//! Fixes: an application in, its files with everything repaired that can be repaired out, round after round until
//! nothing more can be.
//!
//! Everything happens in memory; files are written at the end, and only if that leaves them no worse
//! than before. Nothing but the fixed places changes: comments and layout stay.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use oakc_core::workshop::{NotMade, Order, Product};
use oakc_core::world::{ReadError, World};
use oakc_diag::{Applicability, Severity, SourceMap, apply_fixes};
use similar::TextDiff;

use crate::rewrite::rewrite;
use crate::{Directory, FileError, Findings, LoadError, Settings, plain};

/// A fix can make another one possible, but not forever.
const MAX_ROUNDS: usize = 20;

/// Lines of context around a change.
const CONTEXT: usize = 3;

/// Texts of files, by path.
type Texts = BTreeMap<PathBuf, String>;

/// The new texts of an application, not yet written.
#[derive(Debug)]
pub struct Fixes {
    before: Texts,
    texts: Texts,
    sources: SourceMap,
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
    /// The fixes make things worse, e.g. two misspelt keys become the same one.
    #[error("{path}: nothing was fixed, because the fixes together would break it", path = .0.display())]
    Harmful(PathBuf),
}

/// Finds the fixes for the application at `path` and the programs it names. Its text is `given`, if it is not that of
/// the file. Unsafe ones that would break it together are left out.
///
/// # Errors
/// Where the application cannot be read, or the safe fixes would break it.
pub fn fix(
    path: &Path,
    given: Option<&str>,
    settings: Settings<'_>,
    wanted: Applicability,
) -> Result<Fixes, FixError> {
    match find(path, given, settings, wanted) {
        Err(FixError::Harmful(_)) if wanted == Applicability::Unsafe => {
            find(path, given, settings, Applicability::Safe)
        }
        found => found,
    }
}

fn find(
    path: &Path,
    given: Option<&str>,
    settings: Settings<'_>,
    wanted: Applicability,
) -> Result<Fixes, FixError> {
    if path.to_str().is_none() {
        return Err(FixError::Name(path.to_owned()));
    }
    let given = given.map(|text| (plain(path), text.to_owned()));
    let mut texts: Texts = given.into_iter().collect();
    let mut originals = Texts::new();
    let mut findings = check(path, settings, &texts)?;
    let before = errors(&findings);
    let mut made = Vec::new();
    for _ in 0..MAX_ROUNDS {
        let fixed = apply_fixes(&findings.diagnostics, &findings.sources, wanted);
        if fixed.made.is_empty() {
            break;
        }
        for (file, text) in fixed.texts {
            if let Some(file) = findings.sources.get(file) {
                let path = PathBuf::from(file.name());
                let original = || file.text().to_string();
                originals.entry(path.clone()).or_insert_with(original);
                texts.insert(path, text);
            }
        }
        made.extend(fixed.made);
        findings = check(path, settings, &texts)?;
    }
    if is_harm(&before, &errors(&findings)) {
        return Err(FixError::Harmful(path.to_owned()));
    }
    Ok(Fixes {
        before: originals,
        texts,
        sources: findings.sources,
        made,
    })
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

/// Whether the fixes made things worse: a text can no longer be read as it was, or there are more errors and none
/// of those before is gone. A fix that ends one may let others be seen that were there all the time.
fn is_harm(before: &Errors, after: &Errors) -> bool {
    let count = |errors: &Errors, rule: &str| errors.get(rule).copied().unwrap_or(0);
    let of_text = ["syntax", "duplicate-key", "script-syntax"];
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
        let mut changed = self.changed();
        changed.try_for_each(|(file, _, text)| rewrite(file, text.as_bytes()))
    }

    /// The new text of a file, if it has one.
    pub fn text(&self, path: &Path) -> Option<&str> {
        self.texts.get(&plain(path)).map(String::as_str)
    }

    /// What differs, as a patch for each file. Secrets are masked.
    pub fn patches(&self) -> Vec<(PathBuf, String)> {
        let patches = self.changed().map(|(file, before, after)| {
            let name = file.display().to_string();
            let diff = TextDiff::from_lines(before, after);
            let mut patch = diff.unified_diff();
            patch.context_radius(CONTEXT).header(&name, &name);
            let patch = self.sources.masked(&patch.to_string());
            (file.to_owned(), patch)
        });
        patches.collect()
    }

    /// The files that changed, with their texts before and after.
    fn changed(&self) -> impl Iterator<Item = (&Path, &str, &str)> {
        let before = self.before.iter();
        before.filter_map(|(file, before)| {
            let after = self.texts.get(file)?;
            (before != after).then_some((file.as_path(), before.as_str(), after.as_str()))
        })
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

    fn siblings(&self, path: &str) -> Vec<String> {
        self.directory.siblings(path)
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
        assert!(is_harm(&one, &errors(&[("duplicate-key", 1)])));
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
