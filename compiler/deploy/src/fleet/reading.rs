//! The tree of a fleet file in, its cameras out. A part with a problem is reported and left out, and
//! reading goes on. Other files are read through [`Outside`].

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use oakc_core::ParamsFile;
use oakc_core::config::rules::{MISSING_KEY, MISSING_VARIABLE, UNREADABLE_FILE};
use oakc_core::config::{Document, Suggestion};
use oakc_core::syntax::{self, Entry, Language, Node, NodeValue, Sample, Table};
use oakc_core::world::ReadError;
use oakc_device::Locator;
use oakc_diag::{Diagnostic, Diagnostics, Span};

use super::{INVALID_FLEET, Member, Outside, Param};

pub(super) const SECTIONS: &[&str] = &["concurrency", "profile", "params", "groups", "cameras"];
pub(super) const GROUP: &[&str] = &["profile", "params"];
pub(super) const CAMERA: &[&str] = &["name", "address", "groups", "profile", "params"];

/// The keys of a value that is from elsewhere, and those of them that tell one.
const DECLARATION: &[&str] = &["value", "env", "file", "secret", "description"];
const SIGNS: &[&str] = &["value", "env", "file", "secret"];

/// What an application is made into, as far as a part of the file says it.
#[derive(Clone, Default)]
struct Variation {
    profile: Option<Param>,
    /// Values by name; none where the last of the files that names it has the value.
    params: BTreeMap<String, Option<Param>>,
    /// Files with values, in order.
    files: Vec<ParamsFile>,
}

impl Variation {
    /// Adds what counts before it.
    fn refine(&mut self, by: Self) {
        self.profile = by.profile.or(self.profile.take());
        self.params.extend(by.params);
        self.files.extend(by.files);
    }
}

