//! The proof: an application is built in memory, and what the device would read is compared with
//! the original, part by part, by meaning. The order of connections and the numbers of ports mean
//! nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use oakc_blob::OpenVinoVersion;
use oakc_diag::render::{HumanOptions, human};
use oakc_diag::{Diagnostics, SourceMap};
use oakc_runtime_schema::nop;
use oakc_runtime_schema::pipeline::{NodeConnectionSchema, NodeIoInfo};
use oakc_runtime_schema::reflect::{EnumStyle, Reflect, Shape, Value, to_json};

use super::literal::same;
use super::original::{Original, PIPELINE, Ports};
use super::{BOARD, Imported, image};
use crate::check::rules;
use crate::check::{CheckedGraph, Examined};
use crate::config::Levels;
use crate::lower::{Lowered, lower};
use crate::syntax::Language;
use crate::world::{ReadError, World};
use crate::{Source, compile as compile_source, examine as examine_source};

/// The files of an application that is not on any disk.
struct InMemory<'a>([&'a BTreeMap<String, Arc<[u8]>>; 2]);

impl World for InMemory<'_> {
    fn read(&self, path: &str) -> Result<Arc<[u8]>, ReadError> {
        let found = self.0.iter().find_map(|files| files.get(path));
        found.cloned().ok_or(ReadError::NotFound)
    }
}

/// Compiles an application without the rules that say whether it is a good one: here only counts
/// what it is.
pub(super) fn compile(
    text: &str,
    language: Language,
    files: [&BTreeMap<String, Arc<[u8]>>; 2],
) -> Result<CheckedGraph, String> {
    let mut sources = SourceMap::new();
    let mut diagnostics = Diagnostics::new();
    let levels = Levels {
        allow: rules::all().map(|rule| rule.name.to_owned()).collect(),
        ..Levels::default()
    };
    let source = Source {
        name: "app",
        text,
        language,
        overrides: &[],
        levels: &levels,
    };
    let checked = compile_source(&source, &InMemory(files), &mut sources, &mut diagnostics);
    checked.ok_or_else(|| human(&diagnostics, &sources, HumanOptions::default()))
}

/// Compiles an application with all rules, and goes on whatever they find.
pub(super) fn examine(
    text: &str,
    language: Language,
    files: [&BTreeMap<String, Arc<[u8]>>; 2],
    sources: &mut SourceMap,
    diagnostics: &mut Diagnostics,
) -> Option<Examined> {
    let source = Source {
        name: "app",
        text,
        language,
        overrides: &[],
        levels: &Levels::default(),
    };
    examine_source(&source, &InMemory(files), sources, diagnostics)
}

/// What of `original` the application does not give.
pub(super) fn differences(imported: &Imported, original: &Original) -> Vec<String> {
    let files = [&imported.files, &imported.missing];
    let checked = compile(&imported.text, imported.language, files);
    let built = checked.and_then(|checked| lower(&checked).map_err(|error| error.to_string()));
    match built {
        Ok(lowered) => {
            let mut comparison = Comparison {
                lowered: &lowered,
                names: &imported.names,
                found: Vec::new(),
            };
            comparison.all(original);
            comparison.found
        }
        Err(text) => vec![format!("the application cannot be built:\n{text}")],
    }
}

struct Comparison<'a> {
    lowered: &'a Lowered,
    names: &'a BTreeMap<i64, String>,
    found: Vec<String>,
}

