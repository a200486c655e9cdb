//! `from oakc import params`: the values of `[params]` in, the text of a Python module out, in which each is
//! a name with a value of its type.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::bundle::{literal, secrets};
use crate::syntax::NodeValue;

/// What the module is called behind `oakc.`.
pub(super) const NAME: &str = "params";

/// Words that cannot be names in Python.
const KEYWORDS: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with", "yield",
];

/// The module, whose first line names those that are secrets. A parameter whose name is none in Python is not in it.
pub(super) fn text(
    params: &BTreeMap<String, NodeValue>,
    secrets: &BTreeMap<String, String>,
) -> String {
    // One without a text cannot be hidden, and is none.
    let named = secrets
        .iter()
        .filter(|(name, text)| is_name(name) && !text.is_empty());
    let mut out = secrets::mark(named.map(|(name, _)| name.as_str()));
    for (name, value) in params.iter().filter(|(name, _)| is_name(name)) {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{name} = {}", python(value));
    }
    out
}

pub(super) fn is_name(name: &str) -> bool {
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let goes_on = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    begins && goes_on && !KEYWORDS.contains(&name)
}

pub(super) fn quoted(text: &str) -> String {
    let mut out = String::new();
    literal::write(&mut out, text);
    out
}

/// A value as it is written in Python.
pub(super) fn python(value: &NodeValue) -> String {
    match value {
        NodeValue::Null | NodeValue::Reported => "None".to_owned(),
        NodeValue::Bool(true) => "True".to_owned(),
        NodeValue::Bool(false) => "False".to_owned(),
        NodeValue::Int(number) => number.to_string(),
        NodeValue::Float(number) if number.is_finite() => format!("{number:?}"),
        NodeValue::Float(number) => format!("float(\"{number}\")"),
        NodeValue::Str(text) => quoted(text),
        NodeValue::List(items) => {
            let items: Vec<_> = items.iter().map(|item| python(&item.value)).collect();
            format!("[{}]", items.join(", "))
        }
        NodeValue::Table(table) => {
            let entries = table.entries.iter();
            let entries = entries
                .map(|entry| format!("{}: {}", quoted(&entry.key), python(&entry.value.value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_has_its_type_and_a_text_can_hold_anything() {
        let params = [
            ("b", NodeValue::Bool(true)),
            ("class", NodeValue::Int(1)),
            ("f", NodeValue::Float(1.0)),
            ("i", NodeValue::Int(-3)),
            ("mqtt-host", NodeValue::Int(1)),
            ("s", NodeValue::Str("a'\"\\\n\u{e4}".to_owned())),
        ];
        let params = params.map(|(name, value)| (name.to_owned(), value));
        let text = text(&params.into_iter().collect(), &BTreeMap::new());
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), 4, "{text}");
        assert_eq!(lines[..3], ["b = True", "f = 1.0", "i = -3"]);
    }
}
