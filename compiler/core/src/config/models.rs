//! `[models]`: the section and the files that it names in, models out, each read once however many nodes use it.
//!
//! A model that has to be fetched, prepared or compiled is ordered from the [workshop](crate::workshop). A model with a
//! problem is reported once, and there is none.

use std::collections::BTreeMap;
use std::sync::Arc;

use oakc_blob::Blob;
use oakc_diag::{Diagnostic, Diagnostics, Span};
use oakc_model::{Description, ModelError, Shaves};
use oakc_runtime_schema::reflect::{Either, Model};

use super::language::{Compile, DeskModel, ModelFile, ModelSource, Prepare};
use super::loaded::loaded;
use super::made::{self, Credit, MadeModel};
use super::node::{NetworkFiles, ShavesBy};
use super::prepare;
use super::reader::Reader;
use super::rules;
use super::suggest::Suggestion;
use crate::digest;
use crate::syntax::{Language, Node, NodeValue};
use crate::workshop::{Order, Uncompiled, Unprepared, is_uncompiled, weights_of};

/// The models of an application.
#[derive(Debug, Default)]
pub(super) struct Models {
    named: BTreeMap<String, Named>,
    /// `None` where the model was reported.
    loaded: BTreeMap<String, Option<Loaded>>,
    /// How many SHAVEs models run on that do not say so, if that is known.
    shaves: Option<u32>,
    has_open_shaves: bool,
    made: BTreeMap<String, MadeModel>,
}

/// A model that was read.
#[derive(Clone, Debug)]
pub(super) struct Loaded {
    /// What setters take.
    pub(super) model: Arc<Model>,
    /// What checks want to know.
    pub(super) blob: Arc<Blob>,
    pub(super) description: Option<Arc<Description>>,
    /// The file with the description, or else with the model; and where it is named in `[models]`.
    pub(super) described_in: String,
    pub(super) described_at: Option<Span>,
    /// What it was compiled from.
    pub(super) network: Option<Arc<NetworkFiles>>,
    /// Who decides on how many SHAVEs it runs.
    pub(super) shaves: ShavesBy,
}

#[derive(Clone, Debug)]
struct Named {
    file: ModelFile,
    span: Span,
    /// Where the path stands.
    path: Span,
    pin: Option<Span>,
    shaves: Option<Span>,
    config: Option<Span>,
    desk: Option<Span>,
    source: Option<Span>,
    prepare: Option<Span>,
    compile: Option<Span>,
    /// The number of SHAVEs in there.
    compile_shaves: Option<Span>,
}

/// The keys of a model.
const KEYS: [&str; 9] = [
    "path", "source", "prepare", "compile", "sha256", "shaves", "config", "desk", "license",
];

/// The bytes of a model that may have to be compiled.
struct Opened {
    bytes: Arc<[u8]>,
    /// Those of its weights, where they are a file of their own.
    weights: Option<Arc<[u8]>>,
}

impl Named {
    /// Whether it is made, and not a file of the application.
    fn is_made(&self) -> bool {
        self.file.source.is_some() || self.file.prepare.is_some()
    }

    /// What its file is called, and where that is said.
    fn place(&self) -> (&str, Span) {
        match (&self.file.source, self.source) {
            (Some(source), Some(span)) => (made::called(source), span),
            _ => (&self.file.path, self.path),
        }
    }
}

impl Models {
    /// Reads the section. `shaves` are for models that do not say theirs.
    pub(super) fn read(reader: &mut Reader<'_>, node: Option<&Node>, shaves: Option<u32>) -> Self {
        let mut models = Self {
            shaves,
            ..Self::default()
        };
        let Some(table) = node.and_then(|node| reader.table(node)) else {
            return models;
        };
        for entry in &table.entries {
            let file = match &entry.value.value {
                NodeValue::Str(path) => Some(ModelFile {
                    path: path.clone(),
                    ..ModelFile::default()
                }),
                _ => reader.within("models", |r| r.typed(entry)),
            };
            let Some(file) = file else { continue };
            if file.path.is_empty() && file.source.is_none() && file.prepare.is_none() {
                reader.missing_path(entry, &KEYS);
                models.loaded.insert(entry.key.clone(), None);
                continue;
            }
            let place = |key| match &entry.value.value {
                NodeValue::Table(table) => table.get(key).map(|node| node.span),
                _ => None,
            };
            let named = Named {
                file,
                span: entry.key_span,
                path: place("path").unwrap_or(entry.value.span),
                pin: place("sha256"),
                shaves: place("shaves"),
                config: place("config"),
                desk: place("desk"),
                source: place("source"),
                prepare: place("prepare"),
                compile: place("compile"),
                compile_shaves: inner(&entry.value, "compile", "shaves"),
            };
            models.named.insert(entry.key.clone(), named);
        }
        models
    }