impl Comparison<'_> {
    fn all(&mut self, original: &Original) {
        if self.lowered.app_name() != original.app_name {
            self.found.push("the application's name".to_owned());
        }
        match nop::decode(&BOARD, self.lowered.board()) {
            Ok(board) => self.value("board", &BOARD, &original.board, &board),
            Err(error) => self.found.push(format!("board: {error}")),
        }
        let pipeline = self.lowered.pipeline().global_properties.to_value();
        self.value("pipeline", &PIPELINE, &original.pipeline, &pipeline);
        let wanted = original.openvino.map(image);
        if wanted.is_some_and(|wanted| wanted != image(self.lowered.openvino())) {
            let names = [original.openvino, Some(self.lowered.openvino())];
            let [wanted, got] = names.map(|v| v.unwrap_or(OpenVinoVersion::Universal));
            self.found.push(format!(
                "firmware for OpenVINO {wanted} became one for {got}"
            ));
        }
        self.nodes(original);
        self.links(original);
        self.assets(original);
    }

    fn name(&self, id: i64) -> String {
        let name = self.names.get(&id);
        name.map_or_else(|| format!("node {id}"), Clone::clone)
    }

    fn nodes(&mut self, original: &Original) {
        let built = &self.lowered.pipeline().nodes;
        let ids = |ids: &mut dyn Iterator<Item = &i64>| ids.copied().collect::<BTreeSet<_>>();
        let (wanted, got) = (ids(&mut original.nodes.keys()), ids(&mut built.keys()));
        for id in wanted.symmetric_difference(&got) {
            self.found
                .push(format!("{}: there on one side only", self.name(*id)));
        }
        for (id, node) in &original.nodes {
            let Some(info) = built.get(id) else { continue };
            let name = self.name(*id);
            if info.name != node.kind.schema_name {
                self.found.push(format!("{name}: another kind of node"));
                continue;
            }
            match nop::decode(&node.kind.properties, &info.properties.0) {
                Ok(value) => self.value(&name, &node.kind.properties, &node.properties, &value),
                Err(error) => self.found.push(format!("{name}: {error}")),
            }
            self.ports(&name, &node.ports, &info.io_info);
        }
    }

    fn ports(&mut self, name: &str, wanted: &Ports, got: &Ports) {
        let keys: BTreeSet<_> = wanted.keys().chain(got.keys()).collect();
        for key in keys {
            // Ports are numbered as they come.
            let known = |ports: &Ports| {
                let port = ports.get(key).cloned();
                port.map(|port| NodeIoInfo { id: 0, ..port })
            };
            if known(wanted) != known(got) {
                self.found.push(format!("{name}: port `{}`", key.1));
            }
        }
    }

    fn links(&mut self, original: &Original) {
        let set = |links: &[NodeConnectionSchema]| {
            let ends = links.iter().map(|link| {
                let from = (
                    link.node1_id,
                    link.node1_output_group.clone(),
                    link.node1_output.clone(),
                );
                let to = (
                    link.node2_id,
                    link.node2_input_group.clone(),
                    link.node2_input.clone(),
                );
                (from, to)
            });
            ends.collect::<BTreeSet<_>>()
        };
        let (wanted, got) = (
            set(&original.links),
            set(&self.lowered.pipeline().connections),
        );
        for (from, to) in wanted.symmetric_difference(&got) {
            let (sender, receiver) = (self.name(from.0), self.name(to.0));
            self.found
                .push(format!("link {sender}.{} to {receiver}.{}", from.2, to.2));
        }
    }

    fn assets(&mut self, original: &Original) {
        let mut wanted = BTreeMap::new();
        for (key, asset) in &original.assets {
            wanted.insert(format!("/pipeline/{key}"), asset);
        }
        for (id, node) in &original.nodes {
            for (key, asset) in &node.assets {
                wanted.insert(format!("/node/{id}/{key}"), asset);
            }
        }
        let got = &self.lowered.assets().map;
        let uris: BTreeSet<_> = wanted.keys().chain(got.keys()).cloned().collect();
        for uri in uris {
            let equal = match (wanted.get(&uri), got.get(&uri)) {
                (Some(asset), Some(entry)) => {
                    let start = entry.offset as usize;
                    let bytes = self
                        .lowered
                        .storage()
                        .get(start..start + entry.size as usize);
                    asset.alignment == entry.alignment && bytes == Some(asset.bytes.as_ref())
                }
                _ => false,
            };
            if !equal {
                self.found.push(format!("asset {uri}"));
            }
        }
    }

    /// Descends to the members that differ.
    fn value(&mut self, path: &str, shape: &Shape, wanted: &Value, got: &Value) {
        if same(wanted, got) {
            return;
        }
        if let (Shape::Struct(of), Value::Struct(a), Value::Struct(b)) = (shape, wanted, got) {
            for ((field, a), b) in of.fields.iter().zip(a).zip(b) {
                self.value(&format!("{path}.{}", field.key), &field.shape, a, b);
            }
            return;
        }
        let say = |value| to_json(shape, value, EnumStyle::Names).to_string();
        self.found
            .push(format!("{path}: {} became {}", say(wanted), say(got)));
    }
}
