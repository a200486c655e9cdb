//! Notes as comments.
//!
//! In: notes and a document. Out: the document with the notes about a node above it, and all others
//! at the top of the file. Never: more than [`MAX_LINES`] of them.

use std::collections::BTreeMap;

use super::document::{Entry, Literal};
use super::{Note, Options};

/// Longest line of a comment, in characters.
const WIDTH: usize = 105;
/// Most lines of comments at the top.
const MAX_LINES: usize = 200;

/// Puts notes above their nodes and returns the comment for the top.
pub(super) fn place(root: &mut [Entry], notes: &[Note], options: &Options<'_>) -> Vec<String> {
    let mut by_place: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for note in notes {
        let lines = by_place.entry(&note.about).or_default();
        lines.extend(wrapped(&note.text));
    }
    for section in root {
        if let (true, Literal::Table(nodes)) = (section.key == "nodes", &mut section.value) {
            for node in nodes {
                node.comment = by_place.remove(node.key.as_str()).unwrap_or_default();
            }
        }
    }
    let mut head = wrapped(&format!("Imported by oakc from {}.", options.source));
    if let Some(reason) = options.cut_short {
        let text = "NOT COMPLETE: the program ended before it used the pipeline:";
        head.extend(wrapped(&format!("{text} {reason}")));
    }
    for (about, lines) in by_place {
        head.push(String::new());
        head.push(format!("{about}:"));
        head.extend(lines);
    }
    head.truncate(MAX_LINES);
    head
}

/// A sentence on lines.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let length = |line: &String| line.chars().count() + 1 + word.chars().count();
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if length(line) <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
