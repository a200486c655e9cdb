//! The files that an application is written in: its text, and paths through [`World`], in; one [`Layer`]
//! for each file out. What cannot be read or parsed is reported, and left out.

use std::collections::BTreeSet;

use oakc_diag::{Diagnostic, Diagnostics, FileId, SourceMap, Span};

use super::layer::Layer;
use super::{Role, WrittenFile, beside, rules};
use crate::Source;
use crate::config::language::IN_DEFAULTS;
use crate::config::rules::UNREADABLE_FILE;
use crate::config::{Document, unreadable, written_digest};
use crate::digest;
use crate::syntax::rules::SYNTAX;
use crate::syntax::{self, Language, Node, NodeValue, Table};
use crate::world::{ReadError, World};

/// Longest chain of files that extend the next.
const MAX_CHAIN: usize = 16;

/// The key that names a base.
const EXTENDS: &str = "extends";

/// The parts of a repository's settings.
const SETTINGS_KEYS: &[&str] = &["lint", DEFAULTS];
const DEFAULTS: &str = "defaults";

/// Reads the files.
pub(super) struct Files<'a> {
    /// The name of the application, as it is shown.
    name: &'a str,
    world: &'a dyn World,
    sources: &'a mut SourceMap,
    diagnostics: &'a mut Diagnostics,
    /// The outermost first.
    settings: Vec<WrittenFile>,
    /// Each before its own base.
    bases: Vec<WrittenFile>,
    application: Option<WrittenFile>,
    complete: bool,
}

/// A file to read: its path as seen from the application, and where it is named.
struct Named<'a> {
    path: &'a str,
    written: &'a str,
    place: Option<Span>,
}

impl<'a> Files<'a> {
    pub(super) fn new(
        name: &'a str,
        world: &'a dyn World,
        sources: &'a mut SourceMap,
        diagnostics: &'a mut Diagnostics,
    ) -> Self {
        Self {
            name,
            world,
            sources,
            diagnostics,
            settings: Vec::new(),
            bases: Vec::new(),
            application: None,
            complete: true,
        }
    }

    /// The files from the lowest to the application, and whether none is missing.
    pub(super) fn finish(self) -> (Vec<WrittenFile>, bool) {
        let settings = self.settings.into_iter();
        let above = self.bases.into_iter().rev().chain(self.application);
        (settings.chain(above).collect(), self.complete)
    }

    /// The text of the application itself.
    pub(super) fn application(&mut self, source: &Source<'_>) -> Option<Layer> {
        let file = self.sources.add(source.name, source.text);
        let name = source.name.rsplit(['/', std::path::MAIN_SEPARATOR]).next();
        let path = name.unwrap_or(source.name);
        self.parse(
            file,
            source.text,
            (path, source.language),
            Role::Application,
        )
    }

    /// What the repository settles for all applications, the outermost first.
    pub(super) fn settings(&mut self) -> Vec<Layer> {
        let paths = self.world.settings();
        let layers = paths.iter().filter_map(|path| {
            let named = Named {
                path,
                written: path,
                place: None,
            };
            let layer = self.read(&named, Language::Toml, Role::Settings)?;
            Some(self.settings_in(layer))
        });
        layers.collect()
    }

    /// The levels and defaults in a file of settings.
    fn settings_in(&mut self, mut layer: Layer) -> Layer {
        let mut document = Document::new(layer.language, self.diagnostics);
        document.check_keys(&layer.table, SETTINGS_KEYS, "a section of `oakc.toml`");
        let defaults = layer.take(DEFAULTS);
        let defaults = defaults.and_then(|node| {
            let table = document.table(&node)?;
            document.check_keys(
                table,
                IN_DEFAULTS,
                "a section of an application with defaults",
            );
            Some(table.clone())
        });
        let keeps = |key: &str, known: &[&str]| known.contains(&key);
        layer
            .table
            .entries
            .retain(|it| keeps(&it.key, SETTINGS_KEYS));
        let mut defaults = defaults.unwrap_or_default();
        defaults.entries.retain(|it| keeps(&it.key, IN_DEFAULTS));
        layer.table.entries.append(&mut defaults.entries);
        layer
    }

