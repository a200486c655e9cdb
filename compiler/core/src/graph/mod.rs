//! Nodes and links: a [`Config`] in, a petgraph of ports and connections out.
//!
//! What the host library checks when it links is checked here: that nodes and ports exist, that
//! message types fit, that nothing is linked twice. A link with a problem is left out of the graph.

mod network;
mod node_ref;
mod ports;
pub mod rules;
#[cfg(any(test, feature = "sample"))]
pub mod sample;

use std::collections::{BTreeMap, BTreeSet};

use oakc_diag::{Diagnostic, Diagnostics, Span};
use oakc_runtime_schema::node::{Accepts, can_connect};
use petgraph::Direction;
use petgraph::graph::{DiGraph, EdgeIndex, EdgeReference, NodeIndex};
use petgraph::visit::EdgeRef;

use crate::config::{Config, NodeConfig, PortName, Suggestion, split_reference};
use crate::syntax::Language;
pub use network::Network;
pub use node_ref::NodeRef;
pub use ports::{InputPort, OutputPort, Ports};

/// An application as a graph.
#[derive(Debug)]
pub struct Graph {
    config: Config,
    petgraph: DiGraph<GraphNode, Link>,
    /// The links at each port, in the order of the configuration.
    links_at: BTreeMap<(Direction, Port), Vec<EdgeIndex>>,
    complete: bool,
}

/// A node with the ports it really has.
#[derive(Debug)]
pub struct GraphNode {
    /// Its position in [`Config::nodes`].
    pub config: usize,
    /// Its id on the device.
    pub id: i64,
    /// Static inputs and those entries of its map that are mentioned.
    pub inputs: Ports<InputPort>,
    /// Static outputs and those entries of its map that somebody links.
    pub outputs: Ports<OutputPort>,
}

/// A connection from an output to an input.
#[derive(Clone, Copy, Debug)]
pub struct Link {
    /// Position in the sender's [`GraphNode::outputs`].
    pub output: usize,
    /// Position in the receiver's [`GraphNode::inputs`].
    pub input: usize,
    /// Where the configuration says it.
    pub span: Span,
}

/// A link with both its ends.
#[derive(Clone, Copy, Debug)]
pub struct LinkRef<'a> {
    /// Which ports it joins, by position.
    pub link: Link,
    /// The sending node.
    pub from: &'a GraphNode,
    /// The output it leaves.
    pub output: &'a OutputPort,
    /// The receiving node.
    pub to: &'a GraphNode,
    /// The input it enters.
    pub input: &'a InputPort,
    /// Where the configuration says it.
    pub span: Span,
}

impl Graph {
    /// Builds the graph. Problems go to `diagnostics`.
    pub fn build(config: Config, diagnostics: &mut Diagnostics) -> Self {
        let before = diagnostics.len();
        let mut builder = Builder {
            language: config.language,
            nodes: &config.nodes,
            broken: &config.broken_nodes,
            names: BTreeMap::new(),
            graph: DiGraph::with_capacity(config.nodes.len(), config.nodes.len()),
            made: BTreeMap::new(),
            diagnostics,
        };
        builder.add_nodes();
        builder.add_inputs();
        builder.add_outputs();
        builder.add_links();
        let petgraph = builder.graph;
        let links_at = links_at(&petgraph);
        let complete = diagnostics.len() == before && config.broken_nodes.is_empty();
        Self {
            config,
            petgraph,
            links_at,
            complete,
        }
    }

