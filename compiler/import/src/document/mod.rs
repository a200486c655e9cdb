//! The text of an application.
//!
//! In: a tree of keys and values, with comments. Out: TOML or YAML, laid out as people lay out such
//! files. Never: any knowledge of what the keys mean.

#[cfg(test)]
mod tests;
mod toml;
mod yaml;

use std::fmt::Write as _;

use oakc_core::syntax::Language;

/// A value to write.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Literal {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i128),
    /// A number with a fraction, in as few digits as its type needs.
    Float(f64, Precision),
    /// Text.
    Str(String),
    /// Values in order.
    List(Vec<Literal>),
    /// Keys and values in order: a part of the configuration.
    Table(Vec<Entry>),
    /// Keys and values in order: one value, which stands on one line.
    Record(Vec<Entry>),
}

/// How many digits tell a float from its neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Precision {
    /// It is stored in 32 bits.
    Single,
    /// It is stored in 64 bits.
    Double,
    /// It is stored in 64 bits, and nothing but its point says that it is a float.
    Open,
}

/// A key with its value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    /// Lines to stand above it as a comment.
    pub(super) comment: Vec<String>,
    /// The key, unquoted.
    pub(super) key: String,
    /// The value.
    pub(super) value: Literal,
}

impl Entry {
    pub(super) fn new(key: impl Into<String>, value: Literal) -> Self {
        Self {
            comment: Vec::new(),
            key: key.into(),
            value,
        }
    }

    pub(super) fn text(key: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(key, Literal::Str(text.into()))
    }
}

/// Writes a document: `head` as a comment, then the sections of `root`.
pub(super) fn write(language: Language, head: &[String], root: &[Entry]) -> String {
    match language {
        Language::Toml => toml::write(head, root),
        Language::Yaml => yaml::write(head, root),
    }
}

/// Longest line that is not broken up, in characters.
const WIDTH: usize = 110;
/// A table of at most this many values stands within the lines of the table it belongs to.
const SMALL: usize = 3;

/// The values below a table, those of nested tables included.
fn count(entries: &[Entry]) -> usize {
    let below = |entry: &Entry| match &entry.value {
        Literal::Table(inner) if !inner.is_empty() => count(inner),
        _ => 1,
    };
    entries.iter().map(below).sum()
}

/// Comment lines, each with a `#`.
fn comments(out: &mut String, indent: &str, lines: &[String]) {
    for line in lines {
        let printable = line.chars().map(|c| if c.is_control() { ' ' } else { c });
        let line: String = printable.collect();
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{}", format!("{indent}# {line}").trim_end());
    }
}

/// A value on one line.
fn flow(value: &Literal, language: Language) -> String {
    match value {
        Literal::Bool(b) => b.to_string(),
        Literal::Int(number) => number.to_string(),
        Literal::Float(x, _) if x.is_nan() => not_a_number(language).to_owned(),
        Literal::Float(x, _) if x.is_infinite() => {
            let sign = if *x > 0.0 { "" } else { "-" };
            format!("{sign}{}", infinity(language))
        }
        Literal::Float(x, precision) => float(*x, *precision),
        Literal::Str(text) => language.text(text),
        Literal::List(items) => {
            let items: Vec<_> = items.iter().map(|item| flow(item, language)).collect();
            format!("[{}]", items.join(", "))
        }
        Literal::Table(entries) | Literal::Record(entries) if entries.is_empty() => "{}".to_owned(),
        Literal::Table(entries) | Literal::Record(entries) => {
            let pair = |entry: &Entry| {
                let (key, value) = (language.key(&entry.key), flow(&entry.value, language));
                format!("{key}{}{value}", language.separator())
            };
            let pairs: Vec<_> = entries.iter().map(pair).collect();
            format!("{{ {} }}", pairs.join(", "))
        }
    }
}

const fn infinity(language: Language) -> &'static str {
    match language {
        Language::Toml => "inf",
        Language::Yaml => ".inf",
    }
}

const fn not_a_number(language: Language) -> &'static str {
    match language {
        Language::Toml => "nan",
        Language::Yaml => ".nan",
    }
}

/// A float as both languages write it, apart from infinity and not-a-number. Whole numbers of a
/// size that people write need no point where the key says that they are floats.
#[expect(clippy::cast_possible_truncation, reason = "the value has 32 bits")]
fn float(x: f64, precision: Precision) -> String {
    let negative_zero = x == 0.0 && x.is_sign_negative();
    if x.fract() == 0.0 && x.abs() < 1e9 && !negative_zero && precision != Precision::Open {
        return format!("{x:.0}");
    }
    match precision {
        Precision::Single => format!("{:?}", x as f32),
        Precision::Double | Precision::Open => format!("{x:?}"),
    }
}
