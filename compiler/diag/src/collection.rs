//! The diagnostics of a run.
//!
//! In: diagnostics in the order in which they were found. Out: the same ones without repetitions, in an
//! order that depends only on their content. Never: a diagnostic lost that differs from all others.

use crate::{Diagnostic, HIDDEN, Severity, SourceMap};

/// Collects what the stages find.
#[derive(Debug, Clone, Default)]
pub struct Diagnostics {
    found: Vec<Diagnostic>,
}

/// How many diagnostics there are of each severity, repetitions not counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Number of errors.
    pub errors: usize,
    /// Number of warnings.
    pub warnings: usize,
    /// Number of notes.
    pub infos: usize,
}

impl Diagnostics {
    /// An empty collection.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// Whether any of them is an error.
    pub fn has_errors(&self) -> bool {
        let mut severities = self.found.iter().map(|diagnostic| diagnostic.severity);
        severities.any(|severity| severity == Severity::Error)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// How many were added, including repetitions. Shows whether a stage added any.
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// In the order they were added.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.found.iter()
    }

    /// In the order they were added, to apply the severities that the user chose.
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, Diagnostic> {
        self.found.iter_mut()
    }

    /// Keeps only those for which `keep` returns true.
    pub fn retain(&mut self, keep: impl FnMut(&Diagnostic) -> bool) {
        self.found.retain(keep);
    }

    /// Takes the secrets of these sources out of everything that is said.
    pub fn mask(&mut self, sources: &SourceMap) {
        if !sources.has_secrets() {
            return;
        }
        let mask = |text: &mut String| *text = sources.masked(text);
        for diagnostic in &mut self.found {
            mask(&mut diagnostic.message);
            diagnostic
                .labels
                .iter_mut()
                .for_each(|it| mask(&mut it.message));
            diagnostic.help.iter_mut().for_each(mask);
            let fix = diagnostic.fix.take();
            // One that is shown with stars would write them into the file.
            let is_clean =
                |text: &str| !sources.masked(text).contains(HIDDEN) || text.contains(HIDDEN);
            diagnostic.fix = fix.filter(|fix| fix.edits.iter().all(|it| is_clean(&it.text)));
            if let Some(fix) = &mut diagnostic.fix {
                mask(&mut fix.title);
            }
        }
    }

    /// Numbers for a summary.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for diagnostic in self.sorted() {
            let count = match diagnostic.severity {
                Severity::Error => &mut counts.errors,
                Severity::Warning => &mut counts.warnings,
                Severity::Info => &mut counts.infos,
            };
            *count = count.saturating_add(1);
        }
        counts
    }

    /// As they are shown: those without a label first, then by file, offset, severity and code; each
    /// only once.
    pub fn sorted(&self) -> Vec<&Diagnostic> {
        let mut sorted: Vec<&Diagnostic> = self.found.iter().collect();
        sorted.sort_by(|a, b| order(a).cmp(&order(b)));
        let mut unique: Vec<&Diagnostic> = Vec::with_capacity(sorted.len());
        for diagnostic in sorted {
            // Equal ones have equal keys, so they are in the run that ends the list.
            let run = unique.iter().rev();
            let mut run = run.take_while(|earlier| order(earlier) == order(diagnostic));
            if !run.any(|earlier| *earlier == diagnostic) {
                unique.push(diagnostic);
            }
        }
        unique
    }
}

/// The key that [`Diagnostics::sorted`] sorts by.
fn order(diagnostic: &Diagnostic) -> impl Ord + '_ {
    let place = diagnostic.place().map(|span| (span.file, span.start));
    let kind = (diagnostic.severity, diagnostic.rule.code);
    (place, kind, diagnostic.message.as_str())
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, more: I) {
        self.found.extend(more);
    }
}

impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<I: IntoIterator<Item = Diagnostic>>(found: I) -> Self {
        Self {
            found: found.into_iter().collect(),
        }
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.found.into_iter()
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'a> IntoIterator for &'a mut Diagnostics {
    type Item = &'a mut Diagnostic;
    type IntoIter = std::slice::IterMut<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Rule, SourceMap, Span};

    static LATE: Rule = Rule {
        code: "OAK901",
        name: "late",
        level: Severity::Warning,
        adjustable: true,
        constraints: &[],
        summary: "",
        docs: "",
    };
    static EARLY: Rule = Rule {
        code: "OAK900",
        name: "early",
        level: Severity::Error,
        adjustable: true,
        constraints: &[],
        summary: "",
        docs: "",
    };

    #[test]
    fn the_order_is_file_offset_severity_code_after_those_without_a_label() {
        let mut sources = SourceMap::new();
        let first = sources.add("a", "0123456789");
        let second = sources.add("b", "0123456789");
        let found: Diagnostics = [
            Diagnostic::new(&EARLY, "e").label(Span::new(second, 0, 1), ""),
            Diagnostic::new(&LATE, "d").label(Span::new(first, 5, 6), ""),
            Diagnostic::new(&EARLY, "c").label(Span::new(first, 5, 9), ""),
            Diagnostic::new(&EARLY, "b").label(Span::new(first, 1, 2), ""),
            Diagnostic::new(&LATE, "a"),
        ]
        .into_iter()
        .collect();
        let messages: Vec<&str> = found.sorted().iter().map(|d| d.message.as_str()).collect();
        assert_eq!(messages, ["a", "b", "c", "d", "e"]);
    }

    #[test]
    fn a_repeated_diagnostic_is_shown_and_counted_once() {
        let mut found = Diagnostics::new();
        found.push(Diagnostic::new(&EARLY, "same"));
        found.push(Diagnostic::new(&EARLY, "same").help("other help"));
        found.push(Diagnostic::new(&EARLY, "same"));
        assert_eq!(found.sorted().len(), 2);
        assert_eq!(found.counts().errors, 2);
        assert_eq!(found.len(), 3);
    }

    #[test]
    fn warnings_do_not_count_as_errors() {
        let mut found = Diagnostics::new();
        found.push(Diagnostic::new(&LATE, "w"));
        assert!(!found.has_errors());
        found.extend([Diagnostic::new(&LATE, "w").severity(Severity::Error)]);
        assert!(found.has_errors());
        found.retain(|diagnostic| diagnostic.severity != Severity::Error);
        assert_eq!(found.counts().warnings, 1);
    }

    #[test]
    fn the_position_is_that_of_the_primary_label_in_any_order() {
        let mut sources = SourceMap::new();
        let file = sources.add("a", "0123456789");
        let diagnostic = Diagnostic::new(&EARLY, "m")
            .secondary(Span::new(file, 0, 1), "")
            .label(Span::new(file, 4, 5), "");
        assert_eq!(diagnostic.place(), Some(Span::new(file, 4, 5)));
    }
}
