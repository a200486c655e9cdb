//! The configuration of an imported application.
//!
//! In: an [`Original`]. Out: sections, nodes with their keys, links, and the files that hold the
//! assets. Never: a file on disk.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use oakc_blob::OpenVinoVersion;
use oakc_core::config::model_of;
use oakc_core::config::rules::UNDOCUMENTED_VALUE;
use oakc_digest::sha256;
use oakc_runtime_schema::reflect::{
    Asset, EnumStyle, Model, Shape, StructShape, Value, from_json, to_json,
};
use oakc_runtime_schema::release;

use super::document::{Entry, Literal};
use super::files::Files;
use super::keys::{Keys, Queue, Queues, Search, Subject, Wanted};
use super::literal::escaped;
use super::logging;
use super::original::{BOARD, Firmware, Original, OriginalNode, PIPELINE};
use super::params::{self, Params};
use super::ports::{
    PortKey, describe, input_value, is_input, is_static, receiver, sender, settings, usual_queue,
    written_port,
};
use super::{KnownModel, Needed, Note};

/// Sections and files, and what a person should know.
#[derive(Debug)]
pub(super) struct Composition {
    /// The sections.
    pub(super) root: Vec<Entry>,
    /// The files by path.
    pub(super) files: BTreeMap<String, Arc<[u8]>>,
    /// Files that nobody has, with what stands in for them.
    pub(super) missing: BTreeMap<String, Arc<[u8]>>,
    /// What could not be said, and what needs a decision.
    pub(super) notes: Vec<Note>,
}

/// Writes everything down, the nodes under `names`, with what the text is known to need.
pub(super) fn compose(
    original: &Original,
    names: &BTreeMap<i64, String>,
    needed: &Needed,
    models: &BTreeMap<String, KnownModel>,
) -> Composition {
    let mut files = Files::default();
    for path in RESERVED {
        files.reserve(path);
    }
    let mut composer = Composer {
        original,
        names,
        links: BTreeMap::new(),
        linked_outputs: BTreeSet::new(),
        search: Search::default(),
        files,
        models,
        missing: BTreeSet::new(),
        notes: Vec::new(),
        params: Params::new(params::secrets(original)),
    };
    composer.sort_links();
    let root = composer.root(needed);
    let files = composer.files.into_map().into_iter();
    let (missing, files) = files.partition(|(path, _)| composer.missing.contains(path));
    Composition {
        root,
        files,
        missing,
        notes: composer.notes,
    }
}

pub(super) struct Composer<'a> {
    original: &'a Original,
    names: &'a BTreeMap<i64, String>,
    /// References to the outputs that feed an input.
    links: BTreeMap<PortKey, Vec<String>>,
    linked_outputs: BTreeSet<PortKey>,
    search: Search,
    pub(super) files: Files,
    models: &'a BTreeMap<String, KnownModel>,
    /// Paths of files that nobody has.
    missing: BTreeSet<String>,
    notes: Vec<Note>,
    pub(super) params: Params,
}

/// Names that the files of an application must not have.
const RESERVED: &[&str] = &["app.toml", "app.yaml", "app.dap", "oakc.lock"];

