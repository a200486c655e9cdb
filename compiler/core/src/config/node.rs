//! A node: a table of `[nodes]` in, a [`NodeConfig`] out. A key with a problem is reported and left at its default; a
//! node without a kind is reported, and there is none.

use std::collections::BTreeMap;
use std::sync::Arc;

use oakc_blob::Blob;
use oakc_diag::{Diagnostic, Span};
use oakc_model::Description;
use oakc_runtime_schema::nodes::Kind;
use oakc_runtime_schema::reflect::{Asset, Effects, QueueChange, Shape, Value};

use super::language::{DeskModel, InputSettings, InputValue};
use super::links::{self, PortName};
use super::reader::Reader;
use super::rules;
use super::split;
use super::suggest::misspelt;
use super::template::Template;
use crate::modules::OwnModules;
use crate::syntax::{Entry, Language, Node, NodeValue, Table};

/// One `[nodes.NAME]`.
#[derive(Debug)]
pub struct NodeConfig {
    /// Its name in the configuration.
    pub name: String,
    /// Where that name stands.
    pub span: Span,
    /// Its kind.
    pub kind: Kind,
    /// Where the kind stands.
    pub kind_span: Span,
    /// The id it is pinned to.
    pub id: Option<(i64, Span)>,
    /// Its properties: a value of `kind.properties`.
    pub properties: Value,
    /// Queue settings that follow from its setters, by input.
    pub queues: BTreeMap<&'static str, QueueChange>,
    /// Its assets by key, those of its setters included.
    pub assets: BTreeMap<String, Asset>,
    /// Its model.
    pub model: Option<ModelUse>,
    /// The files that its keys name, in the order in which they were read; models apart.
    pub files: Vec<FileUse>,
    /// The modules of its own that its script imports. The script in the assets contains them; it is here without.
    pub modules: Option<OwnModules>,
    /// The text of its script's file, if parameters were filled into it.
    pub template: Option<Template>,
    /// Whether everything written about it could be read. What could not is at its default, so
    /// nothing follows from the properties of such a node.
    pub sound: bool,
    /// Its inputs, as far as the configuration mentions them.
    pub inputs: Vec<InputConfig>,
    /// Entries of its map of outputs that exist although nobody refers to them: name and place.
    pub outputs: Vec<(String, Span)>,
}

/// A model that a node uses.
#[derive(Clone, Debug)]
pub struct ModelUse {
    /// What the node calls it: a name of `[models]`, or a path.
    pub name: String,
    /// What the blob says.
    pub blob: Arc<Blob>,
    /// What the file says about the model beside its tensors.
    pub description: Option<Arc<Description>>,
    /// Its path as written; where a description stands beside it, the path of that.
    pub described_in: String,
    /// Where that is written.
    pub described_at: Span,
    /// What runs in its place on the desk, with its path relative to the application, and where that is said.
    pub desk: Option<(DeskModel, Span)>,
    /// What the blob was compiled from, where oakc did that.
    pub network: Option<Arc<NetworkFiles>>,
    /// Who decides on how many SHAVEs it runs.
    pub shaves: ShavesBy,
    /// Where the node names it.
    pub span: Span,
}

/// Who decides on how many SHAVEs a model runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShavesBy {
    /// Whoever compiled it.
    File,
    /// oakc.
    Default,
    /// The configuration, in this place.
    Written(Span),
}

/// The files of a model before it is compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkFiles {
    /// What the first is called.
    pub name: String,
    /// Its bytes.
    pub model: Arc<[u8]>,
    /// The weights, where they are a file of their own.
    pub weights: Option<Arc<[u8]>>,
}

/// A file that a node names.
#[derive(Clone, Debug)]
pub struct FileUse {
    /// Its path as written.
    pub path: String,
    /// Where the node names it.
    pub span: Span,
}

/// One `inputs.NAME` of a node.
#[derive(Debug)]
pub struct InputConfig {
    /// The name as written.
    pub name: PortName,
    /// Where the name stands.
    pub span: Span,
    /// The outputs that feed it: reference and place.
    pub from: Vec<(String, Span)>,
    /// Queue settings.
    pub settings: InputSettings,
}

/// Keys of a node that are not properties.
pub(super) const NODE_KEYS: &[&str] = &["type", "id", "inputs", "outputs", "assets"];

impl NodeConfig {
    pub(super) fn read(reader: &mut Reader<'_>, entry: &Entry) -> Option<Self> {
        let table = reader.table(&entry.value)?;
        let named = Self::kind_entry(reader, entry, table)?;
        let (kind, kind_span) = Self::kind(reader, named)?;
        let mut keys = NODE_KEYS.to_vec();
        keys.push(&named.key);
        let (special, properties) = split(table, &keys);
        let mut node = Self {
            name: entry.key.clone(),
            span: entry.key_span,
            kind,
            kind_span,
            id: None,
            properties: (kind.default_properties)(),
            queues: BTreeMap::new(),
            assets: BTreeMap::new(),
            model: None,
            files: Vec::new(),
            modules: None,
            template: None,
            sound: true,
            inputs: Vec::new(),
            outputs: Vec::new(),
        };
        node.read_properties(reader, &properties);
        for entry in &special {
            match entry.key.as_str() {
                "id" => node.id = reader.typed(entry).map(|id| (id, entry.value.span)),
                "inputs" => node.inputs = InputConfig::read_all(reader, &entry.value),
                // Its shape is checked first; where each name stands, only the tree knows.
                "outputs" if reader.typed::<Vec<String>>(entry).is_some() => {
                    node.outputs = links::sources(&entry.value);
                }
                "assets" => {
                    let assets = reader.within("assets", |r| r.assets(&entry.value));
                    node.assets.extend(assets);
                }
                _ => {}
            }
        }
        node.compare_queues(reader);
        Some(node)
    }

