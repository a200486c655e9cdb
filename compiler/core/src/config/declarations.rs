//! What `[params]` and files of parameters declare.
//!
//! In: an entry: a value, or a table `{ value | env | file, secret, description }`. Out: the value and
//! whether it is a secret. Never: a value of a secret in a diagnostic.

use std::collections::BTreeMap;
use std::sync::Arc;

use oakc_diag::{Diagnostic, Diagnostics, Span};

use super::files::unreadable;
use super::params::Outside;
use super::{Document, rules};
use crate::compose::{Parts, beside};
use crate::syntax::{self, Entry, Language, Node, NodeValue, Table};
use crate::world::{ReadError, World};

/// The keys of a declaration that is more than a value.
const KEYS: &[&str] = &["value", "env", "file", "secret", "description"];

/// One of these makes a table a declaration.
const SIGNS: &[&str] = &["value", "env", "file", "secret"];

/// A secret is at least this long: a shorter one could not be hidden in a text.
const SHORTEST_SECRET: usize = 4;

/// Parameters whose names contain one of these words are secrets, unless they say otherwise.
const SECRET_WORDS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "credential",
    "apikey",
    "api_key",
    "private_key",
];

/// Whether the name of a parameter says that it is a secret.
pub fn sounds_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    SECRET_WORDS.iter().any(|word| name.contains(word))
}

/// A parameter as one file declares it.
#[derive(Clone, Debug)]
pub(super) struct Declaration {
    /// Its name, and where it stands; the value is the one that is written, or read from where it is.
    pub(super) entry: Entry,
    /// Whether it is a secret, if that is said.
    pub(super) secret: Option<bool>,
    /// What the value is like, whoever sets it; nothing where only its source is known.
    pub(super) has_type: bool,
    /// Where the value is written, if it is written in the file.
    pub(super) literal: Option<Span>,
    source: Option<ValueSource>,
}

/// Where a value is read from.
#[derive(Clone, Debug)]
struct ValueSource {
    kind: SourceKind,
    name: String,
    place: Span,
    /// Whether there is a value for when it is not there.
    optional: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SourceKind {
    Environment,
    File,
}

/// Reads declarations.
pub(super) struct Declarations<'a> {
    pub(super) language: Language,
    pub(super) world: &'a dyn World,
    pub(super) parts: &'a Parts,
    pub(super) outside: Outside<'a>,
    /// Files with values that are not secret, by their paths.
    pub(super) files: BTreeMap<String, Arc<[u8]>>,
}

impl Declarations<'_> {
    /// What an entry declares; where its value comes from elsewhere, that is not looked at yet.
    pub(super) fn declared(&self, entry: &Entry, diagnostics: &mut Diagnostics) -> Declaration {
        let plain = Declaration {
            entry: entry.clone(),
            secret: None,
            has_type: true,
            literal: Some(entry.value.span),
            source: None,
        };
        match &entry.value.value {
            NodeValue::Table(table) if is_declaration(table) => {
                self.table(entry, table, diagnostics)
            }
            _ => plain,
        }
    }

    fn table(&self, entry: &Entry, table: &Table, found: &mut Diagnostics) -> Declaration {
        let place = entry.value.span;
        let mut document = Document::new(self.language, found);
        document.check_keys(table, KEYS, "a key of a parameter");
        if let Some(node) = table.get("description") {
            document.value::<String>(node);
        }
        let secret = table
            .get("secret")
            .and_then(|it| document.value::<bool>(it));
        let mut sources = Vec::new();
        for (key, kind) in [("env", SourceKind::Environment), ("file", SourceKind::File)] {
            if let Some(node) = table.get(key)
                && let Some(name) = document.value::<String>(node)
            {
                sources.push(ValueSource {
                    kind,
                    name,
                    place: node.span,
                    optional: table.get("value").is_some(),
                });
            }
        }
        if let [_, second, ..] = sources.as_slice() {
            let diagnostic = Diagnostic::new(
                &rules::REFUSED_VALUE,
                format!("parameter `{}` has two sources", entry.key),
            );
            let diagnostic = diagnostic.label(second.place, "the second one");
            document.report(diagnostic.help("keep `env` or `file`"));
        }
        let value = table.get("value").cloned();
        Declaration {
            entry: Entry {
                value: value.clone().unwrap_or(Node {
                    span: place,
                    value: NodeValue::Null,
                }),
                ..entry.clone()
            },
            secret,
            has_type: value.is_some(),
            literal: value.map(|value| value.span),
            source: sources.into_iter().next(),
        }
    }

    /// The declaration with its value, read from where that is.
    pub(super) fn with_value(
        &mut self,
        mut declaration: Declaration,
        diagnostics: &mut Diagnostics,
    ) -> Declaration {
        let name = declaration.entry.key.clone();
        let Some(source) = declaration.source.take() else {
            if !declaration.has_type {
                declaration.entry.value.value = NodeValue::Reported;
                diagnostics.push(without_value(&name, declaration.entry.key_span));
            }
            return declaration;
        };
        let secret = declaration.secret.unwrap_or(sounds_secret(&name));
        let text = match source.kind {
            SourceKind::Environment => self.variable(&name, &source, diagnostics),
            SourceKind::File => self.file(&source, secret, diagnostics),
        };
        let value = &mut declaration.entry.value;
        match text {
            Ok(text) if declaration.has_type => {
                match typed(&value.value, &text, source.place) {
                    Some(typed) => value.value = typed,
                    None => {
                        let wanted = value.value.describe();
                        let message = format!("the value of `{name}` is not {wanted}");
                        diagnostics.push(
                            Diagnostic::new(&rules::WRONG_TYPE, message)
                                .label(source.place, "read from here")
                                .secondary(value.span, format!("its value here is {wanted}")),
                        );
                        value.value = NodeValue::Reported;
                    }
                }
                value.span = source.place;
            }
            Ok(text) => {
                value.value = NodeValue::Str(text);
                value.span = source.place;
            }
            Err(Reported) if !declaration.has_type => value.value = NodeValue::Reported,
            Err(Reported) => {}
        }
        declaration
    }

    fn variable(
        &self,
        name: &str,
        source: &ValueSource,
        diagnostics: &mut Diagnostics,
    ) -> Result<String, Reported> {
        let variable = &source.name;
        if let Some(text) = self.world.variable(variable) {
            return Ok(text);
        }
        if !source.optional {
            diagnostics.push(
                Diagnostic::new(
                    &rules::MISSING_VARIABLE,
                    format!("the environment variable `{variable}` is not set"),
                )
                .label(source.place, format!("`{name}` is read from it"))
                .help("set it, give the parameter a `value` for when it is not set, or pass the parameter from outside"),
            );
        }
        Err(Reported)
    }

    fn file(
        &mut self,
        source: &ValueSource,
        secret: bool,
        diagnostics: &mut Diagnostics,
    ) -> Result<String, Reported> {
        let path = self.path(source);
        let is_outside = self.parts.file(source.place).is_none();
        let text = self.world.read(&path).and_then(|bytes| {
            let text = std::str::from_utf8(&bytes).map(str::to_owned);
            let text = text.map_err(|_| ReadError::Refused("it is not UTF-8 text".to_owned()))?;
            Ok((bytes, text))
        });
        match text {
            Ok((bytes, text)) => {
                // No digest of a secret goes into a lock, and nothing that is another one at each site.
                if !secret && !is_outside {
                    self.files.insert(path, bytes);
                }
                Ok(text.trim_end_matches(['\n', '\r']).to_owned())
            }
            Err(ReadError::NotFound) if source.optional => Err(Reported),
            Err(error) => {
                let shared = path != source.name;
                diagnostics.push(unreadable(&source.name, source.place, &error, shared));
                Err(Reported)
            }
        }
    }
}