    /// Where each model is named.
    pub(super) fn spans(&self) -> BTreeMap<String, Span> {
        let spans = self.named.iter().map(|(name, n)| (name.clone(), n.span));
        spans.collect()
    }

    /// The model that a node calls `name`: one of `[models]`, else a path.
    pub(super) fn find(
        &mut self,
        reader: &mut Reader<'_>,
        name: &str,
        span: Span,
    ) -> Option<Loaded> {
        let key = if self.named.contains_key(name) {
            name.to_owned()
        } else {
            reader.resolved(name, span)
        };
        if let Some(loaded) = self.loaded.get(&key) {
            return loaded.clone();
        }
        let loaded = self.load(reader, name, span);
        self.loaded.insert(key, loaded.clone());
        loaded
    }

    /// What runs in place of a model on the desk, with its path relative to the application, and where that is said.
    pub(super) fn desk(&self, reader: &Reader<'_>, name: &str) -> Option<(DeskModel, Span)> {
        let named = self.named.get(name)?;
        let Some(span) = named.desk else {
            let loaded = self.loaded.get(name)?.as_ref()?;
            let network = loaded.network.as_ref()?;
            let model = made::on_the_desk(&named.file, &network.name);
            return Some((model, named.prepare.unwrap_or(named.place().1)));
        };
        let mut model = match named.file.desk.clone()? {
            Either::A(path) => DeskModel {
                path,
                ..DeskModel::default()
            },
            Either::B(model) => model,
        };
        model.path = reader.resolved(&model.path, span);
        Some((model, span))
    }

    fn load(&mut self, reader: &mut Reader<'_>, name: &str, span: Span) -> Option<Loaded> {
        let named = self.named.get(name).cloned();
        let named = named.as_ref();
        if named.is_none() && !looks_like_path(name) {
            let unknown = self.unknown(reader.language, name, span, reader.found());
            reader.report(unknown);
            return None;
        }
        let (path, place) = named.map_or((name, span), Named::place);
        let (path, opened) = match named.and_then(|named| named.file.prepare.as_ref()) {
            Some(prepare) => {
                let opened = Self::prepared(reader, named?, prepare, (path, place))?;
                (prepare.output.as_str(), opened)
            }
            None => (path, Self::opened(reader, named, path, place)?),
        };
        let network = is_uncompiled(path).then(|| {
            Arc::new(NetworkFiles {
                name: path.to_owned(),
                model: Arc::clone(&opened.bytes),
                weights: opened.weights.clone(),
            })
        });
        let bytes = self.compiled(reader, (name, named), (path, place), opened)?;
        let (model, described_in) = Self::described(reader, named, (path, place), &bytes)?;
        let file = named.map(|named| &named.file);
        let blob = match self.choose(&model, file.and_then(|file| file.shaves)) {
            Ok(blob) => blob,
            Err(error) => {
                let place = named.and_then(|named| named.shaves).unwrap_or(place);
                reader.report(invalid(path, place, &error));
                return None;
            }
        };
        let described_at = named.map(|named| named.config.unwrap_or(named.path));
        let has_choice = network.is_some() || model.shaves() == Shaves::Any;
        let written = named.and_then(|it| it.compile_shaves.or(it.shaves));
        let shaves = match written {
            _ if !has_choice => ShavesBy::File,
            Some(place) => ShavesBy::Written(place),
            None => ShavesBy::Default,
        };
        match loaded(&blob, model.description()) {
            Ok((model, blob, description)) => Some(Loaded {
                model,
                blob,
                description,
                described_in,
                described_at,
                network,
                shaves,
            }),
            Err(error) => {
                reader.report(invalid(path, place, &error.into()));
                None
            }
        }
    }

    /// What is in a model's file and in the description beside it, and which of the two describes it.
    fn described(
        reader: &mut Reader<'_>,
        named: Option<&Named>,
        (path, place): (&str, Span),
        bytes: &Arc<[u8]>,
    ) -> Option<(oakc_model::Model, String)> {
        let model = match oakc_model::Model::read(path, bytes) {
            Ok(model) => model,
            Err(error) => {
                reader.report(invalid(path, place, &error));
                return None;
            }
        };
        let config = named.and_then(|named| Some((named.file.config.as_deref()?, named.config)));
        let Some((config, written)) = config else {
            return Some((model, path.to_owned()));
        };
        let place = written.unwrap_or(place);
        let text = reader.bytes_of(config, place)?;
        match model.with_description(config, &text) {
            Ok(model) => Some((model, config.to_owned())),
            Err(error) => {
                reader.report(invalid_description(config, place, &error));
                None
            }
        }
    }

