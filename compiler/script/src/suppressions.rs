//! Comments that allow rules: `# oakc: allow(rule, other-rule)`.
//!
//! In: tokens. Out: the rules that each comment names, and the range it covers. Never: a check of
//! the names; only the checks know the rules.
//!
//! - Before the first statement, on a line of its own, a comment covers the whole script.
//! - Elsewhere, on a line of its own, it covers the statement that follows, or that it is in.
//! - After code, it covers the statement that it is in.
//!
//! Of a statement with a body (`while`, `def`…) only the head is covered.

use std::ops::Range;

use ruff_python_ast::token::{Token, TokenKind, Tokens};
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::margin::Dedented;

/// A comment that allows rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// The names of the rules, and where they are written.
    pub rules: Vec<(String, Range<usize>)>,
    /// Findings that begin in this range are allowed.
    pub covers: Range<usize>,
}

/// The comments of a script that allow rules.
pub(crate) fn all(tokens: &Tokens, text: &Dedented<'_>, length: usize) -> Vec<Suppression> {
    let mut found = Vec::new();
    let mut statement: Option<TextSize> = None;
    let mut before_all = true;
    for (index, token) in tokens.iter().enumerate() {
        match token.kind() {
            TokenKind::Comment => {
                let Some(rules) = rules(token, text) else {
                    continue;
                };
                let rest = tokens.get(index..).unwrap_or_default();
                let covers = match statement {
                    None if before_all => 0..length.saturating_add(1),
                    None => following(rest, text),
                    Some(start) => text.original(TextRange::new(start, end_of_statement(rest))),
                };
                found.push(Suppression { rules, covers });
            }
            TokenKind::NonLogicalNewline | TokenKind::Indent | TokenKind::Dedent => {}
            TokenKind::Newline => statement = None,
            _ => {
                before_all = false;
                statement.get_or_insert(token.start());
            }
        }
    }
    found
}

/// The next statement.
fn following(rest: &[Token], text: &Dedented<'_>) -> Range<usize> {
    let blank = |kind| {
        matches!(
            kind,
            TokenKind::Comment
                | TokenKind::NonLogicalNewline
                | TokenKind::Indent
                | TokenKind::Dedent
        )
    };
    let first = rest.iter().position(|token| !blank(token.kind()));
    let statement = first
        .and_then(|first| rest.get(first..))
        .unwrap_or_default();
    let start = statement
        .first()
        .map_or_else(TextSize::default, Ranged::start);
    text.original(TextRange::new(
        start,
        end_of_statement(statement).max(start),
    ))
}

fn end_of_statement(rest: &[Token]) -> TextSize {
    let end = rest.iter().find(|token| token.kind() == TokenKind::Newline);
    let end = end.or(rest.last());
    end.map_or_else(TextSize::default, Ranged::end)
}

/// The rules that a comment names, if it is addressed to oakc.
fn rules(comment: &Token, text: &Dedented<'_>) -> Option<Vec<(String, Range<usize>)>> {
    let at = text.text().get(comment.range().to_std_range())?;
    let list = at
        .trim_start_matches('#')
        .trim_start()
        .strip_prefix("oakc:")?;
    let list = list.trim_start().strip_prefix("allow")?.trim_start();
    let list = list.strip_prefix('(')?.split(')').next()?;
    let names = list
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty());
    let places = names.map(|name| {
        // The offset of the name within the comment.
        let offset = (name.as_ptr() as usize).saturating_sub(at.as_ptr() as usize);
        let offset = TextSize::try_from(offset).unwrap_or_default();
        let length = TextSize::try_from(name.len()).unwrap_or_default();
        let range = TextRange::at(
            comment.start().checked_add(offset).unwrap_or_default(),
            length,
        );
        (name.to_owned(), text.original(range))
    });
    Some(places.collect())
}
