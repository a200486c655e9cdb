//! An application with its parameters substituted: what is put together from its files in, the tree that
//! is read out, and for each value where it is from.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use oakc_diag::{Diagnostics, FileId, HIDDEN, SourceMap, Span};

use super::declarations::{Declarations, sounds_secret};
use super::params::{self, Origins, Outside, Substituted};
use super::written;
use crate::Source;
use crate::compose::{Composed, Parts, compose};
use crate::syntax::{self, Entry, Language, Node, NodeValue, conceal};
use crate::world::World;

/// An application before its values are read.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// What it says. `params` are as they are written.
    pub tree: Node,
    /// What its own file is written in.
    pub language: Language,
    /// The files and the profile that it is put together from.
    pub parts: Parts,
    /// The values of `[params]`, those given from outside included.
    pub params: BTreeMap<String, NodeValue>,
    /// The parameters that are secrets, with the texts of their values.
    pub secrets: BTreeMap<String, String>,
    pub(super) origins: Origins,
    /// Files with values of parameters, by their paths; none with a secret.
    pub(super) files: BTreeMap<String, Arc<[u8]>>,
    secret_places: Vec<Span>,
    /// SHA-256 of what is written, without values given from outside.
    pub(super) written_sha256: String,
    /// How many SHAVEs models run on that do not say so.
    pub(super) shaves: Option<u32>,
}

/// A text without the values of these secrets.
pub(super) fn masked(secrets: &BTreeMap<String, String>, text: &str) -> String {
    let mut values: Vec<_> = secrets.values().filter(|it| !it.is_empty()).collect();
    // One may be a part of another.
    values.sort_by_key(|value| std::cmp::Reverse(value.len()));
    let values = values.into_iter();
    values.fold(text.to_owned(), |text, value| {
        text.replace(value.as_str(), HIDDEN)
    })
}

/// Hides whatever may be a secret in a file: one of these, and what is called like one.
fn hide_secrets(sources: &mut SourceMap, file: FileId, names: &BTreeSet<String>) -> Vec<String> {
    let is_named = |line: &str| {
        let mut words = line.split(|c: char| !c.is_alphanumeric() && !"_-.".contains(c));
        words.any(|word| names.contains(word))
    };
    conceal(sources, file, &|_, line| {
        sounds_secret(line) || is_named(line)
    })
}

/// The parameters that an application says to be secrets.
fn said_secret(tree: &Node) -> BTreeSet<String> {
    let table = |node: &Node| match &node.value {
        NodeValue::Table(table) => Some(table.clone()),
        _ => None,
    };
    let params = table(tree).and_then(|root| root.get("params").and_then(table));
    let entries = params.into_iter().flat_map(|params| params.entries);
    let is_said = |entry: &Entry| {
        let declared = table(&entry.value);
        declared.is_some_and(|it| {
            it.get("secret")
                .is_some_and(|said| said.value == NodeValue::Bool(true))
        })
    };
    entries.filter(is_said).map(|entry| entry.key).collect()
}

/// Where a value is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ValueOrigin<'a> {
    /// Where it is written, or where the parameter is used that it is of.
    pub place: Span,
    /// The parameter that it is of, and where that is set; nowhere if it is set from outside.
    pub param: Option<(&'a str, Option<Span>)>,
}

impl Resolved {
    /// Puts an application together and substitutes its parameters. `None` means that a part of it cannot
    /// be had or parsed.
    pub fn read(
        source: &Source<'_>,
        world: &dyn World,
        sources: &mut SourceMap,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let composed = compose(source, world, sources, diagnostics);
        let files = source.params.iter();
        let files: Vec<_> = files
            .map(|it| {
                let file = sources.add(it.name.as_str(), Arc::clone(&it.text));
                syntax::parse(file, &it.text, it.language, diagnostics)
            })
            .collect();
        let said = composed
            .iter()
            .flat_map(|it| said_secret(&it.tree))
            .collect();
        let files: Option<Vec<_>> = files.into_iter().collect();
        let (Some(composed), Some(files)) = (composed, files) else {
            // What is secret is not known for certain.
            for file in sources.ids() {
                let words = hide_secrets(sources, file, &said);
                for word in &words {
                    sources.hide(word);
                }
            }
            diagnostics.mask(sources);
            return None;
        };
        let folders: Vec<_> = source.params.iter().map(|it| it.folder.clone()).collect();
        let outside = Outside {
            files: &files,
            folders: &folders,
            overrides: source.overrides,
        };
        let resolved = Self::of(composed, source.language, world, outside, diagnostics);
        for place in &resolved.secret_places {
            sources.hide_place(*place);
        }
        for secret in resolved.secrets.values() {
            sources.hide(secret);
        }
        // A file of values from outside may also have those of others.
        let outside = source.overrides.iter().filter_map(|it| it.written);
        for file in outside.map(|place| place.file).collect::<BTreeSet<_>>() {
            hide_secrets(sources, file, &resolved.secrets.keys().cloned().collect());
        }
        diagnostics.mask(sources);
        Some(resolved)
    }

    /// Substitutes the parameters of an application.
    pub fn of(
        composed: Composed,
        language: Language,
        world: &dyn World,
        outside: Outside<'_>,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let Composed { tree, parts } = composed;
        let written_sha256 = written::digest(&tree);
        let declarations = Declarations {
            language,
            world,
            parts: &parts,
            outside,
            files: BTreeMap::new(),
        };
        let Substituted {
            tree,
            params,
            origins,
            secrets,
            secret_places,
            files,
        } = params::substitute(tree, declarations, outside, diagnostics);
        Self {
            tree,
            language,
            parts,
            params,
            secrets,
            origins,
            files,
            secret_places,
            written_sha256,
            shaves: None,
        }
    }

    /// The same, with the number of SHAVEs for models that do not say theirs and can be had for several.
    #[must_use]
    pub fn with_shaves(mut self, shaves: u32) -> Self {
        self.shaves = Some(shaves);
        self
    }

    /// A text without the values of secrets.
    pub fn masked(&self, text: &str) -> String {
        masked(&self.secrets, text)
    }

    /// Where a value of the tree is from.
    pub fn origin(&self, value: &Node) -> ValueOrigin<'_> {
        ValueOrigin {
            place: value.span,
            param: self.origins.param(value.span),
        }
    }

    /// Where the value of a parameter is set; nowhere if that is done from outside.
    pub fn place_of_param(&self, name: &str) -> Option<Span> {
        self.origins.place_of(name)
    }
}
