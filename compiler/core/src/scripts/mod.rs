//! The programs of the Script nodes.
//!
//! In: the graph, whose nodes hold them as assets. Out: [`Scripts`]: what is known about each, and
//! where it stands, in a file of its own or inside the configuration. Never: a program that runs.

mod embedded;
mod examination;
mod ports;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use oakc_diag::{Diagnostics, FileId, Rule, SourceMap, Span};
use oakc_script::{Fault, Script};
use petgraph::graph::NodeIndex;

use crate::graph::{Graph, NodeRef};
use crate::rules::internal_error::internal_error;
use embedded::Embedded;
use examination::Examination;

/// The asset that holds the program of a Script node.
const ASSET: &str = "__script";

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
    /// What the interpreter will raise, given what is linked to the node.
    pub faults: Arc<[Fault]>,
    location: Location,
}

#[derive(Debug)]
enum Location {
    /// A file of its own.
    File(FileId),
    /// A value in the configuration.
    Inline(Embedded),
}

impl Scripts {
    /// Examines the programs of `graph` and adds their files to `sources`, once each, named as seen from
    /// where the configuration `config_name` is named.
    pub fn collect(
        graph: &Graph,
        config_name: &str,
        sources: &mut SourceMap,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let programs = graph.node_refs().filter_map(|node| {
            let asset = node.config.assets.get(ASSET)?;
            let text = std::str::from_utf8(&asset.bytes).ok()?;
            Some((text, ports::of(&node)))
        });
        let examination = Examination::of(programs, Script::examine);
        let mut files = BTreeMap::new();
        let mut by_node = BTreeMap::new();
        for node in graph.node_refs() {
            let Some(asset) = node.config.assets.get(ASSET) else {
                continue;
            };
            let text = std::str::from_utf8(&asset.bytes)
                .map(Arc::<str>::from)
                .map_err(|error| error.valid_up_to());
            let location = match (node.config.files.first(), &text) {
                (Some(file), Ok(text)) => {
                    let add = || sources.add(beside(config_name, &file.path), Arc::clone(text));
                    Location::File(*files.entry(&file.path).or_insert_with(add))
                }
                (_, text) => {
                    let text = text.as_deref().unwrap_or_default();
                    Location::Inline(embedded(&node, text, sources))
                }
            };
            let known = match &text {
                Ok(text) => examination.program(text, &ports::of(&node)),
                Err(_) => Ok(Default::default()),
            };
            let (program, faults) = known.unwrap_or_else(|panicked| {
                let what = format!("the script of `{}`", node.name());
                let place = location.span(&(0..0));
                let found = internal_error(&what, &panicked);
                diagnostics.push(found.label(place, "of this script nothing is known"));
                Default::default()
            });
            let source = ScriptSource {
                text,
                program,
                faults,
                location,
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
        self.location.span(range)
    }

    /// Whether a comment allows this rule for what begins there.
    pub fn allows(&self, rule: &Rule, offset: usize) -> bool {
        self.program.allows(offset, &[rule.name, rule.code])
    }

    /// The file of its own that it has.
    pub fn file(&self) -> Option<FileId> {
        match self.location {
            Location::File(file) => Some(file),
            Location::Inline(_) => None,
        }
    }
}

impl Location {
    fn span(&self, range: &Range<usize>) -> Span {
        match self {
            Self::File(file) => Span::new(*file, range.start, range.end),
            Self::Inline(embedded) => embedded.span(range),
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