    /// Notes shorthands about the queue of an input that says something else itself: the input counts.
    fn compare_queues(&self, reader: &mut Reader<'_>) {
        for input in &self.inputs {
            let name = input.name.name.as_str();
            let (Some(change), settings) = (self.queues.get(name), &input.settings) else {
                continue;
            };
            let differs = |own: Option<bool>, other: Option<bool>| {
                own.is_some() && other.is_some() && own != other
            };
            let size = change.queue_size.zip(settings.queue_size);
            if differs(change.wait_for_message, settings.wait_for_message)
                || size.is_some_and(|(own, other)| own != other)
            {
                reader.overridden_queue(name, &format!("inputs.{}", input.name), input.span);
            }
        }
    }

    /// The entry that names the kind, under its key or under one that was meant to be it.
    fn kind_entry<'t>(
        reader: &mut Reader<'_>,
        entry: &Entry,
        table: &'t Table,
    ) -> Option<&'t Entry> {
        if let Some(named) = table.entry("type") {
            return Some(named);
        }
        let meant = misspelt(table, "type", NODE_KEYS);
        match meant {
            Some(meant) => reader.unknown_key(meant, NODE_KEYS, "a key of a node"),
            None => reader.report(
                Diagnostic::new(
                    &rules::MISSING_KEY,
                    format!("node `{}` has no `type`", entry.key),
                )
                .label(entry.key_span, "the type of this node is missing")
                .help(typeless(reader.language, entry, table)),
            ),
        }
        meant
    }

    fn kind(reader: &mut Reader<'_>, named: &Entry) -> Option<(Kind, Span)> {
        let name: String = reader.typed(named)?;
        let span = named.value.span;
        let kind = Kind::from_name(&name);
        if kind.is_none() {
            reader.unknown_kind(&name, span);
        }
        kind.map(|kind| (kind, span))
    }

    fn read_properties(&mut self, reader: &mut Reader<'_>, table: &Table) {
        let Shape::Struct(shape) = self.kind.properties else {
            return;
        };
        let setters = self.kind.setters;
        reader.whole(&mut self.properties, shape, setters, table, NODE_KEYS);
        let Effects {
            queues,
            assets,
            module_folders,
            is_template,
        } = reader.take_effects();
        self.queues = queues;
        self.assets = assets;
        self.model = reader.used_model.take();
        self.files = std::mem::take(&mut reader.used_files);
        if is_template {
            self.fill_template(reader);
        }
        self.mark_secrets(reader);
        self.find_modules(reader, &module_folders);
    }
}

/// What to do about a node without a type: it may be a key of the node before it, or the first part of
/// a name.
fn typeless(language: Language, entry: &Entry, table: &Table) -> String {
    let name = entry.key.as_str();
    if NODE_KEYS.contains(&name) {
        return match language {
            Language::Toml => format!(
                "if `{name}` belongs to a node, write {}",
                language.table(&["nodes", "NAME", name])
            ),
            Language::Yaml => format!(
                "if `{name}` belongs to the node above it, indent it like the `type` of that node"
            ),
        };
    }
    let is_node = |inner: &&Entry| match &inner.value.value {
        NodeValue::Table(table) => table.entry("type").is_some(),
        _ => false,
    };
    if let Some(inner) = table.entries.iter().find(is_node) {
        let whole = format!("{name}.{}", inner.key);
        let quoted = language.table(&["nodes", &whole]);
        return format!("if the name of the node is `{whole}`, put it in quotes: {quoted}");
    }
    format!(
        "add the node's class, e.g. {}",
        language.setting("type", Kind::ColorCamera.name())
    )
}

impl InputConfig {
    fn read_all(reader: &mut Reader<'_>, node: &Node) -> Vec<Self> {
        let Some(table) = reader.table(node) else {
            return Vec::new();
        };
        reader.within("inputs", |r| {
            let read = |entry| Self::read(r, entry);
            table.entries.iter().filter_map(read).collect()
        })
    }

    fn read(reader: &mut Reader<'_>, entry: &Entry) -> Option<Self> {
        let value: InputValue = reader.typed(entry)?;
        let settings = InputSettings::of(&value);
        let from = links::sources(&entry.value);
        Some(Self {
            name: PortName::parse(&entry.key),
            span: entry.key_span,
            from,
            settings,
        })
    }
}
