//! The text of a string, cut at the parameters in it. No string is too long, and none is refused: what does not name
//! a parameter is text.

use std::ops::Range;

use crate::syntax::{Node, NodeValue};

/// A part of a string.
pub(super) enum Piece<'a> {
    Text(&'a str),
    Param(&'a str),
}

/// Cuts a string at its parameters.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut cursor = 0;
    let between = |range: Range<usize>| text.get(range).filter(|text| !text.is_empty());
    for (range, name) in places(text) {
        pieces.extend(between(cursor..range.start).map(Piece::Text));
        pieces.push(name.map_or(Piece::Text("${"), Piece::Param));
        cursor = range.end;
    }
    pieces.extend(between(cursor..text.len()).map(Piece::Text));
    pieces
}

/// Where a text names parameters; without a name, where `$${` stands for `${`.
pub(in crate::config) fn places(text: &str) -> Vec<(Range<usize>, Option<&str>)> {
    let mut places = Vec::new();
    let mut from = 0;
    while let Some(found) = text.get(from..).and_then(|rest| rest.find("${")) {
        let at = from.saturating_add(found);
        let opened = at.saturating_add("${".len());
        let is_literal = text
            .get(from..at)
            .is_some_and(|before| before.ends_with('$'));
        let name = text.get(opened..).and_then(|rest| rest.split_once('}'));
        from = opened;
        if is_literal {
            places.push((at.saturating_sub(1)..opened, None));
        } else if let Some((name, _)) = name.filter(|(name, _)| is_name(name)) {
            from = opened.saturating_add(name.len()).saturating_add(1);
            places.push((at..from, Some(name)));
        }
    }
    places
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
}

/// The names of all parameters in a value.
pub(super) fn references(node: &Node) -> Vec<String> {
    match &node.value {
        NodeValue::Str(text) => pieces(text)
            .into_iter()
            .filter_map(|piece| match piece {
                Piece::Param(name) => Some(name.to_owned()),
                Piece::Text(_) => None,
            })
            .collect(),
        NodeValue::List(items) => items.iter().flat_map(references).collect(),
        NodeValue::Table(table) => table
            .entries
            .iter()
            .flat_map(|entry| references(&entry.value))
            .collect(),
        _ => Vec::new(),
    }
}
