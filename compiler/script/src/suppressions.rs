//! Comments that allow rules: `# oakc: allow(rule, other-rule)`.
//!
//! In: tokens. Out: the rules that comments name, by the range that they cover. Never: a check of
//! the names; only the checks know the rules.
//!
//! - Before the first statement, on a line of its own, a comment covers the whole script.
//! - Elsewhere, on a line of its own, it covers the statement that follows, or that it is in.
//! - After code, it covers the statement that it is in.
//!
//! Of a statement with a body (`while`, `def`…) only the head is covered.

use std::collections::BTreeSet;
use std::ops::Range;

use ruff_python_ast::token::{Token, TokenKind, Tokens};
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::margin::Dedented;

/// What comments allow in one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// The names of the rules, and where they are written.
    pub rules: Vec<(String, Range<usize>)>,
    /// Findings that begin in this range are allowed.
    pub covers: Range<usize>,
    /// The names alone, as they are written and in capitals.
    names: BTreeSet<String>,
}

impl Suppression {
    /// Whether one of these names of a rule is written, which may be in small letters where it has capitals.
    fn allows(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.names.contains(*name))
    }

    fn add(&mut self, rules: Vec<(String, Range<usize>)>) {
        for (name, range) in rules {
            self.names.insert(name.to_ascii_uppercase());
            self.names.insert(name.clone());
            self.rules.push((name, range));
        }
    }
}

/// Whether one of `all` allows a rule with these names for a finding that begins at `offset`.
pub(crate) fn allow(all: &[Suppression], offset: usize, names: &[&str]) -> bool {
    // Only the first may cover the whole script; the others are in the order of their statements.
    let Some((first, rest)) = all.split_first() else {
        return false;
    };
    let place = rest.partition_point(|suppression| suppression.covers.end <= offset);
    let candidates = [Some(first), rest.get(place)];
    let mut here = candidates
        .into_iter()
        .flatten()
        .filter(|suppression| suppression.covers.contains(&offset));
    here.any(|suppression| suppression.allows(names))
}

/// What the comments of a script allow, for each place that they cover.
pub(crate) fn all(tokens: &Tokens, text: &Dedented<'_>, length: usize) -> Vec<Suppression> {
    let mut found: Vec<Suppression> = Vec::new();
    let mut before_all = true;
    // Each statement with what stands before it, to the end of its line.
    for tokens in tokens.split_inclusive(|token| token.kind() == TokenKind::Newline) {
        let start = tokens.iter().find(|token| !is_blank(token.kind()));
        let start = start.or(tokens.last()).map(Ranged::start);
        let end = tokens.last().map(Ranged::end);
        let (Some(start), Some(end)) = (start, end) else {
            continue;
        };
        let statement = text.original(TextRange::new(start, end.max(start)));
        for token in tokens {
            if token.kind() != TokenKind::Comment {
                before_all &= is_blank(token.kind());
                continue;
            }
            let Some(rules) = rules(token, text) else {
                continue;
            };
            let covers = if before_all {
                0..length.saturating_add(1)
            } else {
                statement.clone()
            };
            match found.last_mut() {
                Some(last) if last.covers == covers => last.add(rules),
                _ => {
                    let mut suppression = Suppression {
                        rules: Vec::new(),
                        covers,
                        names: BTreeSet::new(),
                    };
                    suppression.add(rules);
                    found.push(suppression);
                }
            }
        }
    }
    found
}

/// Whether a token belongs to no statement.
fn is_blank(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Comment | TokenKind::NonLogicalNewline | TokenKind::Indent | TokenKind::Dedent
    )
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
