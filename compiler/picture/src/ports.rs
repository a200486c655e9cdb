//! The ports that are drawn.
//!
//! In: the links of an application. Out: the linked ports of each node, in the order of its kind,
//! and the index of each among them. Never: a port without a link.

use std::collections::BTreeMap;

use oakc_core::graph::{GraphNode, LinkRef};

/// The linked ports of one direction, of all nodes.
#[derive(Debug, Default)]
pub(super) struct LinkedPorts {
    /// By node, then by position among all ports of the node: the name.
    by_node: BTreeMap<usize, BTreeMap<usize, String>>,
    /// By node and position: the port's index among those that are linked.
    indices: BTreeMap<(usize, usize), usize>,
}

impl LinkedPorts {
    /// The linked inputs and outputs.
    pub(super) fn of<'a>(links: impl Iterator<Item = LinkRef<'a>>) -> (Self, Self) {
        let (mut inputs, mut outputs) = (Self::default(), Self::default());
        for link in links {
            outputs.add(link.from, link.link.output, &link.output.name);
            inputs.add(link.to, link.link.input, &link.input.name);
        }
        (inputs.numbered(), outputs.numbered())
    }

    fn add(&mut self, node: &GraphNode, position: usize, name: &str) {
        let ports = self.by_node.entry(node.config).or_default();
        ports.entry(position).or_insert_with(|| name.to_owned());
    }

    fn numbered(mut self) -> Self {
        let nodes = self.by_node.iter();
        let indices = nodes.flat_map(|(node, ports)| {
            let indices = ports.keys().enumerate();
            indices.map(move |(index, position)| ((*node, *position), index))
        });
        self.indices = indices.collect();
        self
    }

    /// The names of a node's linked ports.
    pub(super) fn names(&self, node: &GraphNode) -> Vec<String> {
        let ports = self.by_node.get(&node.config).into_iter();
        ports.flat_map(BTreeMap::values).cloned().collect()
    }

    /// The index of a port among the linked ones of its node.
    pub(super) fn index(&self, node: &GraphNode, position: usize) -> Option<usize> {
        self.indices.get(&(node.config, position)).copied()
    }
}