    /// The bases of the application and itself, the lowest first.
    pub(super) fn with_bases(&mut self, application: Layer) -> Vec<Layer> {
        let own = self.application.as_ref().map(|file| file.path.clone());
        let mut path = own.unwrap_or_default();
        let mut seen = BTreeSet::from([normal(&path)]);
        let mut layers = vec![application];
        while let Some((written, place)) = layers.last_mut().and_then(|it| self.base_of(it)) {
            let base = beside(&path, &written);
            if !seen.insert(normal(&base)) || layers.len() > MAX_CHAIN {
                self.report(endless(&written, place, layers.len()));
                break;
            }
            let named = Named {
                path: &base,
                written: &written,
                place: Some(place),
            };
            let Some(layer) = self.base(&named) else {
                break;
            };
            layers.push(layer);
            path = base;
        }
        layers.reverse();
        layers
    }

    /// The base that a file extends, and where that is written.
    fn base_of(&mut self, layer: &mut Layer) -> Option<(String, Span)> {
        let node = layer.take(EXTENDS)?;
        let mut document = Document::new(layer.language, self.diagnostics);
        let path = document.value::<String>(&node);
        self.complete &= path.is_some();
        path.map(|path| (path, node.span))
    }

    fn base(&mut self, named: &Named<'_>) -> Option<Layer> {
        let Some(language) = Language::of_path(named.path) else {
            self.report(
                Diagnostic::new(
                    &UNREADABLE_FILE,
                    format!("`{}` is not an application", named.written),
                )
                .label(named.place, "extended here")
                .help("its name must end in .toml, .yaml or .yml"),
            );
            return None;
        };
        self.read(named, language, Role::Base)
    }

    fn read(&mut self, named: &Named<'_>, language: Language, role: Role) -> Option<Layer> {
        let bytes = match self.world.read(named.path) {
            Ok(bytes) => bytes,
            Err(error) => {
                self.report(cannot_be_read(named, &error));
                return None;
            }
        };
        let text = match std::str::from_utf8(&bytes) {
            Ok(text) => text,
            Err(error) => {
                self.report(not_utf8(named, error.valid_up_to()));
                return None;
            }
        };
        let file = self.sources.add(beside(self.name, named.path), text);
        self.parse(file, text, (named.path, language), role)
    }

    fn parse(
        &mut self,
        file: FileId,
        text: &str,
        (path, language): (&str, Language),
        role: Role,
    ) -> Option<Layer> {
        let tree = syntax::parse(file, text, language, self.diagnostics);
        self.complete &= tree.is_some();
        let tree = tree?;
        let written = WrittenFile {
            id: file,
            path: path.to_owned(),
            language,
            text: text.into(),
            role,
            sha256: digest::sha256(text.as_bytes()),
            written_sha256: written_digest(&tree),
        };
        match role {
            Role::Settings => self.settings.push(written),
            Role::Base => self.bases.push(written),
            Role::Application => self.application = Some(written),
        }
        Some(Layer {
            root: tree.span,
            table: table(tree),
            language,
        })
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.complete = false;
        self.diagnostics.push(diagnostic);
    }
}

/// The parser gives nothing but tables.
fn table(tree: Node) -> Table {
    match tree.value {
        NodeValue::Table(table) => table,
        _ => Table::default(),
    }
}

/// A path without `.`, and without folders that it leaves again, to compare it with others.
fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split(['/', '\\']) {
        match part {
            "." => {}
            ".." if parts.last().is_some_and(|last| !matches!(*last, ".." | "")) => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

fn cannot_be_read(named: &Named<'_>, error: &ReadError) -> Diagnostic {
    match named.place {
        Some(place) => unreadable(named.written, place, error, true),
        None => Diagnostic::new(
            &UNREADABLE_FILE,
            format!("`{}` cannot be read: {error}", named.path),
        ),
    }
}

fn not_utf8(named: &Named<'_>, offset: usize) -> Diagnostic {
    let (path, help) = (
        named.written,
        "save it as UTF-8; editors call other encodings e.g. UTF-16 or Latin-1",
    );
    Diagnostic::new(
        &SYNTAX,
        format!("{path} is not UTF-8 text: byte {offset} is invalid"),
    )
    .label(named.place, "named here")
    .help(help)
}

fn endless(path: &str, place: Span, files: usize) -> Diagnostic {
    let (message, label) = if files > MAX_CHAIN {
        let message = format!("more than {MAX_CHAIN} files extend each other");
        (message, "one too many")
    } else {
        (
            format!("`{path}` extends itself, or is extended by one of its bases"),
            "the circle is closed here",
        )
    };
    Diagnostic::new(&rules::ENDLESS_EXTENDS, message)
        .label(place, label)
        .help("move what both need into another file, and let both extend that")
}