pub(super) struct Reading<'a> {
    document: Document<'a>,
    outside: &'a dyn Outside,
    /// What counts for all.
    all: Variation,
    /// What counts for each group.
    groups: BTreeMap<String, Variation>,
    /// Where each name and each address is written first.
    taken: BTreeMap<(&'static str, String), Span>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(
        language: Language,
        outside: &'a dyn Outside,
        diagnostics: &'a mut Diagnostics,
    ) -> Self {
        Self {
            document: Document::new(language, diagnostics),
            outside,
            all: Variation::default(),
            groups: BTreeMap::new(),
            taken: BTreeMap::new(),
        }
    }

    pub(super) fn fleet(mut self, tree: &Node) -> (Option<NonZeroUsize>, Vec<Member>) {
        let Some(root) = self.document.table(tree) else {
            return (None, Vec::new());
        };
        self.document.check_keys(root, SECTIONS, "a key of a fleet");
        let concurrency = root.get("concurrency");
        let concurrency = concurrency.and_then(|node| self.concurrency(node));
        self.all = self.variation_in(root);
        if let Some(node) = root.get("groups") {
            self.read_groups(node);
        }
        let members = match root.get("cameras").map(|node| (node, &node.value)) {
            Some((_, NodeValue::List(cameras))) if !cameras.is_empty() => {
                cameras.iter().filter_map(|it| self.camera(it)).collect()
            }
            Some((node, value)) if !matches!(value, NodeValue::List(_)) => {
                self.document.wrong_type(node, "a list of cameras");
                Vec::new()
            }
            _ => {
                self.report_empty(tree.span);
                Vec::new()
            }
        };
        (concurrency, members)
    }

    fn report_empty(&mut self, root: Span) {
        self.document.report(
            Diagnostic::new(&INVALID_FLEET, "the fleet has no cameras")
                .label(Span::new(root.file, 0, 0), "no `cameras` in this file")
                .help("list at least one camera under `cameras`, with its `name` and `address`"),
        );
    }

    fn concurrency(&mut self, node: &Node) -> Option<NonZeroUsize> {
        let number = match node.value {
            NodeValue::Int(number) => usize::try_from(number).ok().and_then(NonZeroUsize::new),
            _ => None,
        };
        if number.is_none() {
            self.document.wrong_type(node, "a positive integer");
        }
        number
    }

    fn read_groups(&mut self, node: &Node) {
        let Some(groups) = self.document.table(node) else {
            return;
        };
        for group in &groups.entries {
            let table = self.document.table(&group.value);
            let variation = table.map(|table| {
                self.document.check_keys(table, GROUP, "a key of a group");
                self.variation_in(table)
            });
            self.groups
                .insert(group.key.clone(), variation.unwrap_or_default());
        }
    }

    /// The `profile` and the `params` in a table.
    fn variation_in(&mut self, table: &Table) -> Variation {
        let profile = table.get("profile").and_then(|node| {
            let value = self.document.value::<String>(node)?;
            Some(Param {
                value,
                span: node.span,
            })
        });
        let mut variation = Variation {
            profile,
            ..Variation::default()
        };
        match table.get("params") {
            Some(Node {
                value: NodeValue::List(items),
                ..
            }) => items.iter().for_each(|it| self.params(it, &mut variation)),
            Some(params) => self.params(params, &mut variation),
            None => {}
        }
        variation
    }

    /// Values: a table of them, or the path of a file.
    fn params(&mut self, node: &Node, variation: &mut Variation) {
        match &node.value {
            NodeValue::Table(table) => {
                let params = table.entries.iter().filter_map(|entry| self.param(entry));
                variation
                    .params
                    .extend(params.map(|(name, param)| (name, Some(param))));
            }
            NodeValue::Str(path) => {
                let Some(file) = self.file(path, node.span) else {
                    return;
                };
                let names = names(&file, node.span).into_iter();
                variation.params.extend(names.map(|name| (name, None)));
                variation.files.push(file);
            }
            _ => {
                let expected =
                    "a table of values, the path of a file with values, or a list of these";
                self.document.wrong_type(node, expected);
            }
        }
    }

    /// A file with values.
    fn file(&mut self, path: &str, place: Span) -> Option<ParamsFile> {
        let Some(language) = Language::of_path(path) else {
            self.document.report(
                Diagnostic::new(
                    &UNREADABLE_FILE,
                    format!("`{path}` is not a file with values"),
                )
                .label(place, "named here")
                .help("its name must end in .toml, .yaml or .yml"),
            );
            return None;
        };
        Some(ParamsFile {
            name: self.outside.shown(path),
            folder: self.outside.folder(path),
            text: self.text(path, place)?.into(),
            language,
        })
    }

    fn text(&mut self, path: &str, place: Span) -> Option<String> {
        let read = self.outside.read(path).and_then(|bytes| {
            let text = String::from_utf8(bytes.to_vec());
            text.map_err(|_| ReadError::Refused("it is not UTF-8 text".to_owned()))
        });
        match read {
            Ok(text) => Some(text),
            Err(error) => {
                let message = format!("`{path}` cannot be read: {error}");
                self.document.report(
                    Diagnostic::new(&UNREADABLE_FILE, message)
                        .label(place, "named here")
                        .help("paths are relative to the file that they are written in"),
                );
                None
            }
        }
    }

    fn param(&mut self, entry: &Entry) -> Option<(String, Param)> {
        let value = match &entry.value.value {
            NodeValue::Table(table) if is_declaration(table) => self.declared(&entry.key, table)?,
            NodeValue::Null | NodeValue::Reported => {
                self.document.wrong_type(&entry.value, "a value");
                return None;
            }
            value => written(value),
        };
        let span = entry.key_span;
        Some((entry.key.clone(), Param { value, span }))
    }

    /// The value of a declaration, `{ value | env | file }`.
    fn declared(&mut self, name: &str, table: &Table) -> Option<String> {
        self.document
            .check_keys(table, DECLARATION, "a key of a parameter");
        if let Some(secret) = table.entry("secret") {
            self.document.report(
                Diagnostic::new(
                    &INVALID_FLEET,
                    format!("the application says whether `{name}` is a secret, not the fleet"),
                )
                .label(secret.key_span, "said here")
                .help("say it under `params` of the application"),
            );
        }
        if let Some(node) = table.get("env") {
            let variable = self.document.value::<String>(node)?;
            return self.variable(name, &variable, node.span);
        }
        if let Some(node) = table.get("file") {
            let path = self.document.value::<String>(node)?;
            let text = self.text(&path, node.span)?;
            return Some(text.trim_end_matches(['\n', '\r']).to_owned());
        }
        table.get("value").map(|node| written(&node.value))
    }

    fn variable(&mut self, name: &str, variable: &str, place: Span) -> Option<String> {
        let value = self.outside.variable(variable);
        if value.is_none() {
            let message = format!("the environment variable `{variable}` is not set");
            self.document.report(
                Diagnostic::new(&MISSING_VARIABLE, message)
                    .label(place, format!("`{name}` is read from it"))
                    .help("set it"),
            );
        }
        value
    }

    fn camera(&mut self, node: &Node) -> Option<Member> {
        let table = self.document.table(node)?;
        self.document.check_keys(table, CAMERA, "a key of a camera");
        let name = self.required(table, "name", node.span);
        let address = self.required(table, "address", node.span);
        let locator = address.and_then(|(text, span)| self.locator(&text, span));
        let groups = table.get("groups");
        let groups = groups.map_or(Vec::new(), |node| self.groups_of(node));
        let mut variation = self.all.clone();
        for group in &groups {
            variation.refine(self.groups.get(group).cloned().unwrap_or_default());
        }
        variation.refine(self.variation_in(table));
        let (name, span) = name?;
        self.refuse_twice("name", &name, span);
        Some(Member {
            name,
            span,
            locator: locator?,
            groups,
            profile: variation.profile,
            params: variation
                .params
                .into_iter()
                .filter_map(|(name, param)| Some((name, param?)))
                .collect(),
            files: variation.files,
        })
    }

    fn required(&mut self, table: &Table, key: &str, camera: Span) -> Option<(String, Span)> {
        let Some(entry) = table.entry(key) else {
            self.document.report(
                Diagnostic::new(&MISSING_KEY, format!("this camera has no `{key}`"))
                    .label(camera, format!("`{key}` is missing here")),
            );
            return None;
        };
        let text = self.document.value::<String>(&entry.value)?;
        Some((text, entry.value.span))
    }

    fn locator(&mut self, text: &str, span: Span) -> Option<Locator> {
        match text.parse::<Locator>() {
            Ok(locator) => {
                self.refuse_twice("address", &locator.to_string(), span);
                Some(locator)
            }
            Err(error) => {
                let kinds = "an IPv4 address, a USB path as in `usb:1.2.3`, or an MXID";
                self.document.report(
                    Diagnostic::new(&INVALID_FLEET, error.to_string())
                        .label(span, format!("expected {kinds}")),
                );
                None
            }
        }
    }

    fn groups_of(&mut self, node: &Node) -> Vec<String> {
        let groups = self.document.value::<Vec<String>>(node);
        let groups = groups.unwrap_or_default();
        if let NodeValue::List(items) = &node.value {
            for (group, item) in groups.iter().zip(items) {
                self.check_group(group, item.span);
            }
        }
        groups
    }

    fn check_group(&mut self, group: &str, span: Span) {
        if self.groups.contains_key(group) {
            return;
        }
        let known = self.groups.keys().map(String::as_str);
        let suggestion = Suggestion::of(group, known);
        let diagnostic = Diagnostic::new(&INVALID_FLEET, format!("there is no group `{group}`"))
            .label(span, "unknown group");
        let diagnostic = if suggestion.is_none() {
            let table = self.document.language().table(&["groups", group]);
            diagnostic.help(format!("declare it: {table}"))
        } else {
            suggestion.quoted_at(diagnostic, span)
        };
        self.document.report(diagnostic);
    }

    fn refuse_twice(&mut self, what: &'static str, value: &str, span: Span) {
        let key = (what, value.to_owned());
        let Some(first) = self.taken.get(&key).copied() else {
            self.taken.insert(key, span);
            return;
        };
        self.document.report(
            Diagnostic::new(
                &INVALID_FLEET,
                format!("two cameras have the same {what}, `{value}`"),
            )
            .label(span, "again here")
            .secondary(first, "first here"),
        );
    }
}

