//! Where the faults are drawn.
//!
//! In: an application and its diagnostics. Out: errors and warnings, each with the nodes and links
//! it is about. Never: a fault that is dropped because its place is unknown; it is listed without a
//! mark.
//!
//! A place in a script belongs to the node that runs the script. A place in the configuration
//! belongs to the link that is written there, or else to the node whose name or value is the last
//! one before it.

use std::collections::BTreeMap;

use oakc_diag::{Diagnostic, Diagnostics, FileId, Severity, Span};

use super::Fault;
use oakc_core::Application;
use oakc_core::graph::GraphNode;
use oakc_core::scripts::ScriptSource;

/// Faults, and where they are.
#[derive(Debug)]
pub(super) struct Faults {
    pub(super) all: Vec<Fault>,
    by_node: BTreeMap<usize, Vec<usize>>,
    by_link: BTreeMap<Span, Vec<usize>>,
}

impl Faults {
    pub(super) fn locate(application: &Application, diagnostics: &Diagnostics) -> Self {
        let map = Map::of(application);
        let mut faults = Self {
            all: Vec::new(),
            by_node: BTreeMap::new(),
            by_link: BTreeMap::new(),
        };
        let severe = |found: &&&Diagnostic| found.severity != Severity::Info;
        for found in diagnostics.sorted().iter().filter(severe) {
            faults.add(found, &map);
        }
        faults
    }

    fn add(&mut self, found: &Diagnostic, map: &Map) {
        let number = self.all.len();
        self.all.push(Fault {
            severity: found.severity,
            code: found.rule.code,
            rule: found.rule.name,
            message: found.message.clone(),
        });
        for label in found.labels.iter().filter(|label| label.primary) {
            let marks = match map.target(label.span) {
                Some(Target::Link(span)) => self.by_link.entry(span).or_default(),
                Some(Target::Node(node)) => self.by_node.entry(node).or_default(),
                None => continue,
            };
            if marks.last() != Some(&number) {
                marks.push(number);
            }
        }
    }

    pub(super) fn of_node(&self, node: &GraphNode) -> Vec<usize> {
        self.by_node.get(&node.config).cloned().unwrap_or_default()
    }

    pub(super) fn of_link(&self, written: Span) -> Vec<usize> {
        self.by_link.get(&written).cloned().unwrap_or_default()
    }
}

enum Target {
    Node(usize),
    Link(Span),
}

/// What is written where.
struct Map {
    /// The nodes whose programs are files.
    scripts: BTreeMap<FileId, usize>,
    /// Where links are written, by file and start.
    links: BTreeMap<(FileId, usize), Span>,
    /// Names and values of the configuration, by file and start; and the node they belong to.
    anchors: BTreeMap<(FileId, usize), Option<usize>>,
}

impl Map {
    fn of(application: &Application) -> Self {
        let graph = application.graph();
        let scripts = graph.node_refs().flat_map(|node| {
            let source = application.scripts().of(&node);
            let parts = source.into_iter().flat_map(ScriptSource::parts);
            parts.filter_map(move |part| Some((part.file()?, node.node.config)))
        });
        let links = graph.links().map(|link| (start(link.span), link.span));
        let mut anchors = BTreeMap::new();
        let names = graph
            .nodes()
            .map(|(node, config)| (config.name.as_str(), node.config));
        let names: BTreeMap<_, _> = names.collect();
        for (path, span) in graph.config().spans() {
            anchors.insert(start(span), owner(path, &names));
        }
        for (node, config) in graph.nodes() {
            for span in [config.span, config.kind_span] {
                anchors.insert(start(span), Some(node.config));
            }
        }
        Self {
            scripts: scripts.collect(),
            links: links.collect(),
            anchors,
        }
    }

    fn target(&self, span: Span) -> Option<Target> {
        if let Some(node) = self.scripts.get(&span.file) {
            return Some(Target::Node(*node));
        }
        let at = start(span);
        let link = self.links.range(..=at).next_back();
        if let Some((_, link)) =
            link.filter(|(_, link)| link.file == span.file && span.end <= link.end)
        {
            return Some(Target::Link(*link));
        }
        let (found, node) = self.anchors.range(..=at).next_back()?;
        let node = node.filter(|_| found.0 == span.file);
        node.map(Target::Node)
    }
}

fn start(span: Span) -> (FileId, usize) {
    (span.file, span.start)
}

/// The node that a dotted path leads into. Node names may contain dots.
fn owner(path: &str, names: &BTreeMap<&str, usize>) -> Option<usize> {
    let path = path.strip_prefix("nodes.")?;
    let ends = path.match_indices('.').map(|(end, _)| end);
    let mut prefixes = ends.chain([path.len()]).filter_map(|end| path.get(..end));
    prefixes.find_map(|prefix| names.get(prefix).copied())
}
