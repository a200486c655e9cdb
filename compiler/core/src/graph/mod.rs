//! Nodes and links: a [`Config`] in, a petgraph of ports and connections out.
//!
//! What the host library checks when it links is checked here: that nodes and ports exist, that
//! message types fit, that nothing is linked twice. A link with a problem is left out of the graph.

mod ports;
pub mod rules;

use std::collections::BTreeMap;

use oakc_diag::{Diagnostic, Diagnostics, Span};
use oakc_runtime_schema::node::can_connect;
use petgraph::graph::{DiGraph, EdgeReference, NodeIndex};
use petgraph::visit::EdgeRef;

use crate::config::{Config, NodeConfig, Suggestion, split_reference};
pub use ports::{InputPort, OutputPort};

/// An application as a graph.
#[derive(Debug)]
pub struct Graph {
    config: Config,
    graph: DiGraph<GraphNode, Link>,
}

/// A node with the ports it really has.
#[derive(Debug)]
pub struct GraphNode {
    /// Its position in [`Config::nodes`].
    pub(crate) config: usize,
    /// Its id on the device.
    pub id: i64,
    /// Static inputs and those entries of its map that are mentioned.
    pub inputs: Vec<InputPort>,
    /// Static outputs and those entries of its map that somebody links.
    pub outputs: Vec<OutputPort>,
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
        let mut builder = Builder {
            names: BTreeMap::new(),
            graph: DiGraph::with_capacity(config.nodes.len(), config.nodes.len()),
            diagnostics,
        };
        builder.add_nodes(&config.nodes);
        builder.add_inputs(&config.nodes);
        builder.add_links(&config.nodes);
        let graph = builder.graph;
        Self { config, graph }
    }

    /// The configuration it was built from.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The nodes in the order of the configuration, each with what is written about it.
    pub fn nodes(&self) -> impl Iterator<Item = (&GraphNode, &NodeConfig)> {
        let configs = &self.config.nodes;
        self.graph
            .node_weights()
            .filter_map(|node| Some((node, configs.get(node.config)?)))
    }

    /// What is written about a node.
    pub fn config_of(&self, node: &GraphNode) -> Option<&NodeConfig> {
        self.config.nodes.get(node.config)
    }

    /// All links in the order of the configuration.
    pub fn links(&self) -> impl Iterator<Item = LinkRef<'_>> {
        self.graph
            .edge_references()
            .filter_map(|edge| self.link(edge))
    }

    /// The petgraph graph, for algorithms.
    pub fn petgraph(&self) -> &DiGraph<GraphNode, Link> {
        &self.graph
    }

    fn link<'a>(&'a self, edge: EdgeReference<'a, Link>) -> Option<LinkRef<'a>> {
        let from = self.graph.node_weight(edge.source())?;
        let to = self.graph.node_weight(edge.target())?;
        let link = edge.weight();
        Some(LinkRef {
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

struct Builder<'a> {
    names: BTreeMap<String, NodeIndex>,
    graph: DiGraph<GraphNode, Link>,
    diagnostics: &'a mut Diagnostics,
}

impl Builder<'_> {
    fn add_nodes(&mut self, nodes: &[NodeConfig]) {
        let ids = self.assign_ids(nodes);
        for ((config, node), id) in nodes.iter().enumerate().zip(ids) {
            let index = self.graph.add_node(GraphNode {
                config,
                id,
                inputs: ports::static_inputs(node),
                outputs: ports::static_outputs(node.kind),
            });
            self.names.insert(node.name.clone(), index);
        }
    }

    /// Pinned ids as they are; the others take the smallest free ones in the order of the file.
    fn assign_ids(&mut self, nodes: &[NodeConfig]) -> Vec<i64> {
        let mut taken: BTreeMap<i64, Span> = BTreeMap::new();
        for (id, span) in nodes.iter().filter_map(|node| node.id) {
            if id < 0 {
                self.diagnostics.push(
                    Diagnostic::new(&rules::DUPLICATE_ID, format!("{id} is no node id"))
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

    fn add_inputs(&mut self, nodes: &[NodeConfig]) {
        for node in nodes {
            let Some(target) = self.weight(&node.name) else {
                continue;
            };
            let mut problems = Vec::new();
            for input in &node.inputs {
                let found = ports::configure_input(&mut target.inputs, node, input);
                problems.extend(found.err().map(|problem| *problem));
            }
            self.diagnostics.extend(problems);
        }
    }

    fn weight(&mut self, name: &str) -> Option<&mut GraphNode> {
        let index = self.names.get(name)?;
        self.graph.node_weight_mut(*index)
    }

    fn add_links(&mut self, nodes: &[NodeConfig]) {
        let mut made = BTreeMap::new();
        for node in nodes {
            for input in &node.inputs {
                let port = ports::input_key(node.kind, &input.name);
                for (reference, span) in &input.from {
                    let Some(port) = &port else { continue };
                    match self.link(nodes, node, port, reference, *span) {
                        Ok((ends, link)) => self.connect(ends, link, &mut made, reference),
                        Err(problem) => self.diagnostics.push(*problem),
                    }
                }
            }
        }
    }

    fn connect(
        &mut self,
        (from, to): (NodeIndex, NodeIndex),
        link: Link,
        made: &mut BTreeMap<(NodeIndex, usize, NodeIndex, usize), Span>,
        reference: &str,
    ) {
        let key = (from, link.output, to, link.input);
        if let Some(first) = made.insert(key, link.span) {
            self.diagnostics.push(
                Diagnostic::new(
                    &rules::DUPLICATE_LINK,
                    format!("`{reference}` is linked to this input twice"),
                )
                .label(link.span, "linked again here")
                .secondary(first, "first linked here")
                .help("remove one of the two"),
            );
            return;
        }
        self.graph.add_edge(from, to, link);
    }

    /// Resolves one reference to the link it means.
    fn link(
        &mut self,
        nodes: &[NodeConfig],
        to: &NodeConfig,
        port: &ports::Key,
        reference: &str,
        span: Span,
    ) -> Result<((NodeIndex, NodeIndex), Link), Problem> {
        let names = &self.names;
        let (name, output) = split_reference(reference, |name| names.contains_key(name))
            .ok_or_else(|| Box::new(malformed(reference, span)))?;
        let from_index = *names
            .get(name)
            .ok_or_else(|| Box::new(self.unknown_node(name, span)))?;
        let to_index = names.get(&to.name).copied().unwrap_or(from_index);
        let from = self
            .graph
            .node_weight_mut(from_index)
            .and_then(|node| Some((nodes.get(node.config)?, node)));
        let Some((config, sender)) = from else {
            return Err(Box::new(malformed(reference, span)));
        };
        let output = ports::resolve_output(sender, config, &output, span)?;
        let sends = sender.outputs.get(output).map_or(&[][..], |o| o.datatypes);
        let sender_name = format!("{}.{}", config.name, sender_port(sender, output));

        let receiver = self.graph.node_weight(to_index);
        let found = receiver.and_then(|node| ports::find_input(&node.inputs, port));
        let Some((input, receiving)) = found else {
            return Err(Box::new(malformed(reference, span)));
        };
        if !can_connect(sends, receiving.datatypes) {
            let receiver = format!("{}.{}", to.name, receiving.name);
            let problem = incompatible(&sender_name, sends, &receiver, receiving, span);
            return Err(Box::new(problem));
        }
        let link = Link {
            output,
            input,
            span,
        };
        Ok(((from_index, to_index), link))
    }

    fn unknown_node(&self, name: &str, span: Span) -> Diagnostic {
        let diagnostic =
            Diagnostic::new(&rules::UNKNOWN_NODE, format!("there is no node `{name}`"))
                .label(span, "unknown node");
        let known = self.names.keys().map(String::as_str);
        Suggestion::of(name, known).or_help(diagnostic, || {
            format!("add a node `[nodes.{name}]`, or correct the name")
        })
    }
}

fn sender_port(node: &GraphNode, output: usize) -> &str {
    node.outputs.get(output).map_or("", |port| &port.name)
}

fn malformed(reference: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        &rules::MALFORMED_REFERENCE,
        format!("`{reference}` does not name an output"),
    )
    .label(span, "a node and its output are needed here")
    .help("write `node.output`, e.g. `cam.preview`; or `node.outputs[name]` for an entry of a map")
}

fn incompatible(
    sender: &str,
    sends: &[oakc_runtime_schema::node::Accepts],
    receiver: &str,
    input: &InputPort,
    span: Span,
) -> Diagnostic {
    let names = |types: &[oakc_runtime_schema::node::Accepts]| {
        let names: Vec<_> = types.iter().map(|t| t.datatype.name()).collect();
        names.join(" or ")
    };
    let (sent, taken) = (names(sends), names(input.datatypes));
    Diagnostic::new(
        &rules::INCOMPATIBLE_LINK,
        format!("`{sender}` sends {sent}, but `{receiver}` takes {taken}"),
    )
    .label(span, format!("sends {sent}"))
    .help(format!(
        "link an output that sends {taken}, or put a node between that makes {taken} of it"
    ))
}
