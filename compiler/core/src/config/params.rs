//! Parameters: `${name}` in any string stands for a value of `[params]` or of `--set`.
//!
//! A string that is nothing but `"${name}"` takes the parameter's value with its type, so
//! `fps = "${fps}"` works; inside a longer string the value is written out. `$${` is a plain `${`.
//! Parameters may refer to each other, not in a circle. Keys are never substituted.

mod origins;
mod pieces;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use oakc_diag::{Diagnostic, Diagnostics, HIDDEN, Span};

use super::declarations::{Declaration, Declarations, secret_text, sounds_secret, typed};
use super::rules;
use super::suggest::Suggestion;
use crate::Override;
use crate::syntax::{Entry, Language, Node, NodeValue, Table};
pub(super) use origins::{Origins, from_outside};
pub(super) use pieces::places;
use pieces::{Piece, pieces, references};

/// A configuration whose strings grow beyond this by substitution is refused: parameters that
/// double each other would otherwise fill the memory.
pub(super) const MAX_SUBSTITUTED_BYTES: usize = 64 << 20;

/// Longest chain of parameters that refer to the next.
const MAX_CHAIN: usize = 64;

/// A configuration without parameters.
pub(super) struct Substituted {
    /// Its tree.
    pub(super) tree: Node,
    /// The values by name.
    pub(super) params: BTreeMap<String, NodeValue>,
    /// Where the values come from.
    pub(super) origins: Origins,
    /// Those that are secrets: their names, and the texts of their values.
    pub(super) secrets: BTreeMap<String, String>,
    /// Where values of secrets are written.
    pub(super) secret_places: Vec<Span>,
    /// Files with values, by their paths; none with a secret.
    pub(super) files: BTreeMap<String, Arc<[u8]>>,
}

/// What values come from outside of an application.
#[derive(Clone, Copy, Debug, Default)]
pub struct Outside<'a> {
    /// The trees of files with values, in order; a later one wins.
    pub files: &'a [Node],
    /// The folders that files which they name are looked for in.
    pub folders: &'a [String],
    /// Single values, in order; they win over those of files.
    pub overrides: &'a [Override],
}

/// Replaces all parameters in `tree`.
pub(super) fn substitute(
    mut tree: Node,
    mut declarations: Declarations<'_>,
    outside: Outside<'_>,
    diagnostics: &mut Diagnostics,
) -> Substituted {
    let language = declarations.language;
    let given = given(outside.files, &declarations, diagnostics);
    let mut literals: Literals = given.iter().filter_map(literal).collect();
    let (declared, secrets) = declared(
        &tree,
        &given,
        outside,
        &mut declarations,
        &mut literals,
        diagnostics,
    );
    let mut params = Params {
        language,
        values: BTreeMap::new(),
        places: declared
            .iter()
            .map(|(name, e)| (name.clone(), Some(e.value.span)))
            .collect(),
        origins: Origins::default(),
        written: 0,
        diagnostics,
    };
    params.take_files(&declared, given, &mut declarations);
    params.override_all(&declared, outside.overrides, tree.span);
    params.resolve_all(&declared);
    literals.retain(|(name, _)| secrets.contains_key(name));
    let secret_places = literals.into_iter().map(|(_, place)| place).collect();
    let secrets = params.secret_texts(secrets);
    if let NodeValue::Table(root) = &mut tree.value {
        for entry in &mut root.entries {
            if entry.key != "params" {
                params.node(&mut entry.value);
            }
        }
    }
    params.origins.set = params.places;
    Substituted {
        tree,
        params: params.values,
        origins: params.origins,
        secrets,
        secret_places,
        files: declarations.files,
    }
}

/// The entries of `[params]` by name.
type Declared = BTreeMap<String, Entry>;

/// Where values are written, by the names of their parameters.
type Literals = Vec<(String, Span)>;

/// Which parameters are secrets, and whether that is said or follows from the name.
type SecretNames = BTreeMap<String, bool>;

fn literal(declaration: &Declaration) -> Option<(String, Span)> {
    Some((declaration.entry.key.clone(), declaration.literal?))
}

/// What the files of values declare, in order.
fn given(
    files: &[Node],
    declarations: &Declarations<'_>,
    diagnostics: &mut Diagnostics,
) -> Vec<Declaration> {
    let tables = files.iter().filter_map(|file| match &file.value {
        NodeValue::Table(table) => Some(table),
        _ => None,
    });
    let entries = tables.flat_map(|table| &table.entries);
    entries
        .map(|entry| declarations.declared(entry, diagnostics))
        .collect()
}