    /// Whether everything that is written is in the graph. Where it is not, a port without a link
    /// may be one whose link was reported.
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// The nodes with everything a check asks of them, in the order of the configuration.
    pub fn node_refs(&self) -> impl Iterator<Item = NodeRef<'_>> {
        let indices = self.petgraph.node_indices();
        indices.filter_map(|index| NodeRef::new(self, index))
    }

    /// The node at one end of a link.
    pub fn node_ref(&self, node: &GraphNode) -> Option<NodeRef<'_>> {
        NodeRef::new(self, NodeIndex::new(node.config))
    }

    /// The links into a node, in the order of the configuration.
    pub fn incoming(&self, index: NodeIndex) -> impl Iterator<Item = LinkRef<'_>> {
        self.adjacent(index, Direction::Incoming)
    }

    /// The links out of a node, in the order of the configuration.
    pub fn outgoing(&self, index: NodeIndex) -> impl Iterator<Item = LinkRef<'_>> {
        self.adjacent(index, Direction::Outgoing)
    }

    fn adjacent(&self, index: NodeIndex, to: Direction) -> impl Iterator<Item = LinkRef<'_>> {
        let mut edges: Vec<_> = self.petgraph.edges_directed(index, to).collect();
        edges.sort_by_key(EdgeRef::id);
        edges.into_iter().filter_map(|edge| self.link(edge))
    }

    /// The links into one input of a node, in the order of the configuration.
    fn links_into(
        &self,
        index: NodeIndex,
        position: usize,
    ) -> impl Iterator<Item = LinkRef<'_>> + use<'_> {
        let links = self.links_at.get(&(Direction::Incoming, (index, position)));
        let links = links.into_iter().flatten();
        links.filter_map(|link| self.found(*link))
    }

    fn found(&self, link: EdgeIndex) -> Option<LinkRef<'_>> {
        let (from, to) = self.petgraph.edge_endpoints(link)?;
        self.joined(from, to, self.petgraph.edge_weight(link)?)
    }

    /// The links at the ports of a node that have this name, in the order of the configuration. There can be
    /// two: a static one, and an entry of a map.
    fn links_at(
        &self,
        index: NodeIndex,
        to: Direction,
        name: &str,
    ) -> impl Iterator<Item = LinkRef<'_>> + use<'_> {
        let node = self.petgraph.node_weight(index);
        let positions = node.map(|node| match to {
            Direction::Incoming => node.inputs.called(name),
            Direction::Outgoing => node.outputs.called(name),
        });
        let positions = positions.unwrap_or_default().into_iter();
        let links = positions.filter_map(|position| self.links_at.get(&(to, (index, position))));
        let mut links: Vec<_> = links.flatten().copied().collect();
        links.sort_unstable();
        links.into_iter().filter_map(|link| self.found(link))
    }

    /// The configuration it was built from.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The nodes in the order of the configuration, each with what is written about it.
    pub fn nodes(&self) -> impl Iterator<Item = (&GraphNode, &NodeConfig)> {
        let configs = &self.config.nodes;
        self.petgraph
            .node_weights()
            .filter_map(|node| Some((node, configs.get(node.config)?)))
    }

    /// What is written about a node.
    pub fn config_of(&self, node: &GraphNode) -> Option<&NodeConfig> {
        self.config.nodes.get(node.config)
    }

    /// All links in the order of the configuration.
    pub fn links(&self) -> impl Iterator<Item = LinkRef<'_>> {
        self.petgraph
            .edge_references()
            .filter_map(|edge| self.link(edge))
    }

    /// The petgraph graph, for algorithms.
    pub fn petgraph(&self) -> &DiGraph<GraphNode, Link> {
        &self.petgraph
    }

    fn link<'a>(&'a self, edge: EdgeReference<'a, Link>) -> Option<LinkRef<'a>> {
        self.joined(edge.source(), edge.target(), edge.weight())
    }

    fn joined<'a>(&'a self, from: NodeIndex, to: NodeIndex, link: &Link) -> Option<LinkRef<'a>> {
        let from = self.petgraph.node_weight(from)?;
        let to = self.petgraph.node_weight(to)?;
        Some(LinkRef {
            link: *link,
            from,
            output: from.outputs.get(link.output)?,
            to,
            input: to.inputs.get(link.input)?,
            span: link.span,
        })
    }
}

/// Why a link cannot be made; boxed, because it is large and rare.
type Problem = Box<Diagnostic>;

