//! "Did you mean".
//!
//! In: a name and the known names. Out: the closest of them.

use oakc_diag::{Diagnostic, Diagnostics, Fix, Span};

use crate::syntax::{Entry, Table};

/// Names that are compared at most: in a configuration with thousands of nodes and thousands of
/// wrong references, comparing all with all would take minutes.
const MAX_CANDIDATES: usize = 1000;

/// With that many problems, nobody reads guesses any more.
const MANY: usize = 500;

/// What scores more is close.
const CLOSE: f64 = 0.72;

/// What the measure that favours common beginnings is taken down by.
const HANDICAP: f64 = 0.14;

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
        let letters = Letters::of(&wanted);
        let scored = candidates
            .into_iter()
            .take(MAX_CANDIDATES)
            .map(|candidate| (score(&wanted, &letters, &fold(candidate)), candidate))
            .filter(|(score, _)| *score > CLOSE);
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

    /// The same, unless so much was found already that one more guess helps nobody: with thousands of wrong names
    /// among thousands of known ones, guessing takes minutes.
    pub fn sparing(
        found: &Diagnostics,
        text: &str,
        candidates: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        if found.len() < MANY {
            return Self::of(text, candidates);
        }
        Self {
            near: None,
            certain: false,
        }
    }

    /// The name, if there is one.
    pub fn near(&self) -> Option<&'a str> {
        self.near
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

/// How often each letter occurs; some share a place.
#[derive(Clone, Copy)]
struct Letters([u16; 64]);

impl Letters {
    fn of(text: &str) -> Self {
        let mut letters = Self([0; 64]);
        for letter in text.chars() {
            if let Some(count) = letters.count(letter) {
                *count = count.saturating_add(1);
            }
        }
        letters
    }

    fn count(&mut self, letter: char) -> Option<&mut u16> {
        self.0
            .get_mut(usize::try_from(u32::from(letter) % 64).ok()?)
    }

    /// How many letters of a text occur here as well, at most.
    fn shared_with(mut self, text: &str) -> usize {
        let mut shared = 0;
        for letter in text.chars() {
            if let Some(count @ 1..) = self.count(letter) {
                *count = count.saturating_sub(1);
                shared += 1;
            }
        }
        shared
    }
}

/// Whether two words of these lengths can be close, given how many letters they share. It is a bound of what
/// [`score`] reckons, and much cheaper.
#[expect(clippy::cast_precision_loss, reason = "words are short")]
fn can_be_close(wanted: usize, candidate: usize, shared: usize) -> bool {
    let part = |of: usize| shared as f64 / of.max(1) as f64;
    let jaro = (part(wanted) + part(candidate) + 1.0) / 3.0;
    let jaro_winkler = jaro + 0.4 * (1.0 - jaro);
    shared.saturating_add(1) >= wanted.max(candidate)
        || part(wanted.max(candidate)) > CLOSE
        || jaro_winkler - HANDICAP > CLOSE
}

fn score(wanted: &str, letters: &Letters, candidate: &str) -> f64 {
    let (length, other) = (wanted.chars().count(), candidate.chars().count());
    if !can_be_close(length, other, letters.shared_with(candidate)) {
        return 0.0;
    }
    // In a word of three letters, one slip is a third of it.
    if wanted.len() >= 3 && strsim::damerau_levenshtein(wanted, candidate) <= 1 {
        return 1.0;
    }
    strsim::normalized_damerau_levenshtein(wanted, candidate)
        .max(strsim::jaro_winkler(wanted, candidate) - HANDICAP)
}

/// `previewSize`, `preview-size` and `PREVIEW_SIZE` are all meant as `preview_size`.
pub(super) fn fold(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}
