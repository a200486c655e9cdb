//! A resolved application for people and programs.
//!
//! In: the application with its parameters substituted, and the texts that it is from. Out: one file in
//! TOML or YAML that says the same, with the origin of each value as a comment, or all of it as JSON.
//! Never: a value without the place where it is written.

mod json;
mod text;

use oakc_core::config::Resolved;
use oakc_core::syntax::{Language, Node, NodeValue, Table};
use oakc_diag::{HIDDEN, SourceMap, Span};
use serde_json::Value;

/// Shows a resolved application.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    resolved: &'a Resolved,
    sources: &'a SourceMap,
}

/// Where something is written.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    file: String,
    line: usize,
    column: usize,
    /// The profile that it is part of.
    profile: Option<String>,
}

/// Where a value is from.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Origin {
    place: Option<Place>,
    /// The parameter that it is of, and where that is set.
    param: Option<(String, Option<Place>)>,
}

impl<'a> Shown<'a> {
    /// An application that was read together with these texts.
    pub fn new(resolved: &'a Resolved, sources: &'a SourceMap) -> Self {
        Self { resolved, sources }
    }

    /// One file that says the same, with the origin of each value behind it.
    pub fn text(&self, language: Language) -> String {
        text::write(self, language)
    }

    /// The application, and the origin of each value by its path.
    pub fn json(&self) -> Value {
        json::write(self)
    }

    /// The tree with the values of parameters.
    fn tree(&self) -> Table {
        let NodeValue::Table(mut root) = self.resolved.tree.value.clone() else {
            return Table::default();
        };
        let params = root.entries.iter_mut().find(|entry| entry.key == "params");
        if let Some(NodeValue::Table(params)) = params.map(|entry| &mut entry.value.value) {
            for entry in &mut params.entries {
                if self.resolved.secrets.contains_key(&entry.key) {
                    entry.value.value = NodeValue::Str(HIDDEN.to_owned());
                } else if let Some(value) = self.resolved.params.get(&entry.key) {
                    entry.value.value = value.clone();
                }
            }
        }
        if !self.resolved.secrets.is_empty() {
            self.mask(&mut root);
        }
        root
    }

    /// Takes the values of secrets out of all texts.
    fn mask(&self, table: &mut Table) {
        let values = table.entries.iter_mut().map(|entry| &mut entry.value.value);
        values.for_each(|value| self.mask_value(value));
    }

    fn mask_value(&self, value: &mut NodeValue) {
        match value {
            NodeValue::Str(text) => *text = self.resolved.masked(text),
            NodeValue::Int(number) => {
                let text = number.to_string();
                if self.resolved.masked(&text) != text {
                    *value = NodeValue::Str(HIDDEN.to_owned());
                }
            }
            NodeValue::List(items) => {
                for item in items {
                    self.mask_value(&mut item.value);
                }
            }
            NodeValue::Table(table) => self.mask(table),
            _ => {}
        }
    }

    /// Where the value at a path is from.
    fn origin(&self, path: &[&str], value: &Node) -> Origin {
        if let ["params", name] = path {
            return Origin {
                place: self.place(self.resolved.place_of_param(name)),
                param: None,
            };
        }
        let origin = self.resolved.origin(value);
        let param = origin.param;
        Origin {
            place: self.place(Some(origin.place)),
            param: param.map(|(name, place)| (name.to_owned(), self.place(place))),
        }
    }

    fn place(&self, span: Option<Span>) -> Option<Place> {
        let span = span?;
        let file = self.sources.get(span.file)?;
        let start = file.position(span.start);
        let parts = &self.resolved.parts;
        let profile = parts.profile.clone();
        Some(Place {
            file: file.name().to_owned(),
            line: start.line,
            column: start.column,
            profile: profile.filter(|_| parts.is_in_profile(span)),
        })
    }
}