    /// What a script makes of a model's file, if there is one.
    fn prepared(
        reader: &mut Reader<'_>,
        named: &Named,
        prepare: &Prepare,
        (path, place): (&str, Span),
    ) -> Option<Opened> {
        let at = named.prepare.unwrap_or(place);
        let inputs = match path {
            "" => Vec::new(),
            path => {
                let name = path.rsplit('/').next().unwrap_or(path);
                let opened = Self::opened(reader, Some(named), path, place)?;
                let weights = weights_of(name).zip(opened.weights);
                let model = (name.to_owned(), opened.bytes);
                [model].into_iter().chain(weights).collect()
            }
        };
        let script = reader.bytes_of(&prepare.script, at)?;
        let modules = prepare::modules(reader, &prepare.script, &script, at);
        let order = Order::Prepare(Unprepared {
            script,
            modules: modules?,
            inputs,
            settings: prepare,
        });
        match reader.world.make(&order) {
            Ok(product) => Some(Opened {
                bytes: product.bytes,
                weights: product.weights,
            }),
            Err(why) => {
                reader.report(made::not_prepared(&prepare.output, at, why));
                None
            }
        }
    }

    /// A model's file as it is, with the pin compared.
    fn opened(
        reader: &mut Reader<'_>,
        named: Option<&Named>,
        path: &str,
        place: Span,
    ) -> Option<Opened> {
        let bytes = Self::bytes_of(reader, named, path, place)?;
        if let Some(diagnostic) = named.and_then(|named| pin_mismatch(named, &bytes)) {
            reader.report(diagnostic);
        }
        let source = named.and_then(|named| named.file.source.as_ref());
        let weights = match (weights_of(path), source) {
            (None, _) => None,
            (Some(weights), None) => {
                let explain = |unreadable| made::two_files(unreadable, path, &weights);
                Some(reader.bytes_or(&weights, place, explain)?)
            }
            (Some(weights), Some(source)) => match made::weights(source) {
                Some(source) => Some(Self::fetched(reader, &source, &weights, place)?),
                // A script may do without them.
                None if named.is_some_and(|named| named.file.prepare.is_some()) => None,
                None => {
                    reader.report(made::no_weights(path, &weights, place));
                    return None;
                }
            },
        };
        Some(Opened { bytes, weights })
    }

    /// The bytes of a model's file, which is fetched if it has a source.
    fn bytes_of(
        reader: &mut Reader<'_>,
        named: Option<&Named>,
        path: &str,
        place: Span,
    ) -> Option<Arc<[u8]>> {
        let source = named.and_then(|named| Some((named, named.file.source.as_ref()?)));
        let Some((named, source)) = source else {
            return reader.bytes_of(path, place);
        };
        if !named.file.path.is_empty() {
            reader.report(made::said_twice(named.path, place));
            return None;
        }
        Self::fetched(reader, source, path, place)
    }

    fn fetched(
        reader: &mut Reader<'_>,
        source: &ModelSource,
        path: &str,
        place: Span,
    ) -> Option<Arc<[u8]>> {
        match made::fetch(source, reader.world) {
            Ok(bytes) => Some(bytes),
            Err(why) => {
                reader.report(made::not_fetched(path, place, why));
                None
            }
        }
    }

    /// The blob of a model that has to be compiled; other models as they are. It is `None` also where the number of SHAVEs
    /// is not known yet: then all of this is read again.
    fn compiled(
        &mut self,
        reader: &mut Reader<'_>,
        (name, named): (&str, Option<&Named>),
        (path, place): (&str, Span),
        opened: Opened,
    ) -> Option<Arc<[u8]>> {
        let bytes = opened.bytes;
        let written = named.and_then(|named| named.file.compile.as_ref());
        let at = named.and_then(|named| named.compile).unwrap_or(place);
        let from = named.map_or(path.to_owned(), |named| made::origin(&named.file));
        if !is_uncompiled(path) {
            if written.is_some() {
                reader.report(made::compiled_already(path, at));
                return None;
            }
            if named.is_some_and(Named::is_made) {
                let made = MadeModel::fetched(from, &bytes);
                self.made.insert(name.to_owned(), made);
            }
            return Some(bytes);
        }
        let none = Compile::default();
        let settings = written.unwrap_or(&none);
        let asked = named.and_then(|named| named.file.shaves);
        let Some(shaves) = settings.shaves.or(asked).or(self.shaves) else {
            self.has_open_shaves = true;
            return None;
        };
        let is_prepared = named.is_some_and(|named| named.file.prepare.is_some());
        let prepared = is_prepared.then(|| made::prepared(path, &bytes, opened.weights.as_ref()));
        let order = Order::Compile(Uncompiled {
            path,
            model: bytes,
            weights: opened.weights,
            shaves,
            settings,
        });
        match reader.world.make(&order) {
            Ok(product) => {
                let made = MadeModel {
                    prepared: prepared.unwrap_or_default(),
                    ..MadeModel::compiled(from, &product, shaves, settings)
                };
                self.made.insert(name.to_owned(), made);
                Some(product.bytes)
            }
            Err(why) => {
                reader.report(made::not_compiled(path, at, why));
                None
            }
        }
    }

