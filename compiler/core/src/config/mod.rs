//! The configuration language.
//!
//! In: a spanned tree. Out: a [`Config`], and all problems at once. Never: a reading that stops at
//! the first problem, or access to anything but the named files.
//!
//! The shapes of the runtime schema decide what can be written, so that a new property or setter of
//! a node kind needs nothing here. A value with a problem keeps its default and reading goes on.
//! Parameters are substituted first.

mod claims;
mod declarations;
mod deprecation;
mod document;
mod duration;
mod expectation;
mod files;
pub mod language;
mod links;
mod loaded;
pub mod logging;
mod made;
mod model_module;
mod models;
mod needed_oakc;
mod network;
mod node;
mod own_modules;
mod param_module;
mod params;
mod prepare;
mod reader;
mod receiver;
mod resolved;
pub mod rules;
mod structure;
mod suggest;
mod synonyms;
mod template;
pub(crate) mod version_3;
mod written;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use oakc_blob::OpenVinoVersion;
use oakc_diag::{Diagnostic, Diagnostics, Span};
use oakc_runtime_schema::board_config::BoardConfig;
use oakc_runtime_schema::nodes::Kind;
use oakc_runtime_schema::pipeline::GlobalProperties;
use oakc_runtime_schema::reflect::{Asset, Reflect, Shape, Value};

use crate::compose::Parts;
use crate::syntax::{Entry, Language, NodeValue, Table};
use crate::world::World;
pub use claims::Overridden;
pub use declarations::sounds_secret;
pub use deprecation::DeprecatedKey;
pub use document::Document;
pub(crate) use files::unreadable;
pub use language::{App, AssetFile, DeskModel, Device, InputSettings, Levels, ModelFile, Network};
pub use links::PortName;
pub use links::split_reference;
pub use loaded::{detector, model_of};
pub use logging::Logs;
pub use made::{Credit, MadeModel};
pub use node::{FileUse, InputConfig, ModelUse, NetworkFiles, NodeConfig, ShavesBy};
use params::Origins;
pub use params::Outside;
pub use resolved::{Resolved, ValueOrigin};
pub use suggest::Suggestion;
pub use template::Template;
pub(crate) use written::digest as written_digest;

use language::SECTIONS;
use models::Models;
use node::NODE_KEYS;
use reader::Reader;
use suggest::misspelt;

/// An application, as written, with every value read.
#[derive(Debug)]
pub struct Config {
    /// What its own file is written in, and so what advice about it is written in.
    pub language: Language,
    /// The files and the profile that it is put together from.
    pub parts: Parts,
    /// `[app]`.
    pub app: App,
    /// `[device]`.
    pub device: Device,
    /// `[network]`.
    pub network: Network,
    /// `[logging]`.
    pub logging: Option<Logs>,
    /// `[lint]`.
    pub levels: Levels,
    /// `[board]`: a value of [`BoardConfig`].
    pub board: Value,
    /// `[pipeline]`: a value of [`GlobalProperties`].
    pub pipeline: Value,
    /// `pipeline.openvino`: the forced version.
    pub openvino: Option<OpenVinoVersion>,
    /// Assets of the pipeline, by key.
    pub assets: BTreeMap<String, Asset>,
    /// `[nodes.*]` in the order of the file.
    pub nodes: Vec<NodeConfig>,
    /// Names of nodes that are written but could not be read; links to them are not reported.
    pub broken_nodes: BTreeSet<String>,
    /// Every file that is named, by its path relative to the directory of the application.
    pub files: BTreeMap<String, Arc<[u8]>>,
    /// The values of `[params]`, those given from outside included.
    pub params: BTreeMap<String, NodeValue>,
    /// The parameters that are secrets, with the texts of their values.
    pub secrets: BTreeMap<String, String>,
    /// SHA-256 of what is written, without values given from outside.
    pub written_sha256: String,
    /// Models of `[models]` that no node uses are here, too.
    pub models: BTreeMap<String, Span>,
    /// The models that were compiled or fetched, by the names that nodes have for them.
    pub made: BTreeMap<String, MadeModel>,
    /// Whose the models are that nodes use, by the names that nodes have for them.
    pub credits: BTreeMap<String, Credit>,
    /// Whether the number of SHAVEs of a model was left open and is not known.
    pub has_open_shaves: bool,
    /// Keys whose value is replaced by that of another key.
    pub overridden: Vec<Overridden>,
    /// Keys that are to go.
    pub deprecated: Vec<DeprecatedKey>,
    /// What there is to say about values that nothing documents, and that were taken all the same.
    pub undocumented: Vec<Diagnostic>,
    origins: Origins,
    spans: BTreeMap<String, Span>,
}

