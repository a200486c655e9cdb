//! Dotted keys in YAML.
//!
//! In: a YAML tree. Out: the same tree with plain dotted keys written out, so that `network.mtu:
//! 9000` means what it means in TOML; a key in quotes keeps its dots, and so does a number. Never:
//! a value that is dropped, or a tree deeper than the limit.

use std::collections::BTreeMap;

use oakc_diag::{Diagnostic, Span};

use super::{Entry, MAX_DEPTH, Node, NodeValue, Table, duplicate_key, too_deep};

/// Writes out the dotted keys below `root`. Keys that collide, or go too deep, are reported.
pub(super) fn expand(root: &mut Node, text: &str) -> Vec<Diagnostic> {
    let mut expansion = Expansion {
        text,
        problems: Vec::new(),
    };
    expansion.node(root, 1);
    expansion.problems
}

/// A part of a dotted key and where it stands.
type Part = (String, Span);

struct Expansion<'a> {
    text: &'a str,
    problems: Vec<Diagnostic>,
}

impl Expansion<'_> {
    fn node(&mut self, node: &mut Node, depth: usize) {
        match &mut node.value {
            NodeValue::List(items) => {
                for item in items {
                    self.node(item, depth.saturating_add(1));
                }
            }
            NodeValue::Table(table) => self.table(table, depth),
            _ => {}
        }
    }

    fn table(&mut self, table: &mut Table, depth: usize) {
        let is_dotted = |entry: &Entry| self.parts(entry).len() > 1;
        if !table.entries.iter().any(is_dotted) {
            for entry in &mut table.entries {
                self.node(&mut entry.value, depth.saturating_add(1));
            }
            return;
        }
        let mut merged = Merged::default();
        for mut entry in std::mem::take(&mut table.entries) {
            let parts = self.parts(&entry);
            let inner = depth.saturating_add(parts.len());
            if inner > MAX_DEPTH {
                self.problems.push(too_deep(entry.key_span));
                continue;
            }
            self.node(&mut entry.value, inner);
            merged.insert(&parts, entry.value, &mut self.problems);
        }
        *table = merged.into_table();
    }

    /// The parts of a key: more than one only for a plain key with dots inside.
    fn parts(&self, entry: &Entry) -> Vec<Part> {
        let span = entry.key_span;
        let whole = || vec![(entry.key.clone(), span)];
        let written = self.text.get(span.start..span.end);
        let is_number = entry.key.parse::<f64>().is_ok();
        if written != Some(entry.key.as_str()) || !entry.key.contains('.') || is_number {
            return whole();
        }
        let mut start = span.start;
        let mut parts = Vec::new();
        for name in entry.key.split('.') {
            if name.is_empty() {
                return whole();
            }
            let end = start.saturating_add(name.len());
            parts.push((name.to_owned(), Span::new(span.file, start, end)));
            start = end.saturating_add(1);
        }
        parts
    }
}

/// A table that is being put together; entries stay in the order of their first mention.
#[derive(Default)]
struct Merged {
    entries: Vec<(Part, Slot)>,
    positions: BTreeMap<String, usize>,
}

enum Slot {
    Value(Node),
    Table(Span, Merged),
}

impl Merged {
    fn insert(&mut self, parts: &[Part], value: Node, problems: &mut Vec<Diagnostic>) {
        let Some((first, rest)) = parts.split_first() else {
            return;
        };
        let existing = self.positions.get(&first.0).copied();
        let Some((part, slot)) = existing.and_then(|at| self.entries.get_mut(at)) else {
            self.positions.insert(first.0.clone(), self.entries.len());
            let slot = Slot::new(first.1, rest, value, problems);
            self.entries.push((first.clone(), slot));
            return;
        };
        match (slot.as_table(), rest, value) {
            (
                Some(table),
                [],
                Node {
                    value: NodeValue::Table(more),
                    ..
                },
            ) => {
                for entry in more.entries {
                    table.insert(&[(entry.key, entry.key_span)], entry.value, problems);
                }
            }
            (Some(table), [_, ..], value) => table.insert(rest, value, problems),
            _ => problems.push(duplicate_key(&first.0, Some(part.1), first.1)),
        }
    }

    fn into_table(self) -> Table {
        let entries = self.entries.into_iter();
        let entries = entries.map(|((key, key_span), slot)| Entry {
            key,
            key_span,
            value: slot.into_node(),
        });
        Table {
            entries: entries.collect(),
        }
    }
}

impl Slot {
    fn new(span: Span, rest: &[Part], value: Node, problems: &mut Vec<Diagnostic>) -> Self {
        if rest.is_empty() {
            return Self::Value(value);
        }
        let mut table = Merged::default();
        table.insert(rest, value, problems);
        Self::Table(span, table)
    }

    /// The table in it, opened for more entries; none where it holds something else.
    fn as_table(&mut self) -> Option<&mut Merged> {
        if let Self::Value(node) = self
            && let NodeValue::Table(table) = &mut node.value
        {
            let mut merged = Merged::default();
            for entry in std::mem::take(&mut table.entries) {
                merged.insert(&[(entry.key, entry.key_span)], entry.value, &mut Vec::new());
            }
            *self = Self::Table(node.span, merged);
        }
        match self {
            Self::Table(_, table) => Some(table),
            Self::Value(_) => None,
        }
    }

    fn into_node(self) -> Node {
        match self {
            Self::Value(node) => node,
            Self::Table(span, table) => Node {
                span,
                value: NodeValue::Table(table.into_table()),
            },
        }
    }
}