/// What the application declares, and the names of what is secret. A value from elsewhere is not fetched
/// where another one is given.
fn declared(
    tree: &Node,
    given: &[Declaration],
    outside: Outside<'_>,
    declarations: &mut Declarations<'_>,
    literals: &mut Literals,
    diagnostics: &mut Diagnostics,
) -> (Declared, SecretNames) {
    let (mut declared, mut secrets) = (Declared::new(), SecretNames::new());
    let NodeValue::Table(root) = &tree.value else {
        return (declared, secrets);
    };
    let Some(NodeValue::Table(table)) = root.get("params").map(|node| &node.value) else {
        return (declared, secrets);
    };
    let names = given.iter().map(|it| it.entry.key.as_str());
    let names = names.chain(outside.overrides.iter().map(|it| it.name.as_str()));
    let replaced: BTreeSet<&str> = names.collect();
    let said = given
        .iter()
        .filter_map(|it| Some((&it.entry.key, it.secret?)));
    let said: BTreeMap<_, _> = said.collect();
    for entry in &table.entries {
        let mut declaration = declarations.declared(entry, diagnostics);
        literals.extend(literal(&declaration));
        if !replaced.contains(entry.key.as_str()) {
            declaration = declarations.with_value(declaration, diagnostics);
        }
        let secret = said.get(&entry.key).copied().or(declaration.secret);
        if secret.unwrap_or(sounds_secret(&entry.key)) {
            secrets.insert(entry.key.clone(), secret == Some(true));
        }
        declared.insert(entry.key.clone(), declaration.entry);
    }
    (declared, secrets)
}

struct Params<'a> {
    language: Language,
    /// Resolved values.
    values: BTreeMap<String, NodeValue>,
    /// Where each value is written; nowhere if it is from outside.
    places: BTreeMap<String, Option<Span>>,
    origins: Origins,
    /// Bytes that substitution has written so far.
    written: usize,
    diagnostics: &'a mut Diagnostics,
}

