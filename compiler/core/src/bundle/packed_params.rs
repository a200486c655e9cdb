//! The module `oakc.params` of a package, read without running it.
//!
//! In: the text of the module. Out: its names with their values. Never: a value from a text that is not as
//! oakc writes it.

use std::fmt::Write as _;

use super::literal;

/// The value of a param.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `True` or `False`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a fraction.
    Float(f64),
    /// Text.
    Str(String),
    /// Values in order.
    List(Vec<Self>),
    /// Keys and values in order.
    Table(Vec<(String, Self)>),
}

impl Value {
    /// Appends it as Python.
    pub(super) fn write(&self, out: &mut String) {
        match self {
            Self::Bool(true) => out.push_str("True"),
            Self::Bool(false) => out.push_str("False"),
            Self::Int(number) => out.push_str(&number.to_string()),
            Self::Float(number) => {
                // Writing to a String cannot fail.
                let _ = write!(out, "{number:?}");
            }
            Self::Str(text) => literal::write(out, text),
            Self::List(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    out.push_str(if index > 0 { ", " } else { "" });
                    item.write(out);
                }
                out.push(']');
            }
            Self::Table(entries) => {
                out.push('{');
                for (index, (key, value)) in entries.iter().enumerate() {
                    out.push_str(if index > 0 { ", " } else { "" });
                    literal::write(out, key);
                    out.push_str(": ");
                    value.write(out);
                }
                out.push('}');
            }
        }
    }
}

/// How deep values may be nested.
const MAX_DEPTH: usize = 64;

/// The params of a module; none if a line of it is not one of oakc's.
pub fn read(module: &str) -> Option<Vec<(String, Value)>> {
    let lines = module.lines().filter(|line| !line.starts_with('#'));
    let lines = lines.map(|text| line(text).map(|(name, value)| (name.to_owned(), value)));
    lines.collect()
}

/// One line of the module.
pub(super) fn line(text: &str) -> Option<(&str, Value)> {
    let (name, rest) = text.split_once(" = ")?;
    let is_name = name.chars().all(|c| c == '_' || c.is_ascii_alphanumeric());
    let (value, rest) = value(rest, 0)?;
    (is_name && rest.is_empty()).then_some((name, value))
}

pub(super) fn value(text: &str, depth: usize) -> Option<(Value, &str)> {
    if depth > MAX_DEPTH {
        return None;
    }
    let inner = depth.saturating_add(1);
    if text.starts_with('"') {
        let (text, rest) = literal::read(text)?;
        return Some((Value::Str(text), rest));
    }
    if let Some(rest) = text.strip_prefix('[') {
        let (items, rest) = items(rest, ']', |text| value(text, inner))?;
        return Some((Value::List(items), rest));
    }
    if let Some(rest) = text.strip_prefix('{') {
        let (entries, rest) = items(rest, '}', |text| {
            let (key, rest) = literal::read(text)?;
            let (value, rest) = value(rest.strip_prefix(": ")?, inner)?;
            Some(((key, value), rest))
        })?;
        return Some((Value::Table(entries), rest));
    }
    let end = text.find([',', ']', '}']).unwrap_or(text.len());
    let (word, rest) = text.split_at_checked(end)?;
    Some((plain(word)?, rest))
}

/// What has neither quotes nor parts.
fn plain(word: &str) -> Option<Value> {
    match word {
        "True" => Some(Value::Bool(true)),
        "False" => Some(Value::Bool(false)),
        _ if word.contains('.') || word.contains('e') => word.parse().ok().map(Value::Float),
        _ => word.parse().ok().map(Value::Int),
    }
}

/// What stands between commas, up to `end`.
fn items<'a, T>(
    mut text: &'a str,
    end: char,
    read: impl Fn(&'a str) -> Option<(T, &'a str)>,
) -> Option<(Vec<T>, &'a str)> {
    let mut items = Vec::new();
    loop {
        if let Some(rest) = text.strip_prefix(end) {
            return Some((items, rest));
        }
        if !items.is_empty() {
            text = text.strip_prefix(", ")?;
        }
        let (item, rest) = read(text)?;
        items.push(item);
        text = rest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_all_types_come_back_and_nothing_else_is_read() {
        let text = "# oakc secrets: s\nb = True\nf = 1.0\ni = -3\nl = [1, \"a, ]\"]\ns = \"x\\ny\"\nt = {\"k\": [], \"}\": {}}\n";
        let read = read(text).unwrap();
        let values: Vec<_> = read.iter().map(|(_, value)| value.clone()).collect();
        let expected = [
            Value::Bool(true),
            Value::Float(1.0),
            Value::Int(-3),
            Value::List(vec![Value::Int(1), Value::Str("a, ]".to_owned())]),
            Value::Str("x\ny".to_owned()),
            Value::Table(vec![
                ("k".to_owned(), Value::List(Vec::new())),
                ("}".to_owned(), Value::Table(Vec::new())),
            ]),
        ];
        assert_eq!(values, expected);
        for other in [
            "import os",
            "a = os.environ",
            "a = [1",
            "a = 1 + 1",
            "a.b = 1",
        ] {
            assert_eq!(super::read(other), None, "{other}");
        }
        let deep = format!("a = {}", "[".repeat(100_000));
        assert_eq!(super::read(&deep), None);
    }
}