    /// Whose the models are that nodes use, by the names that nodes have for them.
    pub(super) fn credits(&self) -> BTreeMap<String, Credit> {
        let used = self.loaded.iter().filter(|(_, loaded)| loaded.is_some());
        let credits = used.map(|(name, _)| {
            let file = self.named.get(name).map(|named| &named.file);
            let credit = Credit {
                from: file.map_or_else(|| name.clone(), made::origin),
                license: file.and_then(|file| file.license.clone()),
            };
            (name.clone(), credit)
        });
        credits.collect()
    }

    /// The models that were compiled or fetched, by the names that nodes have for them.
    pub(super) fn made(&mut self) -> BTreeMap<String, MadeModel> {
        std::mem::take(&mut self.made)
    }

    /// The blob for as many SHAVEs as are asked for, or else are left by the other nodes.
    fn choose(
        &mut self,
        model: &oakc_model::Model,
        asked: Option<u32>,
    ) -> Result<Arc<[u8]>, ModelError> {
        match (asked, model.shaves(), self.shaves) {
            (Some(shaves), ..) | (None, Shaves::Any, Some(shaves)) => model.blob(shaves),
            (None, Shaves::Fixed(_), _) => Ok(model.base()),
            (None, Shaves::Any, None) => {
                self.has_open_shaves = true;
                Ok(model.base())
            }
        }
    }

    /// Whether the number of SHAVEs of a model was left open and is not known.
    pub(super) fn has_open_shaves(&self) -> bool {
        self.has_open_shaves
    }

    /// Lets a model be read again, and what is wrong with it be reported.
    pub(super) fn forget(&mut self, name: &str) {
        self.loaded.remove(name);
    }

    /// The names of the models of `[models]`.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.named.keys().map(String::as_str)
    }

    fn unknown(
        &self,
        language: Language,
        name: &str,
        span: Span,
        found: &Diagnostics,
    ) -> Diagnostic {
        let diagnostic = Diagnostic::new(&rules::UNKNOWN_MODEL, format!("unknown model `{name}`"))
            .label(span, "unknown model");
        let known = self.named.keys().map(String::as_str);
        Suggestion::sparing(found, name, known).or_help(diagnostic, || {
            format!(
                "add {} with {}, or write the path of a `.blob` here",
                language.table(&["models", name]),
                language.setting("path", "….blob")
            )
        })
    }
}

fn invalid(path: &str, place: Span, error: &ModelError) -> Diagnostic {
    let message = format!("`{path}` is not a model this camera can run: {error}");
    Diagnostic::new(&rules::INVALID_MODEL, message)
        .label(place, "named here")
        .help(error.help())
}

fn invalid_description(path: &str, place: Span, error: &ModelError) -> Diagnostic {
    let message = format!("`{path}` does not describe a model: {error}");
    Diagnostic::new(&rules::INVALID_MODEL, message)
        .label(place, "named here")
        .help(error.help())
}

/// Where a value of a table in this table stands.
fn inner(node: &Node, table: &str, key: &str) -> Option<Span> {
    let NodeValue::Table(outer) = &node.value else {
        return None;
    };
    match &outer.get(table)?.value {
        NodeValue::Table(inner) => inner.get(key).map(|node| node.span),
        _ => None,
    }
}

fn looks_like_path(name: &str) -> bool {
    name.contains(['/', '\\', '.'])
}

fn pin_mismatch(named: &Named, bytes: &[u8]) -> Option<Diagnostic> {
    let wanted = named.file.sha256.as_deref()?;
    let found = digest::sha256(bytes);
    if wanted.eq_ignore_ascii_case(&found) {
        return None;
    }
    let path = &named.file.path;
    Some(
        Diagnostic::new(
            &rules::MODEL_MISMATCH,
            format!("`{path}` is not the model that the configuration pins"),
        )
        .label(named.pin.unwrap_or(named.span), "pinned here")
        .help(format!("the file's SHA-256 is {found}"))
        .help("get the right file, or update the pin if the change is meant"),
    )
}
