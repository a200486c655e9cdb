//! YAML.
//!
//! In: a document. Out: its text: blocks for tables, flow style for what is small enough for one
//! line. Never: a plain scalar that YAML would read as something else.

use oakc_core::syntax::Language;

use super::{Entry, Literal, SMALL, WIDTH, comments, flow};

/// The language of all that is written here.
const YAML: Language = Language::Yaml;
/// YAML looks this far, in characters, for the colon behind a simple key.
const SIMPLE_KEY: usize = 1000;

pub(super) fn write(head: &[String], root: &[Entry]) -> String {
    let mut out = String::new();
    comments(&mut out, "", head);
    for section in root {
        if !out.is_empty() {
            out.push('\n');
        }
        entry(&mut out, 0, section);
    }
    out
}

/// A key with its colon. One that is too long for a simple key is written as a complex one.
fn key(name: &str, indent: &str) -> String {
    let key = YAML.key(name);
    if key.len() < SIMPLE_KEY {
        format!("{key}:")
    } else {
        format!("? {key}\n{indent}:")
    }
}

fn block(out: &mut String, depth: usize, entries: &[Entry]) {
    for (position, inner) in entries.iter().enumerate() {
        // An empty line between nodes.
        let is_node = depth == 1 && matches!(&inner.value, Literal::Table(t) if is_block(t));
        if position > 0 && is_node {
            out.push('\n');
        }
        entry(out, depth, inner);
    }
}

fn entry(out: &mut String, depth: usize, entry: &Entry) {
    let indent = "  ".repeat(depth);
    comments(out, &indent, &entry.comment);
    let start = format!("{indent}{}", key(&entry.key, &indent));
    let flat = flow(&entry.value, YAML);
    let fits = start.chars().count() + 1 + flat.chars().count() <= WIDTH;
    out.push_str(&start);
    match &entry.value {
        Literal::Table(inner) if !inner.is_empty() && (!fits || !is_line(depth, entry, inner)) => {
            out.push('\n');
            block(out, depth + 1, inner);
        }
        Literal::Record(inner) if !inner.is_empty() && !fits => {
            out.push('\n');
            block(out, depth + 1, inner);
        }
        Literal::List(items) if !items.is_empty() && !fits => {
            out.push('\n');
            for value in items {
                item(out, depth + 1, value);
            }
        }
        _ => {
            out.push(' ');
            out.push_str(&flat);
            out.push('\n');
        }
    }
}

/// An item of a list on lines of its own: a dash, and a record that does not fit into one line as
/// a block.
fn item(out: &mut String, depth: usize, value: &Literal) {
    let indent = "  ".repeat(depth);
    let flat = format!("{indent}- {}\n", flow(value, YAML));
    match value {
        Literal::Record(inner) if !inner.is_empty() && flat.chars().count() > WIDTH => {
            let mut lines = String::new();
            block(&mut lines, depth + 1, inner);
            let rest = lines.strip_prefix(&format!("{indent}  "));
            out.push_str(&indent);
            out.push_str("- ");
            out.push_str(rest.unwrap_or(&lines));
        }
        _ => out.push_str(&flat),
    }
}

/// Whether a table may stand on one line: it is small and plain. Sections, nodes and what feeds
/// them are read line by line.
fn is_line(depth: usize, entry: &Entry, inner: &[Entry]) -> bool {
    depth > 0 && entry.key != "inputs" && !is_block(inner)
}

/// Whether a table is too much for one line: it has tables within, comments, or many keys.
fn is_block(entries: &[Entry]) -> bool {
    let is_table = |entry: &Entry| matches!(&entry.value, Literal::Table(t) if !t.is_empty());
    entries.len() > SMALL
        || entries
            .iter()
            .any(|entry| is_table(entry) || !entry.comment.is_empty() || entry.key == "type")
}
