//! A configuration as a tree of JSON values in, its text in TOML or YAML out.

use std::fmt::Write;

use serde_json::{Map, Value};

/// TOML: a header for each section and each of its tables, everything below inline.
pub fn toml(config: &Value) -> String {
    let mut text = String::new();
    for (name, section) in config.as_object().unwrap() {
        let tables = ["nodes", "models", "assets"].contains(&name.as_str());
        if tables {
            for (entry, value) in section.as_object().unwrap() {
                write!(text, "[{}.{}]\n{}\n", key(name), key(entry), pairs(value)).unwrap();
            }
        } else {
            write!(text, "[{}]\n{}\n", key(name), pairs(section)).unwrap();
        }
    }
    text
}

fn pairs(table: &Value) -> String {
    let table = table.as_object().unwrap();
    table.iter().fold(String::new(), |mut text, (name, value)| {
        writeln!(text, "{} = {}", key(name), inline(value)).unwrap();
        text
    })
}

/// JSON strings are TOML basic strings, apart from DEL and the escapes that TOML lacks.
fn key(name: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !name.is_empty() && name.chars().all(bare) {
        name.to_owned()
    } else {
        Value::from(name).to_string()
    }
}

fn inline(value: &Value) -> String {
    match value {
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(inline).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(table) => {
            let pairs = table
                .iter()
                .map(|(k, v)| format!("{} = {}", key(k), inline(v)));
            let pairs: Vec<_> = pairs.collect();
            format!("{{ {} }}", pairs.join(", "))
        }
        plain => scalar(plain),
    }
}

/// A float keeps its point, so that it stays a float.
fn scalar(value: &Value) -> String {
    match value {
        Value::Number(number) if number.is_f64() => format!("{:?}", number.as_f64().unwrap()),
        plain => plain.to_string(),
    }
}

/// YAML: blocks for tables, flow style for lists.
pub fn yaml(config: &Value) -> String {
    let mut text = String::new();
    block(&mut text, config.as_object().unwrap(), 0);
    text
}

fn block(text: &mut String, table: &Map<String, Value>, depth: usize) {
    for (name, value) in table {
        let indent = "  ".repeat(depth);
        let name = Value::from(name.as_str());
        match value {
            Value::Object(inner) if !inner.is_empty() => {
                writeln!(text, "{indent}{name}:").unwrap();
                block(text, inner, depth + 1);
            }
            other => writeln!(text, "{indent}{name}: {}", flow(other)).unwrap(),
        }
    }
}

fn flow(value: &Value) -> String {
    match value {
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(flow).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(table) => {
            let pairs = table
                .iter()
                .map(|(k, v)| format!("{}: {}", Value::from(k.as_str()), flow(v)));
            let pairs: Vec<_> = pairs.collect();
            format!("{{{}}}", pairs.join(", "))
        }
        plain => scalar(plain),
    }
}