impl Declarations<'_> {
    /// The path of a file as seen from the application: it is named relative to the file that names it.
    fn path(&self, source: &ValueSource) -> String {
        if let Some(file) = self.parts.file(source.place) {
            return beside(&file.path, &source.name);
        }
        let files = self.outside.files.iter().zip(self.outside.folders);
        let mut folders = files.filter(|(file, _)| file.span.file == source.place.file);
        match folders.next() {
            Some((_, folder)) if !folder.is_empty() => beside(&format!("{folder}/"), &source.name),
            _ => source.name.clone(),
        }
    }
}

/// What is wrong was reported, or there is another value.
struct Reported;

fn is_declaration(table: &Table) -> bool {
    let keys = table.entries.iter().map(|entry| entry.key.as_str());
    keys.into_iter().any(|key| SIGNS.contains(&key))
}

fn without_value(name: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        &rules::MISSING_KEY,
        format!("parameter `{name}` has no value"),
    )
    .label(place, "declared without `value`, `env` or `file`")
    .help("give it one, or pass it from outside")
}

/// Text as a value of the same type as another one; `None` where it is none of that type. Lists and tables are written as
/// in TOML or YAML; what is in them stands at `place`.
pub(super) fn typed(like: &NodeValue, text: &str, place: Span) -> Option<NodeValue> {
    match like {
        NodeValue::List(_) | NodeValue::Table(_) => {
            let value = flow(text, place)?;
            (std::mem::discriminant(&value) == std::mem::discriminant(like)).then_some(value)
        }
        NodeValue::Bool(_) => text.parse().ok().map(NodeValue::Bool),
        NodeValue::Int(_) => text.parse().ok().map(NodeValue::Int),
        NodeValue::Float(_) => text.parse().ok().map(NodeValue::Float),
        _ => Some(NodeValue::Str(text.to_owned())),
    }
}

/// A value on one line.
fn flow(text: &str, place: Span) -> Option<NodeValue> {
    const KEY: &str = "value";
    let languages = [Language::Toml, Language::Yaml].into_iter();
    let mut trees = languages.filter_map(|language| {
        let written = format!("{KEY}{}{text}", language.separator());
        syntax::parse(place.file, &written, language, &mut Diagnostics::new())
    });
    let NodeValue::Table(root) = trees.next()?.value else {
        return None;
    };
    let [entry] = <[Entry; 1]>::try_from(root.entries).ok()?;
    let mut value = entry.value;
    stand_at(&mut value, place);
    (entry.key == KEY).then_some(value.value)
}

/// Lets a value and what is in it stand at a place.
fn stand_at(node: &mut Node, place: Span) {
    node.span = place;
    match &mut node.value {
        NodeValue::List(items) => items.iter_mut().for_each(|item| stand_at(item, place)),
        NodeValue::Table(table) => {
            for entry in &mut table.entries {
                entry.key_span = place;
                stand_at(&mut entry.value, place);
            }
        }
        _ => {}
    }
}

/// The text of a secret, or what keeps its value from being one.
pub(super) fn secret_text(value: &NodeValue) -> Result<String, &'static str> {
    let text = match value {
        NodeValue::Str(text) => text.clone(),
        NodeValue::Int(number) => number.to_string(),
        NodeValue::Float(number) => number.to_string(),
        NodeValue::Reported => return Ok(String::new()),
        _ => return Err("a secret is a string or a number"),
    };
    if text.chars().count() < SHORTEST_SECRET {
        return Err("a secret has at least four characters: a shorter one cannot be hidden");
    }
    Ok(text)
}
