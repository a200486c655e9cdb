//! Why CPython 3.9 refuses a text.
//!
//! In: a parsed text. Out: the reasons, with positions. Never: a refusal of what CPython 3.9
//! accepts.
//!
//! There are three sources: the grammar, syntax that came with later versions, and rules about
//! names and context (`global` after use, `return` outside a function…) that CPython checks while
//! it compiles.

mod context;
mod declarations;
mod later;

use ruff_python_ast::{ModModule, PythonVersion};
use ruff_python_parser::{Mode, ParseOptions, Parsed, parse_unchecked};
use ruff_text_size::{TextLen, TextRange};

use crate::nesting;

/// What the device runs.
pub(crate) const VERSION: PythonVersion = PythonVersion::PY39;

/// A reason why the text does not compile, and its range in the text that was parsed.
pub(crate) type Refusal = (String, TextRange);

/// Parses a module of Python 3.9. The tree of a broken text holds what could be recognized.
pub(crate) fn parse(text: &str) -> Option<Parsed<ModModule>> {
    let options = ParseOptions::from(Mode::Module).with_target_version(VERSION);
    parse_unchecked(text, options).try_into_module()
}

/// Why CPython 3.9 refuses a text, in the order of the text.
///
/// Only the first error in the grammar is reported, as in CPython: those that follow are often just
/// its consequences.
pub(crate) fn refusals(text: &str, parsed: &Parsed<ModModule>) -> Vec<Refusal> {
    let mut found = newer(parsed);
    found.extend(unreadable(text));
    found.extend(nesting::excess(parsed.tokens()).map(own));
    if parsed.errors().is_empty() {
        found.extend(context::refusals(text, parsed.suite()));
        found.extend(declarations::refusals(text, parsed.suite()));
        in_order(&mut found);
    } else {
        let errors = parsed.errors().iter();
        found.extend(errors.map(|error| (phrase(&error.error.to_string()), error.location)));
        in_order(&mut found);
        found.truncate(1);
    }
    found
}

fn in_order(found: &mut Vec<Refusal>) {
    found.sort_by(|a, b| (a.1.start(), &a.0).cmp(&(b.1.start(), &b.0)));
    found.dedup();
}

/// Characters that no script may contain.
fn unreadable(text: &str) -> Option<Refusal> {
    // The interpreter gets the text as a string, in which a byte order mark is an ordinary character.
    if text.starts_with(BYTE_ORDER_MARK) {
        let message =
            "invalid character U+FEFF: a byte order mark, which some editors add when they save";
        return Some(own((message, TextRange::up_to(BYTE_ORDER_MARK.text_len()))));
    }
    let offset = u32::try_from(text.find('\0')?).ok()?;
    Some(own((
        "a script cannot contain null bytes",
        TextRange::at(offset.into(), 1.into()),
    )))
}

const BYTE_ORDER_MARK: char = '\u{feff}';

/// Syntax that was added in later versions of Python.
fn newer(parsed: &Parsed<ModModule>) -> Vec<Refusal> {
    let newer = parsed.unsupported_syntax_errors().iter();
    newer
        .map(|error| (phrase(&error.to_string()), error.range))
        .collect()
}

fn own((message, range): (&str, TextRange)) -> Refusal {
    (message.to_owned(), range)
}

/// A sentence as one of our headlines: it begins with a lower-case letter.
fn phrase(sentence: &str) -> String {
    let mut letters = sentence.chars();
    let first = letters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}