impl Composer<'_> {
    pub(super) fn note(&mut self, about: &str, text: impl Into<String>) {
        self.notes.push(Note::new(about, text));
    }

    fn root(&mut self, needed: &Needed) -> Vec<Entry> {
        let app = self.app();
        let board = self.board();
        let (pipeline, assets) = self.pipeline(needed.openvino);
        let nodes = self.nodes();
        let lint = self.lint(needed);
        let logging = logging::section(self.original, self.names);
        let sections = [
            ("app", app),
            ("params", self.params.section()),
            ("network", logging::network(self.original)),
            ("logging", logging),
            ("lint", lint),
            ("board", board),
            ("pipeline", pipeline),
            ("assets", assets),
        ];
        let sections = sections
            .into_iter()
            .filter(|(_, entries)| !entries.is_empty());
        let sections = sections.chain([("nodes", nodes)]);
        let sections = sections.map(|(key, entries)| Entry::new(key, Literal::Table(entries)));
        let mut sections: Vec<_> = sections.collect();
        let others = sections.iter_mut().filter(|it| it.key != "params");
        others.for_each(|section| self.params.hide(section));
        sections
    }

    /// Allows what has to be allowed, and notes it.
    fn lint(&mut self, needed: &Needed) -> Vec<Entry> {
        self.notes.extend(needed.undocumented.iter().cloned());
        if needed.undocumented.is_empty() {
            return Vec::new();
        }
        let allowed = Literal::Str(UNDOCUMENTED_VALUE.name.to_owned());
        vec![Entry::new("allow", Literal::List(vec![allowed]))]
    }

    fn app(&mut self) -> Vec<Entry> {
        let mut entries = Vec::new();
        if !self.original.app_name.is_empty() {
            entries.push(Entry::text("name", escaped(&self.original.app_name)));
        }
        if let Some(version) = logging::version(self.original) {
            entries.push(Entry::text("version", escaped(&version)));
        }
        match &self.original.firmware {
            Firmware::None => {}
            Firmware::Release(version) if release::find(version).is_some() => {
                entries.push(Entry::text("depthai", version));
            }
            Firmware::Release(version) => self.note(
                "app",
                format!(
                    "the package contains the firmware of depthai {version}; it is built with that of \
                     {} from now on",
                    release::latest().version()
                ),
            ),
            Firmware::Unknown(commit) => {
                let commit: String = commit.chars().take(40).collect();
                self.note(
                    "app",
                    format!(
                        "the package contains a firmware unknown to oakc (`{commit}`); to \
                         keep it: `oakc inspect --extract`, then `oakc build --firmware`"
                    ),
                );
            }
        }
        entries
    }

    fn board(&mut self) -> Vec<Entry> {
        let Shape::Struct(shape) = BOARD else {
            return Vec::new();
        };
        let context = KeyContext::default();
        let keys = self.keys("board", Subject::of(shape), &self.original.board, &context);
        keys.entries
    }

    fn pipeline(&mut self, forced: Option<OpenVinoVersion>) -> (Vec<Entry>, Vec<Entry>) {
        let Shape::Struct(shape) = PIPELINE else {
            return (Vec::new(), Vec::new());
        };
        let original = self.original;
        let mut properties = original.pipeline.clone();
        let calibration = self.calibration(shape, &mut properties);
        let own_assets = self.masked("assets", &original.assets);
        let context = self.context(None, "", &own_assets, &[]);
        let keys = self.keys("pipeline", Subject::of(shape), &properties, &context);
        let mut entries = keys.entries;
        entries.extend(calibration);
        if let Some(version) = forced {
            entries.push(Entry::text("openvino", version.name()));
        }
        let assets = assets(&own_assets, &keys.assets, &context.files);
        (entries, assets)
    }

    /// Takes a calibration out of the properties and puts it into a file, where a file can hold it.
    fn calibration(&mut self, shape: &StructShape, properties: &mut Value) -> Option<Entry> {
        let (index, field) = shape.field("calib_data")?;
        let Value::Struct(fields) = properties else {
            return None;
        };
        let slot = fields.get_mut(index)?;
        let json = to_json(&field.shape, slot, EnumStyle::Numbers);
        let read = from_json(&field.shape, &json).ok()?;
        if json.is_null() || !read.same(slot) {
            return None;
        }
        *slot = Value::Optional(None);
        let bytes = format!("{json:#}\n").into_bytes().into();
        let path = self.files.put("calibration", "json", &bytes);
        Some(Entry::text("calibration", path))
    }

    fn nodes(&mut self) -> Vec<Entry> {
        let mut entries = Vec::new();
        let mut next = 0;
        let relay = logging::relay(self.original);
        for (id, node) in &self.original.nodes {
            if Some(*id) == relay {
                continue;
            }
            let name = self.names.get(id).cloned().unwrap_or_default();
            let mut table = vec![Entry::text("type", node.kind.name())];
            // From the first gap on every id is pinned: one without would fall into the gap.
            if *id == next {
                next += 1;
            } else {
                table.push(Entry::new("id", Literal::Int(i128::from(*id))));
            }
            table.extend(self.node(*id, &name, node));
            entries.push(Entry::new(name, Literal::Table(table)));
        }
        entries
    }

    fn node(&mut self, id: i64, name: &str, node: &OriginalNode) -> Vec<Entry> {
        let Shape::Struct(shape) = node.kind.properties else {
            return Vec::new();
        };
        let subject = Subject {
            name: node.kind.name(),
            shape,
            setters: node.kind.setters,
        };
        let names = self.search.file_names(subject, &node.properties);
        let (own_assets, more) = self.unbundled(name, &node.assets, &names);
        let mut context = self.context(Some(node), name, &own_assets, &names);
        context.fresh = Some((node.kind.default_properties)());
        let keys = self.keys(name, subject, &node.properties, &context);
        let mut entries = keys.entries;
        entries.extend(more);
        let assets = assets(&own_assets, &keys.assets, &context.files);
        if !assets.is_empty() {
            entries.push(Entry::new("assets", Literal::Table(assets)));
        }
        let inputs = self.inputs(id, name, node, &keys.queues);
        if !inputs.is_empty() {
            entries.push(Entry::new("inputs", Literal::Table(inputs)));
        }
        entries.extend(self.outputs(id, name, node));
        entries
    }

    /// The keys of one struct; notes what they cannot say.
    fn keys(&mut self, about: &str, subject: Subject, value: &Value, context: &KeyContext) -> Keys {
        let fresh = context.fresh.clone();
        let fresh = fresh.unwrap_or_else(|| (subject.shape.default)());
        let wanted = Wanted {
            properties: value,
            queues: &context.queues,
            assets: &context.assets,
            files: &context.files,
            models: &context.models,
        };
        let keys = self
            .search
            .keys(subject, &fresh, &context.fresh_queues, wanted);
        for unsayable in &keys.lost {
            self.note(
                about,
                format!("{unsayable}: it is left out and keeps its default"),
            );
        }
        keys
    }

    /// Files for assets, and what else belongs to a node.
    fn context(
        &mut self,
        node: Option<&OriginalNode>,
        name: &str,
        assets: &BTreeMap<String, Asset>,
        names: &[(String, String)],
    ) -> KeyContext {
        let mut context = KeyContext {
            assets: assets.clone(),
            ..KeyContext::default()
        };
        if let Some(node) = node {
            (context.fresh_queues, context.queues) = queues(node);
        }
        for (key, asset) in assets {
            if let Ok((model, _)) = model_of(&asset.bytes) {
                context.models.insert(key.clone(), model);
            }
            let known = names.iter().find(|(of, _)| of == key);
            let known = known.and_then(|(_, path)| self.files.put_at(path, &asset.bytes));
            let known = known.or_else(|| self.known_model(name, asset));
            let path = known.unwrap_or_else(|| {
                let (stem, ending) = file_name(name, key);
                self.files.put(&stem, &ending, &asset.bytes)
            });
            context.files.insert(key.clone(), path);
        }
        context
    }

    /// The file of a model whose name is known; a note where nobody has it.
    fn known_model(&mut self, about: &str, asset: &Asset) -> Option<String> {
        if self.models.is_empty() {
            return None;
        }
        let known = self.models.get(&sha256(&asset.bytes))?;
        let file = known.path.rsplit(['/', '\\']).next().unwrap_or_default();
        let stem = file.strip_suffix(".blob").unwrap_or(file);
        let path = self.files.put_at(&known.path, &asset.bytes);
        let path = path.unwrap_or_else(|| self.files.put(stem, "blob", &asset.bytes));
        if known.missing {
            let text = format!(
                "the program names the model `{}`, which was not found: place it at `{path}`",
                known.path
            );
            self.note(about, text);
            self.missing.insert(path.clone());
        }
        Some(path)
    }

    /// Files every link under the input that it feeds.
    fn sort_links(&mut self) {
        let mut links: Vec<_> = self.original.links.iter().collect();
        links.sort_by_key(|link| (link.node1_id, &link.node1_output_group, &link.node1_output));
        let mut seen = BTreeSet::new();
        for link in links {
            let from = sender(link);
            let to = receiver(link);
            match self.reference(&from, &to) {
                Err(reason) => self.note("links", format!("{}: {reason}", describe(link))),
                Ok(_) if !seen.insert((from.clone(), to.clone())) => {
                    self.note("links", format!("{}: it is listed twice", describe(link)));
                }
                Ok(reference) => {
                    self.linked_outputs.insert(from);
                    self.links.entry(to).or_default().push(reference);
                }
            }
        }
    }

    /// How an input refers to the output `from`.
    fn reference(&self, from: &PortKey, to: &PortKey) -> Result<String, String> {
        let missing = |port: &PortKey| format!("left out: there is no port `{}`", port.2);
        let node = |port: &PortKey| {
            let node = self.original.nodes.get(&port.0);
            let has_port = |node: &&OriginalNode| {
                let key = (port.1.clone(), port.2.clone());
                node.ports.contains_key(&key)
                    || (port.1.is_empty() && is_static(node.kind, &port.2))
            };
            node.filter(has_port).ok_or_else(|| missing(port))
        };
        node(to)?;
        let sender = node(from)?;
        let name = self.names.get(&from.0).ok_or_else(|| missing(from))?;
        let is_own = sender.kind.output(&from.2).is_some();
        let output = written_port("outputs", &from.1, &from.2, is_own);
        Ok(escaped(&format!("{name}.{output}")))
    }

    fn inputs(&mut self, id: i64, name: &str, node: &OriginalNode, reached: &Queues) -> Vec<Entry> {
        let mut entries = Vec::new();
        for ((group, port), info) in &node.ports {
            if !is_input(info) {
                continue;
            }
            let key = (id, group.clone(), port.clone());
            let from = self.links.remove(&key).unwrap_or_default();
            let Some(usual) = usual_queue(node.kind, group, port, reached) else {
                self.note(
                    name,
                    format!(
                        "input `{port}` is left out: {} has no such input in 2.33",
                        node.kind.name()
                    ),
                );
                continue;
            };
            let settings = settings(info, &usual);
            let exists = group.is_empty();
            if from.is_empty() && settings.is_empty() && exists {
                continue;
            }
            let key = written_port("inputs", group, port, node.kind.input(port).is_some());
            entries.push(Entry::new(key, input_value(from, settings)));
        }
        entries
    }

    /// The entries of a map of outputs that nobody refers to: the program may still send to them.
    fn outputs(&mut self, id: i64, name: &str, node: &OriginalNode) -> Option<Entry> {
        let mut unlinked = Vec::new();
        for ((group, port), info) in &node.ports {
            if is_input(info) {
                continue;
            }
            let group_of_kind = node.kind.output_map.map_or("", |map| map.group);
            if group.is_empty() && node.kind.output(port).is_none()
                || !group.is_empty() && group != group_of_kind
            {
                self.note(
                    name,
                    format!(
                        "output `{port}` is left out: {} has no such output in 2.33",
                        node.kind.name()
                    ),
                );
            } else if !group.is_empty()
                && !self
                    .linked_outputs
                    .contains(&(id, group.clone(), port.clone()))
            {
                unlinked.push(Literal::Str(escaped(port)));
            }
        }
        (!unlinked.is_empty()).then(|| Entry::new("outputs", Literal::List(unlinked)))
    }
}

