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

/// A float keeps its decimal point, so that it stays a float.
fn scalar(value: &Value) -> String {
    match value {
        Value::Number(number) if number.is_f64() => format!("{:?}", number.as_f64().unwrap()),
        plain => plain.to_string(),
    }
}

/// YAML: blocks for tables and for lists of tables and lists, flow style for plain lists.
pub fn yaml(config: &Value) -> String {
    let mut text = String::new();
    block(&mut text, config.as_object().unwrap(), 0);
    text
}

fn block(text: &mut String, table: &Map<String, Value>, depth: usize) {
    let indent = "  ".repeat(depth);
    for (name, value) in table {
        write!(text, "{indent}{}:", Value::from(name.as_str())).unwrap();
        nested(text, value, depth + 1);
    }
}

/// The value after a colon or a dash: on the same line, or as a block below it.
fn nested(text: &mut String, value: &Value, depth: usize) {
    match value {
        Value::Object(table) if !table.is_empty() => {
            text.push('\n');
            block(text, table, depth);
        }
        Value::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
            text.push('\n');
            for item in items {
                write!(text, "{}-", "  ".repeat(depth)).unwrap();
                nested(text, item, depth + 1);
            }
        }
        plain => writeln!(text, " {}", flow(plain)).unwrap(),
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
