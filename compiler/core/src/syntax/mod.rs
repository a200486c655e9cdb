//! The text of configurations.
//!
//! In: the text of a configuration file. Out: one [`Node`] tree, the same for TOML and YAML, in
//! which every key and every value knows its bytes in the text; or the syntax errors. Never: a
//! panic, unbounded recursion or memory on hostile text, or any knowledge of what the keys mean.

mod conceal;
mod dotted;
mod inline;
mod room;
pub mod rules;
mod scalar;
mod toml;
mod yaml;

use oakc_diag::{Diagnostic, Diagnostics, FileId, Span};

pub use conceal::conceal;
pub use inline::Sample;
pub use room::{Room, TableRoom};
use rules::{DUPLICATE_KEY, SYNTAX};

/// Longest text that is read, in bytes.
pub const MAX_BYTES: usize = 16 << 20;
/// Errors reported of one file: who has more looks at the wrong file, and a thousand messages
/// would not help.
const MAX_ERRORS: usize = 100;
/// Deepest nesting of lists and tables; the root has depth 1.
const MAX_DEPTH: usize = 64;

/// The two spellings of a configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// TOML 1.1.
    Toml,
    /// YAML 1.2 with the core schema.
    Yaml,
}

impl Language {
    /// The language by the ending of a file name, in any case: `.toml`, `.yaml`, `.yml`.
    pub fn of_path(name: &str) -> Option<Self> {
        let (stem, ending) = name.rsplit_once('.')?;
        if stem.is_empty() {
            return None;
        }
        match ending.to_ascii_lowercase().as_str() {
            "toml" => Some(Self::Toml),
            "yaml" | "yml" => Some(Self::Yaml),
            _ => None,
        }
    }

    /// The name to show.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Toml => "TOML",
            Self::Yaml => "YAML",
        }
    }
}

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The bytes of the value. A string's include its quotes, those of a block of YAML text its
    /// content only, those of a list or table its brackets. A table under a TOML header has the
    /// span of that header; a table that exists only because of a dotted key has that part of
    /// the key; other YAML tables and lists reach from their first to their last character; an
    /// empty value is an empty span. What a YAML alias stands for has the span of the alias.
    pub span: Span,
    /// What it is.
    pub value: NodeValue,
}

/// What a configuration can say.
#[derive(Debug, Clone, PartialEq)]
pub enum NodeValue {
    /// `null` or nothing at all; YAML only.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number written without point and exponent.
    Int(i128),
    /// A number written with point or exponent, also a whole one.
    Float(f64),
    /// Text.
    Str(String),
    /// Values in order.
    List(Vec<Node>),
    /// Values by name.
    Table(Table),
    /// A value that a later stage could not make and has reported; whoever reads it reports
    /// nothing more. No parser makes one.
    Reported,
}

impl NodeValue {
    /// What it is, with article: "a string", "an integer".
    pub const fn describe(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "a boolean",
            Self::Int(_) => "an integer",
            Self::Float(_) => "a float",
            Self::Str(_) => "a string",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
            Self::Reported => "a broken value",
        }
    }
}

/// Values by name, each name once, in the order of the file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// The entries. In TOML a table's place is that of its own header if it has one, else that
    /// of its first mention.
    pub entries: Vec<Entry>,
}

/// One name and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The name, unquoted.
    pub key: String,
    /// The bytes of the name, quotes included.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

impl Table {
    /// The entry of that name, by looking at each.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// The value of that name.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }
}

/// Reads `text`. The root of the result is always a table. `None` means that at least one error
/// was added to `diagnostics`; as many as can be told apart are added at once.
pub fn parse(
    file: FileId,
    text: &str,
    language: Language,
    diagnostics: &mut Diagnostics,
) -> Option<Node> {
    if text.len() > MAX_BYTES {
        diagnostics.push(too_long(file, text.len()));
        return None;
    }
    let root = match language {
        Language::Toml => toml::parse(file, text, diagnostics),
        Language::Yaml => yaml::parse(file, text, diagnostics),
    }?;
    if matches!(root.value, NodeValue::Table(_)) {
        return Some(root);
    }
    let found = root.value.describe();
    diagnostics.push(
        Diagnostic::new(&SYNTAX, format!("the file contains {found}, not a table"))
            .label(root.span, "expected a table of keys and values")
            .help("start with a section such as `app:` with its keys indented below it"),
    );
    None
}

fn too_long(file: FileId, length: usize) -> Diagnostic {
    let limit = MAX_BYTES >> 20;
    Diagnostic::new(
        &SYNTAX,
        format!("the file is too long: {length} bytes, at most {limit} MiB"),
    )
    .label(Span::new(file, 0, 0), "")
    .help("a configuration is text; name models and other data by their path")
}

fn number_too_large(span: Span) -> Diagnostic {
    Diagnostic::new(&SYNTAX, "this number is too large")
        .label(span, "does not fit into any numeric type of the device")
        .help("check the number of digits, or write it as a string, in quotes")
}

fn too_deep(span: Span) -> Diagnostic {
    Diagnostic::new(
        &SYNTAX,
        format!("lists and tables are nested more than {MAX_DEPTH} deep"),
    )
    .label(span, "nested too deeply here")
    .help("nothing in an application needs such nesting: look for an unclosed bracket")
}

/// The error for a key that its table already has; `first` is unknown when the language's parser
/// could not tell.
fn duplicate_key(key: &str, first: Option<Span>, second: Span) -> Diagnostic {
    let message = format!("`{}` is written twice in one table", shorten(key));
    let diagnostic = Diagnostic::new(&DUPLICATE_KEY, message)
        .label(second, "written again here")
        .help("remove one of the two, or rename it: only one value can reach the camera");
    diagnostic.secondary(first, "first written here")
}

/// A piece of the text for a message: its beginning if it is long.
fn shorten(text: &str) -> String {
    const SHOWN: usize = 40;
    let mut characters = text.chars();
    let mut short: String = characters.by_ref().take(SHOWN).collect();
    if characters.next().is_some() {
        short.push('…');
    }
    short
}

/// A span of `text` from any offsets: moved to character boundaries and into the text.
fn clamped(file: FileId, text: &str, start: usize, end: usize) -> Span {
    let start = text.floor_char_boundary(start);
    let end = text.ceil_char_boundary(end.min(text.len()));
    Span::new(file, start, end.max(start))
}

#[cfg(test)]
mod tests;
