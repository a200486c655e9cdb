//! TOML and YAML: one value a line, with its origin behind it.

use std::fmt::Write as _;

use oakc_core::syntax::{Entry, Language, Node, NodeValue, Table};

use super::{Origin, Place, Shown};

pub(super) fn write(shown: &Shown<'_>, language: Language) -> String {
    let root = shown.tree();
    let mut out = String::new();
    let mut path = Vec::new();
    match language {
        Language::Toml => toml(&mut out, shown, &mut path, &root),
        Language::Yaml => yaml(&mut out, shown, &mut path, &root),
    }
    out
}

/// A header where it is needed, the values, then the tables within.
fn toml<'t>(out: &mut String, shown: &Shown<'_>, path: &mut Vec<&'t str>, table: &'t Table) {
    let (tables, values): (Vec<_>, Vec<_>) = table.entries.iter().partition(|it| is_table(it));
    let says_nothing = values.is_empty() && !tables.is_empty();
    if !path.is_empty() && !says_nothing {
        if !out.is_empty() {
            out.push('\n');
        }
        let keys: Vec<_> = path.iter().map(|key| Language::Toml.key(key)).collect();
        // Writing to a String cannot fail.
        let _ = writeln!(out, "[{}]", keys.join("."));
    }
    for entry in values {
        line(out, shown, path, entry, Language::Toml);
    }
    for entry in tables {
        if let NodeValue::Table(inner) = &entry.value.value {
            path.push(&entry.key);
            toml(out, shown, path, inner);
            path.pop();
        }
    }
}

fn yaml<'t>(out: &mut String, shown: &Shown<'_>, path: &mut Vec<&'t str>, table: &'t Table) {
    for entry in &table.entries {
        let indent = "  ".repeat(path.len());
        match &entry.value.value {
            NodeValue::Table(inner) if !inner.entries.is_empty() => {
                let _ = writeln!(out, "{indent}{}:", Language::Yaml.key(&entry.key));
                path.push(&entry.key);
                yaml(out, shown, path, inner);
                path.pop();
            }
            _ => {
                out.push_str(&indent);
                line(out, shown, path, entry, Language::Yaml);
            }
        }
    }
}

fn is_table(entry: &Entry) -> bool {
    matches!(entry.value.value, NodeValue::Table(_))
}

/// A key, its value, and where that is from.
fn line<'t>(
    out: &mut String,
    shown: &Shown<'_>,
    path: &mut Vec<&'t str>,
    entry: &'t Entry,
    language: Language,
) {
    path.push(&entry.key);
    let origin = comment(shown.origin(path, &entry.value));
    path.pop();
    let (key, value) = (language.key(&entry.key), flow(&entry.value, language));
    let separator = language.separator();
    let _ = writeln!(out, "{key}{separator}{value}  # {origin}");
}

fn comment(origin: Origin) -> String {
    let place = place(origin.place);
    match origin.param {
        Some((name, set)) => format!("{place}; `{name}` is from {}", self::place(set)),
        None => place,
    }
}

fn place(place: Option<Place>) -> String {
    let Some(place) = place else {
        return "the command line".to_owned();
    };
    let (file, line) = (place.file, place.line);
    // A comment ends with its line.
    let file = file.replace(char::is_control, " ");
    match place.profile {
        Some(profile) => format!(
            "{file}:{line}, profile {}",
            profile.replace(char::is_control, " ")
        ),
        None => format!("{file}:{line}"),
    }
}

/// A value on one line.
fn flow(node: &Node, language: Language) -> String {
    match &node.value {
        NodeValue::Null | NodeValue::Reported => match language {
            Language::Toml => "\"none\"".to_owned(),
            Language::Yaml => "null".to_owned(),
        },
        NodeValue::Bool(flag) => flag.to_string(),
        NodeValue::Int(number) => number.to_string(),
        NodeValue::Float(number) => float(*number, language),
        NodeValue::Str(text) => language.text(text),
        NodeValue::List(items) => {
            let items: Vec<_> = items.iter().map(|item| flow(item, language)).collect();
            format!("[{}]", items.join(", "))
        }
        NodeValue::Table(table) if table.entries.is_empty() => "{}".to_owned(),
        NodeValue::Table(table) => {
            let pairs = table.entries.iter().map(|entry| {
                let (key, value) = (language.key(&entry.key), flow(&entry.value, language));
                format!("{key}{}{value}", language.separator())
            });
            format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
        }
    }
}

fn float(number: f64, language: Language) -> String {
    let (point, not_a_number) = match language {
        Language::Toml => ("", "nan"),
        Language::Yaml => (".", ".nan"),
    };
    if number.is_nan() {
        return not_a_number.to_owned();
    }
    if number.is_infinite() {
        let sign = if number < 0.0 { "-" } else { "" };
        return format!("{sign}{point}inf");
    }
    format!("{number:?}")
}