impl Params<'_> {
    /// Takes the values of files; of each parameter, the last one counts.
    fn take_files(
        &mut self,
        declared: &Declared,
        given: Vec<Declaration>,
        declarations: &mut Declarations<'_>,
    ) {
        let mut last: BTreeMap<String, Declaration> = BTreeMap::new();
        for declaration in given {
            let name = declaration.entry.key.clone();
            if declared.contains_key(&name) {
                last.insert(name, declaration);
            } else {
                let place = declaration.entry.key_span;
                self.report_undeclared(&name, Some(place), declared, place);
            }
        }
        for (name, declaration) in last {
            let declaration = declarations.with_value(declaration, self.diagnostics);
            let node = declaration.entry.value;
            self.places.insert(name.clone(), Some(node.span));
            let value = match declared.get(&name) {
                Some(entry) => self.fitting(entry, node),
                None => node.value,
            };
            self.values.insert(name, value);
        }
    }

    /// The value of a file, if it is of the type of the one that it replaces.
    fn fitting(&mut self, entry: &Entry, node: Node) -> NodeValue {
        let like = &entry.value.value;
        match (like, &node.value) {
            // Nothing is known of the type of a value that is given elsewhere.
            (NodeValue::Null | NodeValue::Reported, _) | (_, NodeValue::Reported) => node.value,
            #[expect(clippy::cast_precision_loss, reason = "a float was asked for")]
            (NodeValue::Float(_), NodeValue::Int(number)) => NodeValue::Float(*number as f64),
            (like, value) if std::mem::discriminant(like) == std::mem::discriminant(value) => {
                node.value
            }
            _ => {
                let (wanted, found) = (like.describe(), node.value.describe());
                let message = format!("parameter `{}` is {found}, not {wanted}", entry.key);
                self.diagnostics.push(
                    Diagnostic::new(&rules::WRONG_TYPE, message)
                        .label(node.span, "set here")
                        .secondary(entry.value.span, format!("its value here is {wanted}")),
                );
                NodeValue::Reported
            }
        }
    }

    /// The texts of these parameters. What cannot be hidden cannot be a secret.
    fn secret_texts(&mut self, names: SecretNames) -> BTreeMap<String, String> {
        let mut texts = BTreeMap::new();
        for (name, is_said) in names {
            let Some(value) = self.values.get(&name) else {
                continue;
            };
            match secret_text(value) {
                Ok(text) => drop(texts.insert(name, text)),
                Err(_) if !is_said => {
                    // It was not declared as one: its name alone is hidden where values are listed.
                    texts.insert(name, String::new());
                }
                Err(reason) => {
                    let place = self.places.get(&name).copied().flatten();
                    let message = format!("`{name}` cannot be a secret");
                    self.diagnostics.push(
                        Diagnostic::new(&rules::REFUSED_VALUE, message)
                            .label(place, "set here")
                            .help(reason),
                    );
                }
            }
        }
        texts
    }

    fn override_all(&mut self, declared: &Declared, overrides: &[Override], root: Span) {
        for given in overrides {
            match declared.get(&given.name) {
                Some(entry) => {
                    let value = self.typed_like(entry, given);
                    let value = value.unwrap_or(NodeValue::Reported);
                    self.values.insert(given.name.clone(), value);
                    self.places.insert(given.name.clone(), given.written);
                }
                None => {
                    let place = Span::new(root.file, 0, 0);
                    self.report_undeclared(&given.name, given.written, declared, place);
                }
            }
        }
    }

    /// A value from outside takes the type of the one it replaces.
    fn typed_like(&mut self, entry: &Entry, given: &Override) -> Option<NodeValue> {
        let text = given.value.as_str();
        let place = given.written.unwrap_or(entry.value.span);
        let value = typed(&entry.value.value, text, place);
        if value.is_none() {
            let wanted = entry.value.value.describe();
            let declared = format!("its value here is {wanted}");
            let diagnostic = Diagnostic::new(
                &rules::WRONG_TYPE,
                format!(
                    "parameter `{}` is set to `{}`, which is not {wanted}",
                    entry.key,
                    if sounds_secret(&entry.key) {
                        HIDDEN
                    } else {
                        text
                    }
                ),
            );
            self.diagnostics.push(match given.written {
                Some(written) => diagnostic
                    .label(written, "set here")
                    .secondary(entry.value.span, declared),
                None => diagnostic.label(entry.value.span, declared),
            });
        }
        value
    }

    fn report_undeclared(
        &mut self,
        name: &str,
        written: Option<Span>,
        declared: &Declared,
        otherwise: Span,
    ) {
        self.origins.doubt();
        let known = declared.keys().map(String::as_str);
        let diagnostic = Diagnostic::new(
            &rules::UNKNOWN_PARAMETER,
            format!("parameter `{name}` is set, but the configuration has no such parameter"),
        )
        .label(
            written.unwrap_or(otherwise),
            if written.is_some() { "set here" } else { "" },
        );
        let diagnostic =
            Suggestion::sparing(self.diagnostics, name, known).or_help(diagnostic, || {
                let key = self.language.key(name);
                let setting = self.language.setting(&key, "…");
                format!("declare it under {}: {setting}", self.section())
            });
        self.diagnostics.push(diagnostic);
    }

    fn resolve_all(&mut self, declared: &Declared) {
        for entry in declared.values() {
            self.resolve(entry, declared, &mut Vec::new());
        }
    }

    /// Makes the value of one parameter, after those it refers to.
    fn resolve(&mut self, entry: &Entry, declared: &Declared, under_way: &mut Vec<String>) {
        if self.values.contains_key(&entry.key) {
            return;
        }
        if under_way.contains(&entry.key) || under_way.len() >= MAX_CHAIN {
            self.report_cycle(entry, under_way);
            self.values.insert(entry.key.clone(), NodeValue::Reported);
            return;
        }
        under_way.push(entry.key.clone());
        for name in references(&entry.value) {
            if let Some(other) = declared.get(&name) {
                self.resolve(other, declared, under_way);
            }
        }
        under_way.pop();
        if !self.values.contains_key(&entry.key) {
            let mut node = entry.value.clone();
            self.node(&mut node);
            self.values.insert(entry.key.clone(), node.value);
        }
    }

    /// Where parameters are declared.
    fn section(&self) -> String {
        self.language.table(&["params"])
    }

    fn report_cycle(&mut self, entry: &Entry, under_way: &[String]) {
        let start = under_way.iter().position(|name| *name == entry.key);
        let Some(circle) = start.and_then(|start| under_way.get(start..)) else {
            self.diagnostics.push(
                Diagnostic::new(
                    &rules::CYCLIC_PARAMETER,
                    format!("parameters refer to each other through more than {MAX_CHAIN} levels"),
                )
                .label(entry.value.span, "this reference is too deep"),
            );
            return;
        };
        let mut path = circle.join("` -> `");
        path.push_str("` -> `");
        path.push_str(&entry.key);
        self.diagnostics.push(
            Diagnostic::new(
                &rules::CYCLIC_PARAMETER,
                format!("parameter `{}` is defined by itself: `{path}`", entry.key),
            )
            .label(entry.value.span, "its value depends on itself")
            .help("give one of these parameters a fixed value"),
        );
    }

    /// Substitutes in everything below `node`. A string that names a bad parameter becomes
    /// [`NodeValue::Reported`].
    fn node(&mut self, node: &mut Node) {
        let span = node.span;
        match &mut node.value {
            NodeValue::Str(text) if text.contains('$') => {
                node.value = self.text(text, span).unwrap_or(NodeValue::Reported);
            }
            NodeValue::List(items) => {
                for item in items {
                    self.node(item);
                }
            }
            NodeValue::Table(Table { entries }) => {
                for entry in entries {
                    self.node(&mut entry.value);
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str, span: Span) -> Option<NodeValue> {
        let pieces = pieces(text);
        if let [Piece::Param(name)] = pieces.as_slice() {
            if let Some(place) = self.places.get(*name) {
                self.origins.add(span, name, *place);
            }
            return self.value(name, span);
        }
        let mut out = String::new();
        for piece in pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Param(name) => {
                    let value = self.value(name, span)?;
                    self.write(&mut out, name, &value, span)?;
                }
            }
        }
        Some(NodeValue::Str(out))
    }

    /// Counts what is about to be copied; `None` where it is too much, which is reported once.
    fn spend(&mut self, bytes: usize, span: Span) -> Option<()> {
        let before = self.written;
        self.written = before.saturating_add(bytes);
        if self.written <= MAX_SUBSTITUTED_BYTES {
            return Some(());
        }
        if before <= MAX_SUBSTITUTED_BYTES {
            self.diagnostics.push(
                Diagnostic::new(
                    &rules::CYCLIC_PARAMETER,
                    "the parameters make the configuration larger than 64 MiB",
                )
                .label(span, "growing here")
                .help("look for parameters that repeat each other"),
            );
        }
        None
    }

    fn value(&mut self, name: &str, span: Span) -> Option<NodeValue> {
        if let Some(value) = self.values.get(name) {
            self.origins.mention(name);
            // Once the limit is reached, not even the size of more is looked at.
            let exhausted = self.written > MAX_SUBSTITUTED_BYTES;
            let bytes = if exhausted { 0 } else { weight(value) };
            self.spend(bytes, span)?;
            return self.values.get(name).cloned();
        }
        self.origins.doubt();
        let diagnostic = Diagnostic::new(
            &rules::UNKNOWN_PARAMETER,
            format!("unknown parameter `{name}`"),
        )
        .label(span, format!("`${{{name}}}` is used here"));
        let known = self.values.keys().map(String::as_str);
        let diagnostic =
            Suggestion::sparing(self.diagnostics, name, known).or_help(diagnostic, || {
                let section = self.section();
                format!("declare it under {section}, or write `$${{{name}}}` for the literal text")
            });
        self.diagnostics.push(diagnostic);
        None
    }

    fn write(&mut self, out: &mut String, name: &str, value: &NodeValue, at: Span) -> Option<()> {
        match value {
            NodeValue::Str(text) => out.push_str(text),
            NodeValue::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
            NodeValue::Int(number) => out.push_str(&number.to_string()),
            NodeValue::Float(x) => out.push_str(&x.to_string()),
            NodeValue::Reported => return None,
            other => {
                self.diagnostics.push(
                    Diagnostic::new(
                        &rules::WRONG_TYPE,
                        format!("parameter `{name}` is {}, not text", other.describe()),
                    )
                    .label(at, "cannot be part of a longer string"),
                );
                return None;
            }
        }
        Some(())
    }
}

/// About how many bytes of memory a value takes.
fn weight(value: &NodeValue) -> usize {
    let inner = match value {
        NodeValue::Str(text) => text.len(),
        NodeValue::List(items) => items.iter().map(|item| weight(&item.value)).sum(),
        NodeValue::Table(table) => {
            let entries = table.entries.iter();
            entries
                .map(|e| e.key.len().saturating_add(weight(&e.value.value)))
                .sum()
        }
        _ => 0,
    };
    inner.saturating_add(size_of::<Node>())
}
