//! TOML.
//!
//! In: a document. Out: its text: a header for each section and node; small tables within them as
//! dotted keys, larger ones with headers of their own. Never: a dotted key for a table that is too
//! large for its lines.

use oakc_core::syntax::Language;

use super::{Entry, Literal, SMALL, WIDTH, comments, count, flow};

/// Keys of sections whose entries get a header each.
const NAMED: &[&str] = &["nodes"];
/// A table that always stays within the lines of its node: what feeds a node is part of it.
const WITHIN: &[&str] = &["inputs", "assets"];

/// The language of all that is written here.
const TOML: Language = Language::Toml;

pub(super) fn write(head: &[String], root: &[Entry]) -> String {
    let mut out = String::new();
    comments(&mut out, "", head);
    for section in root {
        let Literal::Table(entries) = &section.value else {
            continue;
        };
        if NAMED.contains(&section.key.as_str()) && !entries.is_empty() {
            for entry in entries {
                if let Literal::Table(inner) = &entry.value {
                    let path = format!("{}.{}", section.key, TOML.key(&entry.key));
                    table(&mut out, &path, &entry.comment, inner);
                }
            }
        } else {
            table(&mut out, &TOML.key(&section.key), &section.comment, entries);
        }
    }
    out
}

/// A header, the values below it, then the tables below it. A table that has nothing but tables
/// needs no header.
fn table(out: &mut String, path: &str, comment: &[String], entries: &[Entry]) {
    let (large, within): (Vec<_>, Vec<_>) = entries.iter().partition(|entry| is_large(entry));
    if !within.is_empty() || large.is_empty() || !comment.is_empty() {
        if !out.is_empty() {
            out.push('\n');
        }
        comments(out, "", comment);
        out.push('[');
        out.push_str(path);
        out.push_str("]\n");
    }
    for entry in within {
        line(out, "", entry);
    }
    for entry in large {
        if let Literal::Table(inner) = &entry.value {
            let path = format!("{path}.{}", TOML.key(&entry.key));
            table(out, &path, &entry.comment, inner);
        }
    }
}

fn is_large(entry: &Entry) -> bool {
    let own_header = !WITHIN.contains(&entry.key.as_str());
    matches!(&entry.value, Literal::Table(inner) if own_header && count(inner) > SMALL)
}

/// `key = value`; a table as one such line for each of its values.
fn line(out: &mut String, prefix: &str, entry: &Entry) {
    comments(out, "", &entry.comment);
    let path = format!("{prefix}{}", TOML.key(&entry.key));
    match &entry.value {
        Literal::Table(inner) if !inner.is_empty() => {
            let prefix = format!("{path}.");
            for entry in inner {
                line(out, &prefix, entry);
            }
        }
        value => {
            let start = format!("{path} = ");
            let broken = broken_up(value, start.chars().count());
            out.push_str(&start);
            out.push_str(&broken);
            out.push('\n');
        }
    }
}

/// A value on one line, or, where that is too long and it is a list, each element on its own.
fn broken_up(value: &Literal, column: usize) -> String {
    let flat = flow(value, TOML);
    match value {
        Literal::List(items) if !items.is_empty() && column + flat.chars().count() > WIDTH => {
            let lines: Vec<_> = items.iter().map(|item| flow(item, TOML)).collect();
            format!("[\n  {},\n]", lines.join(",\n  "))
        }
        _ => flat,
    }
}
