//! "Did you mean".
//!
//! In: a name and the known names. Out: the closest of them.

use oakc_diag::{Diagnostic, Fix, Span};

use crate::syntax::{Entry, Table};

/// Names that are compared at most: in a configuration with thousands of nodes and thousands of
/// wrong references, comparing all with all would take minutes.
const MAX_CANDIDATES: usize = 1000;

/// The known name that something was probably meant to be, if one is close enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suggestion<'a> {
    near: Option<&'a str>,
    /// Whether it differs in nothing but case and separators, so that nothing else can be meant.
    certain: bool,
}

impl<'a> Suggestion<'a> {
    /// The candidate that `text` is most likely a misspelling of.
    pub fn of(text: &str, candidates: impl IntoIterator<Item = &'a str>) -> Self {
        // Reckoning distances to an absurdly long word costs more than it can give.
        if text.len() > 64 {
            return Self {
                near: None,
                certain: false,
            };
        }
        let wanted = fold(text);
        let scored = candidates
            .into_iter()
            .take(MAX_CANDIDATES)
            .map(|candidate| (score(&wanted, &fold(candidate)), candidate))
            .filter(|(score, _)| *score > 0.72);
        // Of equally good ones the first: of `CAM_A` to `CAM_J` it is the likeliest.
        let best = scored.reduce(|best, next| if next.0 > best.0 { next } else { best });
        let near = best.map(|(_, candidate)| candidate);
        let certain = near.is_some_and(|near| fold(near) == wanted);
        Self { near, certain }
    }

    /// What `text` means for another reason than being close to it.
    pub(super) fn meant(text: &str, meant: &'a str) -> Self {
        Self {
            near: Some(meant),
            certain: fold(text) == fold(meant),
        }
    }

    /// Whether nothing is close.
    pub fn is_none(&self) -> bool {
        self.near.is_none()
    }

    /// The question, if there is a name to ask about.
    pub fn question(&self) -> Option<String> {
        self.near.map(|near| format!("did you mean `{near}`?"))
    }

    /// Adds the question, or else this advice.
    #[must_use]
    pub fn or_help(&self, diagnostic: Diagnostic, advice: impl FnOnce() -> String) -> Diagnostic {
        diagnostic.help(self.question().unwrap_or_else(advice))
    }

    /// Adds the question, and the fix that writes the name at `span`.
    #[must_use]
    pub fn at(&self, diagnostic: Diagnostic, span: Span) -> Diagnostic {
        self.with_fix(diagnostic, span, str::to_owned)
    }

    /// As [`Suggestion::at`], where the name stands in quotes.
    #[must_use]
    pub fn quoted_at(&self, diagnostic: Diagnostic, span: Span) -> Diagnostic {
        self.with_fix(diagnostic, span, |near| format!("\"{near}\""))
    }

    fn with_fix(
        &self,
        diagnostic: Diagnostic,
        span: Span,
        written: fn(&str) -> String,
    ) -> Diagnostic {
        let Some(near) = self.near else {
            return diagnostic;
        };
        let title = format!("write `{near}`");
        let fix = if self.certain {
            Fix::safe(title)
        } else {
            Fix::suggested(title)
        };
        let fix = fix.edit(span, written(near));
        diagnostic.help(format!("did you mean `{near}`?")).fix(fix)
    }
}

/// The entry of `table` whose key is none of the `known` ones and was probably meant to be `wanted`,
/// which is.
pub(super) fn misspelt<'t>(table: &'t Table, wanted: &str, known: &[&str]) -> Option<&'t Entry> {
    let mut unknown = (table.entries.iter()).filter(|entry| !known.contains(&entry.key.as_str()));
    unknown.find(|entry| Suggestion::of(&entry.key, known.iter().copied()).near == Some(wanted))
}

fn score(wanted: &str, candidate: &str) -> f64 {
    // In a word of three letters, one slip is a third of it.
    if wanted.len() >= 3 && strsim::damerau_levenshtein(wanted, candidate) <= 1 {
        return 1.0;
    }
    strsim::normalized_damerau_levenshtein(wanted, candidate)
        .max(strsim::jaro_winkler(wanted, candidate) - 0.14)
}

/// `previewSize`, `preview-size` and `PREVIEW_SIZE` are all meant as `preview_size`.
pub(super) fn fold(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}