impl Config {
    /// Reads an application.
    ///
    /// Problems go to `diagnostics`; the result is complete as far as it could be read, so that
    /// later stages can find more.
    pub fn read(resolved: Resolved, world: &dyn World, diagnostics: &mut Diagnostics) -> Self {
        let Resolved {
            tree,
            language,
            parts,
            params,
            secrets,
            origins,
            files,
            written_sha256,
            shaves,
            ..
        } = resolved;
        let mut reader = Reader::new(language, world, diagnostics);
        reader.origins = origins;
        reader.files = files;
        reader
            .library
            .insert(param_module::NAME, param_module::text(&params, &secrets));
        reader.params = params;
        reader.secrets = secrets;
        reader.parts = parts;
        let root_span = tree.span;
        let NodeValue::Table(root) = tree.value else {
            return Self::empty(language);
        };
        let mut config = Self::empty(language);
        config.written_sha256 = written_sha256;
        config.network = network::read(&mut reader, &root);
        config.logging = logging::read(&mut reader, &root, &config.network);
        reader.models = Models::read(&mut reader, root.get("models"), shaves);
        model_module::provide(&mut reader, root.get("nodes"));
        for entry in &root.entries {
            config.section(&mut reader, entry);
        }
        logging::apply(&mut config, &mut reader, &root);
        let named = || root.get("nodes").is_some() || misspelt(&root, "nodes", SECTIONS).is_some();
        if !named() {
            reader.report(
                Diagnostic::new(&rules::MISSING_KEY, "the application has no nodes")
                    .label(Span::new(root_span.file, 0, 0), "no `nodes` in this file")
                    .help(format!(
                        "add a node, e.g. {} with {}",
                        language.table(&["nodes", "cam"]),
                        language.setting("type", Kind::ColorCamera.name())
                    )),
            );
        }
        config.models = reader.models.spans();
        config.made = reader.models.made();
        config.credits = reader.models.credits();
        config.has_open_shaves = reader.models.has_open_shaves();
        config.files = reader.files;
        config.spans = reader.spans;
        config.overridden = reader.overridden;
        config.deprecated = reader.deprecated;
        config.undocumented = reader.undocumented;
        config.origins = reader.origins;
        config.parts = reader.parts;
        config.params = reader.params;
        config.secrets = reader.secrets;
        config
    }

    fn empty(language: Language) -> Self {
        Self {
            language,
            parts: Parts::default(),
            app: App::default(),
            device: Device::default(),
            network: Network::default(),
            logging: None,
            levels: Levels::default(),
            board: BoardConfig::default().to_value(),
            pipeline: GlobalProperties::default().to_value(),
            openvino: None,
            assets: BTreeMap::new(),
            nodes: Vec::new(),
            broken_nodes: BTreeSet::new(),
            files: BTreeMap::new(),
            params: BTreeMap::new(),
            secrets: BTreeMap::new(),
            written_sha256: String::new(),
            models: BTreeMap::new(),
            made: BTreeMap::new(),
            credits: BTreeMap::new(),
            has_open_shaves: false,
            overridden: Vec::new(),
            deprecated: Vec::new(),
            undocumented: Vec::new(),
            origins: Origins::default(),
            spans: BTreeMap::new(),
        }
    }

    /// What the file is written in that this place is in.
    pub fn language_at(&self, place: Span) -> Language {
        let file = self.parts.file(place);
        file.map_or(self.language, |file| file.language)
    }

    /// Where the value with this dotted path stands, e.g. `nodes.cam.fps`; the closest part of the
    /// path that is written where it is not.
    pub fn span(&self, path: &str) -> Option<Span> {
        let mut path = path;
        loop {
            if let Some(span) = self.spans.get(path) {
                return Some(*span);
            }
            path = path.rsplit_once('.')?.0;
        }
    }

    /// Where the value of a parameter is set; nowhere if that is done from outside of all files.
    pub fn place_of_param(&self, name: &str) -> Option<Span> {
        self.origins.place_of(name)
    }