/// A port of a node: the node, and the port's position among its inputs or outputs.
type Port = (NodeIndex, usize);

/// The links at each port.
fn links_at(graph: &DiGraph<GraphNode, Link>) -> BTreeMap<(Direction, Port), Vec<EdgeIndex>> {
    let mut all = BTreeMap::<_, Vec<_>>::new();
    for edge in graph.edge_references() {
        let link = edge.weight();
        let ends = [
            (Direction::Outgoing, (edge.source(), link.output)),
            (Direction::Incoming, (edge.target(), link.input)),
        ];
        for end in ends {
            all.entry(end).or_default().push(edge.id());
        }
    }
    all
}

struct Builder<'a> {
    language: Language,
    nodes: &'a [NodeConfig],
    /// Names of nodes that are written but could not be read.
    broken: &'a BTreeSet<String>,
    names: BTreeMap<&'a str, NodeIndex>,
    graph: DiGraph<GraphNode, Link>,
    /// Where each link was first written.
    made: BTreeMap<(Port, Port), Span>,
    diagnostics: &'a mut Diagnostics,
}

impl Builder<'_> {
    fn add_nodes(&mut self) {
        let ids = self.assign_ids();
        for ((config, node), id) in self.nodes.iter().enumerate().zip(ids) {
            let index = self.graph.add_node(GraphNode {
                config,
                id,
                inputs: ports::static_inputs(node),
                outputs: ports::static_outputs(node.kind),
            });
            self.names.insert(&node.name, index);
        }
    }

    /// Pinned ids as they are; the others take the smallest free ones in the order of the file.
    fn assign_ids(&mut self) -> Vec<i64> {
        let nodes = self.nodes;
        let mut taken: BTreeMap<i64, Span> = BTreeMap::new();
        for (id, span) in nodes.iter().filter_map(|node| node.id) {
            if id < 0 {
                self.diagnostics.push(
                    Diagnostic::new(&rules::DUPLICATE_ID, format!("{id} is not a valid node id"))
                        .label(span, "ids count from 0"),
                );
            } else if let Some(first) = taken.insert(id, span) {
                self.diagnostics.push(
                    Diagnostic::new(&rules::DUPLICATE_ID, format!("two nodes have the id {id}"))
                        .label(span, "pinned again here")
                        .secondary(first, "first pinned here")
                        .help("remove one `id`: nodes without one get the next free number"),
                );
            }
        }
        let mut next = 0;
        let mut free = || {
            while taken.contains_key(&next) {
                next += 1;
            }
            next += 1;
            next - 1
        };
        let id = |node: &NodeConfig| node.id.map_or_else(&mut free, |(id, _)| id);
        nodes.iter().map(id).collect()
    }

    fn add_inputs(&mut self) {
        for (node, target) in self.nodes.iter().zip(self.graph.node_weights_mut()) {
            for input in &node.inputs {
                let configured = ports::configure_input(&mut target.inputs, node, input);
                let problem = configured.err().map(|problem| *problem);
                self.diagnostics.extend(problem);
            }
        }
    }

    fn add_outputs(&mut self) {
        for (node, sender) in self.nodes.iter().zip(self.graph.node_weights_mut()) {
            for (name, span) in &node.outputs {
                let name = PortName {
                    group: Some("outputs".to_owned()),
                    name: name.clone(),
                };
                let resolved = ports::resolve_output(sender, node, &name, *span);
                let problem = resolved.err().map(|problem| *problem);
                self.diagnostics.extend(problem);
            }
        }
    }

    fn add_links(&mut self) {
        let indices: Vec<_> = self.graph.node_indices().collect();
        for (to, node) in indices.into_iter().zip(self.nodes) {
            for input in &node.inputs {
                // An input that does not exist was reported when it was configured.
                let Some(position) = self.input(to, node, &input.name) else {
                    continue;
                };
                for (reference, span) in &input.from {
                    match self.output(reference, *span) {
                        Ok(Some(from)) => self.connect(from, (to, position), reference, *span),
                        Ok(None) => {}
                        Err(problem) => self.diagnostics.push(*problem),
                    }
                }
            }
        }
    }

    fn input(&self, to: NodeIndex, node: &NodeConfig, name: &PortName) -> Option<usize> {
        let key = ports::input_key(node.kind, name)?;
        self.graph.node_weight(to)?.inputs.position(&key)
    }

    /// The output that a reference means; none if it is of a node that was reported already.
    fn output(&mut self, reference: &str, span: Span) -> Result<Option<Port>, Problem> {
        let is_node = |name: &str| self.names.contains_key(name) || self.broken.contains(name);
        let Some((name, port)) = split_reference(reference, is_node) else {
            return Err(Box::new(malformed(reference, span)));
        };
        let Some(index) = self.names.get(name).copied() else {
            if self.broken.contains(name) {
                return Ok(None);
            }
            return Err(Box::new(self.unknown_node(name, span)));
        };
        let (Some(config), Some(sender)) = (
            self.nodes.get(index.index()),
            self.graph.node_weight_mut(index),
        ) else {
            return Ok(None);
        };
        let position = ports::resolve_output(sender, config, &port, span)?;
        Ok(Some((index, position)))
    }

    fn connect(&mut self, from: Port, to: Port, reference: &str, span: Span) {
        if let Some(first) = self.made.insert((from, to), span) {
            self.diagnostics.push(linked_twice(reference, first, span));
            return;
        }
        let link = Link {
            output: from.1,
            input: to.1,
            span,
        };
        match self.mismatch(from, to, reference, span) {
            Some(problem) => self.diagnostics.push(problem),
            None => {
                self.graph.add_edge(from.0, to.0, link);
            }
        }
    }

    /// What is wrong with the message types of a link, if anything.
    fn mismatch(&self, from: Port, to: Port, reference: &str, span: Span) -> Option<Diagnostic> {
        let output = self.graph.node_weight(from.0)?.outputs.get(from.1)?;
        let input = self.graph.node_weight(to.0)?.inputs.get(to.1)?;
        if can_connect(output.datatypes, input.datatypes) {
            return None;
        }
        let receiver = &self.nodes.get(to.0.index())?.name;
        let receiver = format!("{receiver}.{}", input.name);
        let (sent, taken) = (names(output.datatypes), names(input.datatypes));
        Some(
            Diagnostic::new(
                &rules::INCOMPATIBLE_LINK,
                format!("`{reference}` sends {sent}, but `{receiver}` accepts {taken}"),
            )
            .label(span, format!("sends {sent}"))
            .help(format!(
                "link an output that sends {taken}, or insert a node that converts to {taken}"
            )),
        )
    }

    fn unknown_node(&self, name: &str, span: Span) -> Diagnostic {
        let diagnostic = Diagnostic::new(&rules::UNKNOWN_NODE, format!("unknown node `{name}`"))
            .label(span, "unknown node");
        let known = self.names.keys().copied();
        Suggestion::sparing(self.diagnostics, name, known).or_help(diagnostic, || {
            let table = self.language.table(&["nodes", name]);
            format!("add a node {table}, or correct the name")
        })
    }
}

fn malformed(reference: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        &rules::MALFORMED_REFERENCE,
        format!("`{reference}` does not name an output"),
    )
    .label(span, "expected a node and its output")
    .help("write `node.output`, e.g. `cam.preview`; or `node.outputs[name]` for an entry of a map")
}

fn linked_twice(reference: &str, first: Span, second: Span) -> Diagnostic {
    Diagnostic::new(
        &rules::DUPLICATE_LINK,
        format!("`{reference}` is linked to this input twice"),
    )
    .label(second, "linked again here")
    .secondary(first, "first linked here")
    .help("remove one of the two")
}

/// Message types as a sentence has them.
fn names(types: &[Accepts]) -> String {
    let names: Vec<_> = types.iter().map(|t| t.datatype.name()).collect();
    names.join(" or ")
}
