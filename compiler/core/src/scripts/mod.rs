//! The programs of the Script nodes.
//!
//! In: the graph, whose nodes hold them as assets. Out: [`Scripts`]: what is known about each, and
//! where it stands, in a file of its own or inside the configuration. Never: a program that runs.

mod embedded;

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::thread;

use oakc_diag::{FileId, Rule, SourceMap, Span};
use oakc_script::Script;
use petgraph::graph::NodeIndex;

use crate::graph::{Graph, NodeRef};
use embedded::Embedded;

/// The asset that holds the program of a Script node.
const ASSET: &str = "__script";

/// Fewer programs are not worth a thread.
const MIN_SHARE: usize = 8;

/// The programs of an application, by node.
#[derive(Debug, Default)]
pub struct Scripts {
    by_node: BTreeMap<NodeIndex, ScriptSource>,
}

/// One program.
#[derive(Debug)]
pub struct ScriptSource {
    /// Its text; or, where it is not UTF-8, the offset of the first byte that is wrong.
    pub text: Result<Arc<str>, usize>,
    /// What is known about it; nothing where it is not UTF-8.
    pub program: Arc<Script>,
    location: Location,
}

#[derive(Debug)]
enum Location {
    /// A file of its own.
    File(FileId),
    /// A value in the configuration.
    Inline(Embedded),
}

/// Parses the programs of `graph`, each distinct text once and several at a time. A thread that failed
/// leaves its programs out.
fn parse_all(graph: &Graph) -> BTreeMap<&str, Arc<Script>> {
    let assets = graph
        .nodes()
        .filter_map(|(_, config)| config.assets.get(ASSET));
    let texts = assets.filter_map(|asset| std::str::from_utf8(&asset.bytes).ok());
    let texts: Vec<_> = texts.collect::<BTreeSet<_>>().into_iter().collect();
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let share = texts.len().div_ceil(threads).max(MIN_SHARE);
    let parse = |text: &&'_ str| Arc::new(Script::parse(text));
    if texts.len() <= share {
        let scripts = texts.iter().map(parse);
        return texts.iter().copied().zip(scripts).collect();
    }
    thread::scope(|scope| {
        let shares = texts.chunks(share);
        let shares: Vec<_> = shares
            .map(|texts| scope.spawn(move || texts.iter().map(parse).collect::<Vec<_>>()))
            .collect();
        let parsed = texts.chunks(share).zip(shares);
        let parsed = parsed.filter_map(|(texts, share)| Some((texts, share.join().ok()?)));
        parsed
            .flat_map(|(texts, scripts)| texts.iter().copied().zip(scripts))
            .collect()
    })
}

impl Scripts {
    /// Collects the programs of `graph` and adds their files to `sources`, once each, named as seen
    /// from where the configuration `config_name` is named.
    pub fn collect(graph: &Graph, config_name: &str, sources: &mut SourceMap) -> Self {
        let parsed = parse_all(graph);
        let program = |text: &str| {
            let known = parsed.get(text).cloned();
            known.unwrap_or_else(|| Arc::new(Script::parse(text)))
        };
        let mut files = BTreeMap::new();
        let mut by_node = BTreeMap::new();
        for node in graph.node_refs() {
            let Some(asset) = node.config.assets.get(ASSET) else {
                continue;
            };
            let text = std::str::from_utf8(&asset.bytes)
                .map(Arc::<str>::from)
                .map_err(|error| error.valid_up_to());
            let source = match (node.config.files.first(), text) {
                (Some(file), Ok(text)) => {
                    let known = files.entry(&file.path);
                    let (id, program) = known.or_insert_with(|| {
                        let name = beside(config_name, &file.path);
                        (sources.add(name, Arc::clone(&text)), program(&text))
                    });
                    ScriptSource {
                        text: Ok(text),
                        program: Arc::clone(program),
                        location: Location::File(*id),
                    }
                }
                (_, text) => {
                    let place = embedded(&node, text.as_deref().unwrap_or_default(), sources);
                    ScriptSource {
                        program: text.as_deref().map(program).unwrap_or_default(),
                        location: Location::Inline(place),
                        text,
                    }
                }
            };
            by_node.insert(node.index, source);
        }
        Self { by_node }
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &ScriptSource> {
        self.by_node.values()
    }

    /// The program of a node.
    pub fn of(&self, node: &NodeRef<'_>) -> Option<&ScriptSource> {
        self.by_node.get(&node.index)
    }
}

impl ScriptSource {
    /// Where some bytes of the program stand. Inside a configuration that may be a whole line, or the
    /// whole value, where escapes or parameters move the bytes.
    pub fn span(&self, range: &Range<usize>) -> Span {
        match &self.location {
            Location::File(file) => Span::new(*file, range.start, range.end),
            Location::Inline(embedded) => embedded.span(range),
        }
    }

    /// Whether a comment allows this rule for what begins there.
    pub fn allows(&self, rule: &Rule, offset: usize) -> bool {
        let mut allowed = self.program.allowed(offset);
        allowed.any(|name| rule.is_called(name))
    }

    /// The file of its own that it has.
    pub fn file(&self) -> Option<FileId> {
        match self.location {
            Location::File(file) => Some(file),
            Location::Inline(_) => None,
        }
    }
}

/// The place of a program in the configuration.
fn embedded(node: &NodeRef<'_>, program: &str, sources: &SourceMap) -> Embedded {
    let value = node.span(&["source", "script_path", "code", "script"]);
    Embedded::new(program, value, sources.slice(value).unwrap_or_default())
}

/// A path that is relative to the configuration, as seen from where that is named.
fn beside(config_name: &str, path: &str) -> String {
    let directory = Path::new(config_name).parent().unwrap_or(Path::new(""));
    directory.join(path).display().to_string()
}