    /// Whether `${name}` stands in any text of the application.
    pub fn mentions_param(&self, name: &str) -> bool {
        self.origins.mentions(name)
    }

    /// A text without the values of secrets.
    pub fn masked(&self, text: &str) -> String {
        resolved::masked(&self.secrets, text)
    }

    /// The SHA-256 of what is written and of all values from outside: of everything in the application but
    /// the files that it names.
    pub fn sha256(&self) -> String {
        written::digest_with(&self.written_sha256, &self.params)
    }

    /// Where the value with exactly this dotted path stands; none where it is not written.
    pub fn written(&self, path: &str) -> Option<Span> {
        self.spans.get(path).copied()
    }

    /// The same finding; where it marks a parameter that is used, it also marks where that is set.
    #[must_use]
    pub fn explain(&self, diagnostic: Diagnostic) -> Diagnostic {
        self.origins.explain(diagnostic)
    }

    /// Where each value stands, by dotted path.
    pub fn spans(&self) -> impl Iterator<Item = (&str, Span)> {
        self.spans.iter().map(|(path, span)| (path.as_str(), *span))
    }

    fn section(&mut self, reader: &mut Reader<'_>, entry: &Entry) {
        let value = &entry.value;
        match entry.key.as_str() {
            "app" => {
                self.app = reader.typed(entry).unwrap_or_default();
                if let Some(needed) = &self.app.oakc {
                    reader.check_oakc(entry, needed);
                }
            }
            "device" => self.device = reader.typed(entry).unwrap_or_default(),
            "lint" => {
                self.levels = reader.typed(entry).unwrap_or_default();
                reader.within("lint", |r| r.spans_of_items(&entry.value));
            }
            "board" => {
                let shape = BoardConfig::SHAPE;
                self.board = reader.entry(&shape, entry).unwrap_or(self.board.clone());
            }
            "pipeline" => self.pipeline_section(reader, entry),
            "assets" => {
                let assets = reader.within(&entry.key, |r| r.assets(value));
                self.assets.extend(assets);
            }
            "nodes" => {
                if let Some(table) = reader.table(value) {
                    reader.within("nodes", |r| self.read_nodes(r, table));
                }
            }
            // All were read before everything else.
            "models" | "network" | "logging" | "params" | "extends" | "profiles" | "remove" => {}
            key if NODE_KEYS.contains(&key) => reader.report(key_of_a_node(entry)),
            _ => reader.unknown_key(entry, SECTIONS, "a section of an application"),
        }
    }

    fn read_nodes(&mut self, reader: &mut Reader<'_>, table: &Table) {
        for entry in &table.entries {
            reader.spans_at(&entry.key, entry.key_span);
            let problems = reader.problems();
            match reader.within(&entry.key, |r| NodeConfig::read(r, entry)) {
                Some(mut node) => {
                    node.sound = reader.problems() == problems;
                    self.nodes.push(node);
                }
                None => {
                    self.broken_nodes.insert(entry.key.clone());
                }
            }
        }
    }

    fn pipeline_section(&mut self, reader: &mut Reader<'_>, entry: &Entry) {
        let Some(table) = reader.table(&entry.value) else {
            return;
        };
        let (openvino, table) = split(table, &["openvino"]);
        if let Some(entry) = openvino.first() {
            reader.within("pipeline", |r| r.spans_at(&entry.key, entry.value.span));
            self.openvino = reader.openvino(entry);
        }
        let Shape::Struct(shape) = GlobalProperties::SHAPE else {
            return;
        };
        let extra = ["openvino"];
        reader.within("pipeline", |r| {
            r.whole(&mut self.pipeline, shape, &[], &table, &extra);
        });
        let effects = reader.take_effects();
        self.assets.extend(effects.assets);
    }
}

/// The entries with these keys, and a table of the others.
fn split(table: &Table, keys: &[&str]) -> (Vec<Entry>, Table) {
    let (picked, entries) = table
        .entries
        .iter()
        .cloned()
        .partition(|entry| keys.contains(&entry.key.as_str()));
    (picked, Table { entries })
}

fn key_of_a_node(entry: &Entry) -> Diagnostic {
    let key = &entry.key;
    let message = format!("`{key}` is not a section of an application");
    Diagnostic::new(&rules::UNKNOWN_KEY, message)
        .label(entry.key_span, "unknown key")
        .help(format!(
            "`{key}` is a key of a node: write it below the name of its node"
        ))
}
