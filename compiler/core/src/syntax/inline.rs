//! Pieces of configuration on one line, as messages and generated files show them.
//!
//! In: keys and values. Out: their text in the language of a file. Never: TOML for somebody who writes
//! YAML, or a word without quotes that would be read as something else.

use std::fmt::Write as _;

use super::Language;

/// A value to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sample {
    /// As it is: a number, `true`, or the name of what is to be filled in.
    Word(String),
    /// Text; in quotes where the language needs them.
    Text(String),
    /// Values in order.
    List(Vec<Self>),
    /// Keys and values in order.
    Table(Vec<(String, Self)>),
}

impl Sample {
    /// What is shown as it is.
    pub fn word(word: impl Into<String>) -> Self {
        Self::Word(word.into())
    }

    /// A table of these entries.
    pub fn table<const N: usize>(entries: [(&str, Self); N]) -> Self {
        Self::Table(entries.map(|(key, value)| (key.to_owned(), value)).into())
    }
}

macro_rules! words {
    ($($type:ty),*) => { $(
        impl From<$type> for Sample {
            fn from(value: $type) -> Self {
                Self::Word(value.to_string())
            }
        }
    )* };
}

words!(bool, i32, i64, u32, u64, usize, f32, f64);

impl From<&str> for Sample {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Sample {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl<T: Into<Self>, const N: usize> From<[T; N]> for Sample {
    fn from(items: [T; N]) -> Self {
        Self::List(items.map(Into::into).into())
    }
}

impl Language {
    /// An entry of a table, in backticks: `` `fps = 30` `` or `` `fps: 30` ``. The key is shown as it is.
    pub fn setting(self, key: &str, value: impl Into<Sample>) -> String {
        let value = self.sample(&value.into());
        format!("`{key}{}{value}`", self.separator())
    }

    /// A value, in backticks.
    pub fn value(self, value: impl Into<Sample>) -> String {
        format!("`{}`", self.sample(&value.into()))
    }

    /// A section or table, in backticks: `` `[nodes.cam]` `` or `` `nodes.cam` ``.
    pub fn table(self, path: &[&str]) -> String {
        let names: Vec<_> = path.iter().map(|name| self.key(name)).collect();
        let path = names.join(".");
        match self {
            Self::Toml => format!("`[{path}]`"),
            Self::Yaml => format!("`{path}`"),
        }
    }

    /// What stands between a key and its value.
    pub const fn separator(self) -> &'static str {
        match self {
            Self::Toml => " = ",
            Self::Yaml => ": ",
        }
    }

    /// A name as a key: in quotes where it has characters that a plain key must not have. A dot in a
    /// plain key would split it.
    pub fn key(self, name: &str) -> String {
        let is_plain = match self {
            Self::Toml => is_bare(name),
            Self::Yaml => is_plain(name) && !name.contains('.') || is_number(name),
        };
        if is_plain {
            name.to_owned()
        } else {
            quoted(name)
        }
    }

    /// Text as a value.
    pub fn text(self, text: &str) -> String {
        if self == Self::Yaml && is_plain(text) {
            text.to_owned()
        } else {
            quoted(text)
        }
    }

    fn sample(self, value: &Sample) -> String {
        match value {
            Sample::Word(word) => word.clone(),
            Sample::Text(text) => self.text(text),
            Sample::List(items) => {
                let items: Vec<_> = items.iter().map(|item| self.sample(item)).collect();
                format!("[{}]", items.join(", "))
            }
            Sample::Table(entries) => {
                let pair = |(key, value): &(String, Sample)| {
                    format!(
                        "{}{}{}",
                        self.key(key),
                        self.separator(),
                        self.sample(value)
                    )
                };
                let pairs: Vec<_> = entries.iter().map(pair).collect();
                format!("{{ {} }}", pairs.join(", "))
            }
        }
    }
}

/// Text in double quotes, with the escapes that both languages have.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_invisible(c) => {
                // Writing to a String cannot fail.
                let _ = match u32::from(c) {
                    short @ ..=0xFFFF => write!(out, "\\u{short:04X}"),
                    long => write!(out, "\\U{long:08X}"),
                };
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Characters that an editor does not show, that reorder a line, that YAML takes for a line end, or that
/// mean nothing to others.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}'
            | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}' | '\u{F0000}'..)
}

/// Whether TOML takes this as a key without quotes.
fn is_bare(name: &str) -> bool {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    !name.is_empty() && name.chars().all(is_bare)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.len() < 6 && text.chars().all(|c| c.is_ascii_digit())
}

/// Whether YAML, of any version, reads this as the text it is without quotes.
fn is_plain(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "true", "false", "null", "yes", "no", "on", "off", "inf", "nan",
    ];
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '/');
    let digits = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let starts_well = match digits.chars().next() {
        // `1080p`: digits followed by letters only are not a number in any notation.
        Some(c) if digits.len() < text.len() => {
            c.is_ascii_alphabetic() && digits.chars().all(|c| c.is_ascii_alphabetic())
        }
        Some(c) => c.is_ascii_alphabetic() || c == '_',
        None => false,
    };
    starts_well
        && text.chars().all(is_word)
        && !WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_writes_what_it_reads() {
        let [toml, yaml] = [Language::Toml, Language::Yaml];
        assert_eq!(toml.setting("fps", 30.5), "`fps = 30.5`");
        assert_eq!(yaml.setting("fps", 30.5), "`fps: 30.5`");
        assert_eq!(
            toml.setting("processor", "LEON_CSS"),
            "`processor = \"LEON_CSS\"`"
        );
        assert_eq!(
            yaml.setting("processor", "LEON_CSS"),
            "`processor: LEON_CSS`"
        );
        assert_eq!(yaml.setting("path", "….blob"), "`path: \"….blob\"`");
        let queue = || Sample::table([("from", "…".into()), ("size", [1, 2].into())]);
        assert_eq!(toml.value(queue()), "`{ from = \"…\", size = [1, 2] }`");
        assert_eq!(yaml.value(queue()), "`{ from: \"…\", size: [1, 2] }`");
        assert_eq!(toml.table(&["nodes", "käm"]), "`[nodes.\"käm\"]`");
        assert_eq!(yaml.table(&["nodes", "left.cam"]), "`nodes.\"left.cam\"`");
    }
}
