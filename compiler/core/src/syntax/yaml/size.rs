//! The cost of copies.
//!
//! In: a finished value. Out: what one more copy of it costs, so that aliases can be refused before
//! they fill the memory.

use super::{Node, NodeValue};

/// What a copy of a value costs.
#[derive(Clone, Copy, Default)]
pub(super) struct Size {
    /// Values, itself included.
    pub(super) nodes: usize,
    /// Bytes of its strings and keys.
    pub(super) bytes: usize,
    /// Lists and tables within one another, itself included.
    pub(super) depth: usize,
}

impl Size {
    /// One value without content.
    pub(super) const ONE: Self = Self {
        nodes: 1,
        bytes: 0,
        depth: 0,
    };

    /// The size of a value; its depth is bounded, so is the recursion.
    pub(super) fn of(node: &Node) -> Self {
        let mut size = Self::ONE;
        match &node.value {
            NodeValue::Str(text) => size.bytes = text.len(),
            NodeValue::List(nodes) => {
                size.depth = 1;
                for node in nodes {
                    size.add(Self::of(node));
                }
            }
            NodeValue::Table(table) => {
                size.depth = 1;
                for entry in &table.entries {
                    size.bytes = size.bytes.saturating_add(entry.key.len());
                    size.add(Self::of(&entry.value));
                }
            }
            _ => {}
        }
        size
    }

    fn add(&mut self, inner: Self) {
        self.nodes = self.nodes.saturating_add(inner.nodes);
        self.bytes = self.bytes.saturating_add(inner.bytes);
        self.depth = self.depth.max(inner.depth.saturating_add(1));
    }
}
