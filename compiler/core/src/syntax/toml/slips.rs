//! What people get wrong in TOML and its parser notices too late.
//!
//! In: a text that cannot be parsed. Out: the list that is not closed, if the next key or header stands
//! in it. Never: a list that merely has many lines.

use oakc_diag::Diagnostic;

use super::super::{SYNTAX, clamped};
use super::Input;

/// The report of a list in which the next key or header stands, if there is one.
pub(super) fn open_list(input: Input<'_>) -> Option<Diagnostic> {
    let mut open: Vec<(usize, char)> = Vec::new();
    let mut start: usize = 0;
    for line in input.text.split_inclusive('\n') {
        if line.contains("\"\"\"") || line.contains("'''") {
            // Text of many lines may contain anything.
            return None;
        }
        if let Some((bracket, '[')) = open.last()
            && (is_setting(line) || is_header(line))
        {
            let span = clamped(input.file, input.text, *bracket, bracket.saturating_add(1));
            return Some(
                Diagnostic::new(&SYNTAX, "invalid TOML: `[` is not closed")
                    .label(span, "opened here")
                    .help("add the closing `]`"),
            );
        }
        if !is_header(line) {
            follow(line, start, &mut open);
        }
        start = start.saturating_add(line.len());
    }
    None
}

/// Opens and closes the brackets of a line.
fn follow(line: &str, start: usize, open: &mut Vec<(usize, char)>) {
    let mut quote = None;
    for (offset, c) in line.char_indices() {
        if let Some(opened) = quote {
            quote = Some(opened).filter(|opened| *opened != c);
            continue;
        }
        match c {
            '#' => break,
            '"' | '\'' => quote = Some(c),
            '[' | '{' => open.push((start.saturating_add(offset), c)),
            ']' | '}' => drop(open.pop()),
            _ => {}
        }
    }
}

/// Whether a line begins with a key and its value.
fn is_setting(line: &str) -> bool {
    let key = line.split_once('=').map(|(key, _)| key.trim());
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '-' || c == '.';
    key.is_some_and(|key| !key.is_empty() && key.chars().all(is_part))
}

/// Whether a line is a header.
fn is_header(line: &str) -> bool {
    let inner = line.trim().strip_prefix('[');
    let inner = inner.and_then(|inner| inner.strip_suffix(']'));
    inner.is_some_and(|inner| inner.starts_with(|c: char| c.is_alphabetic() || c == '['))
}