/// Where values of parameters are written.
pub(super) fn values(node: &Node) -> Vec<Span> {
    let parts: Vec<(&str, &Node)> = match &node.value {
        NodeValue::List(items) => items.iter().map(|item| ("", item)).collect(),
        NodeValue::Table(table) => {
            let entries = table.entries.iter();
            entries
                .map(|entry| (entry.key.as_str(), &entry.value))
                .collect()
        }
        _ => Vec::new(),
    };
    let places = parts.into_iter().flat_map(|(key, part)| match key {
        "params" => leaves(part),
        _ => values(part),
    });
    places.collect()
}

/// Where values stand, which are in tables; a text beside them is the path of a file.
fn leaves(node: &Node) -> Vec<Span> {
    match &node.value {
        NodeValue::List(items) => items.iter().flat_map(leaves).collect(),
        NodeValue::Table(table) => {
            let values = table.entries.iter().map(|entry| &entry.value);
            let values = values.filter_map(|node| match &node.value {
                NodeValue::Table(inner) if is_declaration(inner) => inner.get("value"),
                _ => Some(node),
            });
            values.map(|node| node.span).collect()
        }
        _ => Vec::new(),
    }
}

fn is_declaration(table: &Table) -> bool {
    let keys = table.entries.iter().map(|entry| entry.key.as_str());
    keys.into_iter().any(|key| SIGNS.contains(&key))
}

/// The names of the values in a file; what is wrong with it is reported with the application.
fn names(file: &ParamsFile, place: Span) -> Vec<String> {
    let found = &mut Diagnostics::new();
    let tree = syntax::parse(place.file, &file.text, file.language, found);
    match tree.map(|tree| tree.value) {
        Some(NodeValue::Table(table)) => table.entries.into_iter().map(|it| it.key).collect(),
        _ => Vec::new(),
    }
}

/// A value as `--set` takes it.
fn written(value: &NodeValue) -> String {
    match value {
        NodeValue::Str(text) => text.clone(),
        NodeValue::List(_) | NodeValue::Table(_) => {
            let text = Language::Toml.value(sample(value));
            text.trim_matches('`').to_owned()
        }
        plain => plain_text(plain),
    }
}

fn sample(value: &NodeValue) -> Sample {
    match value {
        NodeValue::Str(text) => Sample::Text(text.clone()),
        NodeValue::List(items) => {
            Sample::List(items.iter().map(|item| sample(&item.value)).collect())
        }
        NodeValue::Table(table) => {
            let entries = table.entries.iter();
            let entries = entries.map(|entry| (entry.key.clone(), sample(&entry.value.value)));
            Sample::Table(entries.collect())
        }
        plain => Sample::Word(plain_text(plain)),
    }
}

fn plain_text(value: &NodeValue) -> String {
    match value {
        NodeValue::Int(number) => number.to_string(),
        NodeValue::Float(number) => format!("{number:?}"),
        NodeValue::Bool(flag) => flag.to_string(),
        _ => String::new(),
    }
}
