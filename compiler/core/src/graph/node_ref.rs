//! A node as a check or the inference sees it: its properties as the kind's own struct, its links,
//! and where the keys stand that said so.

use oakc_diag::Span;
use oakc_runtime_schema::nodes::Kind;
use oakc_runtime_schema::reflect::{Reflect, Shape};
use petgraph::Direction;
use petgraph::graph::NodeIndex;

use super::{Graph, GraphNode, LinkRef};
use crate::config::NodeConfig;
use crate::syntax::{Language, Room};

/// A node of a graph.
#[derive(Clone, Copy, Debug)]
pub struct NodeRef<'a> {
    graph: &'a Graph,
    /// Its place in [`Graph::petgraph`].
    pub index: NodeIndex,
    /// Its ports.
    pub node: &'a GraphNode,
    /// What is written about it.
    pub config: &'a NodeConfig,
}

impl<'a> NodeRef<'a> {
    pub(super) fn new(graph: &'a Graph, index: NodeIndex) -> Option<Self> {
        let node = graph.petgraph().node_weight(index)?;
        let config = graph.config_of(node)?;
        Some(Self {
            graph,
            index,
            node,
            config,
        })
    }

    /// Its name in the configuration.
    pub fn name(&self) -> &'a str {
        &self.config.name
    }

    /// Its kind.
    pub fn kind(&self) -> Kind {
        self.config.kind
    }

    /// Its properties, if they are a `T` and everything written about them could be read.
    pub fn properties<T: Reflect>(&self) -> Option<T> {
        let (Shape::Struct(own), Shape::Struct(wanted)) = (&self.config.kind.properties, T::SHAPE)
        else {
            return None;
        };
        if own.name != wanted.name || !self.config.sound {
            return None;
        }
        T::from_value(&self.config.properties).ok()
    }

    /// Of these keys the one that counts, and where its value stands: of those that are written, the
    /// one that is applied last; the first of several that do not affect each other. They may be
    /// dotted.
    pub fn counting<'k>(&self, keys: &[&'k str]) -> Option<(&'k str, Span)> {
        let config = self.graph.config();
        let written = |key: &&'k str| {
            let span = config.written(&format!("nodes.{}.{key}", self.config.name))?;
            Some((*key, span))
        };
        let rank = |key: &str| applied_at(self.config.kind, key);
        // The last of equal ones is taken, so the first of them has to come last.
        let written = keys.iter().rev().filter_map(written);
        written.max_by_key(|(key, _)| rank(key))
    }

    /// Where the value of the one of these keys that counts stands.
    pub fn written(&self, keys: &[&str]) -> Option<Span> {
        self.counting(keys).map(|(_, span)| span)
    }

    /// Where the value of the one of these keys that counts stands; else where the node's type does.
    pub fn span(&self, keys: &[&str]) -> Span {
        self.written(keys).unwrap_or(self.config.kind_span)
    }

    /// Where one more of its keys can be written: a place, and what has to stand there before the key. None where its type
    /// is written in another file than `beside`: others may use that, too.
    pub fn room(&self, beside: Span) -> Option<(Span, String)> {
        let named = self.config.kind_span;
        let file = self.graph.config().parts.file(named)?;
        let room = Room::behind(&file.text, "type", (named.start, named.end));
        let room = room.filter(|_| named.file == beside.file)?;
        Some((Span::new(named.file, room.place, room.place), room.before))
    }

    /// What it is written in, and so what advice about it is written in.
    pub fn language(&self) -> Language {
        self.graph.config().language_at(self.config.kind_span)
    }

    /// The setting that links one of its inputs, for advice.
    pub fn link_setting(&self, input: &str) -> String {
        let language = self.language();
        let key = format!("inputs.{}", language.key(input));
        language.setting(&key, "node.output")
    }

    /// The graph that it is in.
    pub fn graph(&self) -> &'a Graph {
        self.graph
    }

    /// Whether it has an output with this name.
    pub fn has_output(&self, name: &str) -> bool {
        !self.node.outputs.called(name).is_empty()
    }

    /// The links into it, in the order of the configuration.
    pub fn incoming(&self) -> impl Iterator<Item = LinkRef<'a>> {
        self.graph.incoming(self.index)
    }

    /// The links out of it, in the order of the configuration.
    pub fn outgoing(&self) -> impl Iterator<Item = LinkRef<'a>> {
        self.graph.outgoing(self.index)
    }

    /// The links into the input at this position of its inputs.
    pub fn links_into(&self, position: usize) -> impl Iterator<Item = LinkRef<'a>> + use<'a> {
        self.graph.links_into(self.index, position)
    }

    /// The links into the input with this name.
    pub fn links_to(&self, input: &str) -> impl Iterator<Item = LinkRef<'a>> + use<'a> {
        let graph = self.graph;
        graph.links_at(self.index, Direction::Incoming, input)
    }

    /// The links out of the output with this name.
    pub fn links_from(&self, output: &str) -> impl Iterator<Item = LinkRef<'a>> + use<'a> {
        let graph = self.graph;
        graph.links_at(self.index, Direction::Outgoing, output)
    }
}

/// Whether each part of the path of a key is a property; shorthands are applied before properties.
fn applied_at(kind: Kind, key: &str) -> Vec<bool> {
    let mut shape = kind.properties;
    let mut setters = kind.setters;
    let mut order = Vec::new();
    for part in key.split('.') {
        let Shape::Struct(of) = shape else { break };
        let mut shorthands = setters.iter().chain(of.setters);
        if shorthands.any(|setter| setter.key == part) {
            order.push(false);
            break;
        }
        let Some((_, field)) = of.field(part) else {
            break;
        };
        order.push(true);
        (shape, setters) = (field.shape, &[]);
    }
    order
}
