//! One file or profile on top of others: what it says in, the tree of all out.

use oakc_diag::{Diagnostics, Span};

use super::merge::merge;
use super::removal;
use crate::syntax::{Language, Node, Table};

/// What one file, or a profile, says.
#[derive(Clone, Debug)]
pub(super) struct Layer {
    /// Its keys; `extends` is no longer among them.
    pub(super) table: Table,
    /// All of it.
    pub(super) root: Span,
    /// What it is written in.
    pub(super) language: Language,
}

impl Layer {
    /// Takes a key out of it.
    pub(super) fn take(&mut self, key: &str) -> Option<Node> {
        take(&mut self.table, key)
    }
}

/// Takes a key out of a table.
pub(super) fn take(table: &mut Table, key: &str) -> Option<Node> {
    let entries = &mut table.entries;
    let at = entries.iter().position(|entry| entry.key == key)?;
    Some(entries.remove(at).value)
}

/// All layers, the lowest first, as one table.
pub(super) fn fold(layers: Vec<Layer>, diagnostics: &mut Diagnostics) -> Table {
    let layers = layers.into_iter();
    layers.fold(Table::default(), |below, layer| {
        lay(below, layer, diagnostics)
    })
}

/// A table with a layer on top: what the layer removes is gone, then both are merged.
pub(super) fn lay(mut below: Table, mut layer: Layer, diagnostics: &mut Diagnostics) -> Table {
    if let Some(removed) = layer.take(removal::KEY) {
        removal::remove(&mut below, &removed, layer.language, diagnostics);
    }
    merge(below, layer.table)
}