/// What belongs to a struct, for the search of its keys.
#[derive(Debug, Default)]
struct KeyContext {
    fresh: Option<Value>,
    fresh_queues: Queues,
    queues: Queues,
    assets: BTreeMap<String, Asset>,
    files: BTreeMap<String, String>,
    models: BTreeMap<String, Arc<Model>>,
}

/// The queues of a node's own inputs: of a fresh node, and of this one.
fn queues(node: &OriginalNode) -> (Queues, Queues) {
    let mut fresh = Queues::new();
    let mut wanted = Queues::new();
    for input in node.kind.inputs {
        let usual = Queue {
            size: input.queue_size,
            wait: input.wait_for_message,
        };
        let port = node.ports.get(&(String::new(), input.name.to_owned()));
        let found = port.map_or(usual, |port| Queue {
            size: port.queue_size,
            wait: port.wait_for_message,
        });
        fresh.insert(input.name, usual);
        wanted.insert(input.name, found);
    }
    (fresh, wanted)
}

/// Stem and ending of the file for an asset of the node `name` (empty for the pipeline).
fn file_name(name: &str, key: &str) -> (String, String) {
    let usual = |ending: &str| (name.to_owned(), ending.to_owned());
    match key {
        "__script" => usual("py"),
        "__blob" => usual("blob"),
        "camTuning" => ("camera_tuning".to_owned(), "bin".to_owned()),
        _ => {
            let joint = if name.is_empty() { "" } else { "_" };
            let plain = |ending: &&str| {
                !ending.is_empty()
                    && ending.len() <= 8
                    && ending.chars().all(|c| c.is_ascii_alphanumeric())
            };
            let (stem, ending) = key.rsplit_once('.').unwrap_or((key, ""));
            let ending = Some(ending).filter(plain);
            let stem = if ending.is_some() { stem } else { key };
            let ending = ending.unwrap_or("bin").to_ascii_lowercase();
            (format!("{name}{joint}{stem}"), ending)
        }
    }
}

/// The assets that no shorthand makes.
fn assets(
    all: &BTreeMap<String, Asset>,
    made: &BTreeMap<String, Asset>,
    files: &BTreeMap<String, String>,
) -> Vec<Entry> {
    let listed = all
        .iter()
        .filter(|(key, asset)| made.get(*key) != Some(asset));
    let entry = |(key, asset): (&String, &Asset)| {
        let path = Entry::text("path", files.get(key)?);
        let value = match asset.alignment {
            64 => path.value,
            alignment => Literal::Record(vec![
                path,
                Entry::new("alignment", Literal::Int(i128::from(alignment))),
            ]),
        };
        Some(Entry::new(key, value))
    };
    listed.filter_map(entry).collect()
}
