//! What an application will probably need of the device.
//!
//! In: a [`Graph`] and the [`Facts`] about it. Out: one [`Account`] for each resource, item by
//! item. Never: a number for what is not known (the account says so), or a diagnostic; the rules
//! about resources report.
//!
//! The device does its own calculation, which differs from release to release: these are estimates
//! by formulas that were observed (docs/constraints.md, 3.1 and 3.2).

pub mod memory;
pub mod processors;
mod table;
pub mod throughput;

use oakc_diag::Span;
use serde::Serialize;

use oakc_core::CheckedGraph;
use oakc_core::graph::{Graph, NodeRef};
use oakc_core::hardware::Camera;
use oakc_core::infer::Facts;
use oakc_core::scripts::Scripts;

/// What an application needs of each limited resource.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct Budget {
    accounts: Vec<Account>,
}

/// What an application needs of one resource.
#[derive(Clone, Debug, Serialize)]
pub struct Account {
    /// The resource.
    pub resource: Resource,
    /// The unit of its amounts.
    pub unit: Unit,
    /// How much is available, if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub available: Option<u64>,
    /// What needs it.
    pub items: Vec<Item>,
    /// Nodes that need an unknown amount of it.
    pub unknown: Vec<String>,
}

/// A limited resource of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Resource {
    /// Memory for frames, messages and assets.
    Memory,
    /// Vector processors.
    Shaves,
    /// Slices of fast memory.
    CmxSlices,
    /// Neural compute engines.
    NeuralEngines,
    /// The encoder for H.264 and H.265.
    VideoEncoder,
    /// The encoder for JPEG.
    JpegEncoder,
    /// The image signal processor.
    ImageProcessor,
    /// Data sent from the device.
    Link,
}

/// The unit in which a resource is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Bytes.
    Bytes,
    /// Pieces.
    Count,
    /// Pixels per second.
    PixelsPerSecond,
    /// Bits per second.
    BitsPerSecond,
}

/// What one node needs for one purpose.
#[derive(Clone, Debug, Serialize)]
pub struct Item {
    /// The node.
    pub node: String,
    /// The purpose.
    pub what: String,
    /// How much.
    pub amount: u64,
    /// Where the node is declared.
    #[serde(skip)]
    pub span: Span,
}

impl Budget {
    /// Estimates the resources that a checked application needs.
    pub fn of_checked(checked: &CheckedGraph) -> Self {
        Self::of(
            checked.graph(),
            checked.facts(),
            checked.scripts(),
            checked.camera(),
        )
    }

    /// Estimates all resources.
    pub fn of(graph: &Graph, facts: &Facts, scripts: &Scripts, camera: Option<&Camera>) -> Self {
        let accounts = vec![
            memory::account(graph, facts),
            processors::shaves(graph),
            processors::slices(graph, facts),
            processors::engines(graph),
            throughput::video(graph, facts),
            throughput::jpeg(graph, facts),
            throughput::image_processor(graph, facts),
            throughput::link(graph, facts, scripts, camera),
        ];
        Self { accounts }
    }

    /// The accounts that are not empty.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        let accounts = self.accounts.iter();
        accounts.filter(|account| !account.items.is_empty() || !account.unknown.is_empty())
    }
}

impl Account {
    fn new(resource: Resource, unit: Unit, available: Option<u64>) -> Self {
        Self {
            resource,
            unit,
            available,
            items: Vec::new(),
            unknown: Vec::new(),
        }
    }

    /// The minimum that is needed.
    pub fn total(&self) -> u64 {
        let amounts = self.items.iter().map(|item| item.amount);
        amounts.fold(0, u64::saturating_add)
    }

    /// The items that need the most, in descending order.
    pub fn largest(&self, count: usize) -> Vec<&Item> {
        let mut items: Vec<_> = self.items.iter().collect();
        items.sort_by_key(|item| std::cmp::Reverse(item.amount));
        items.truncate(count);
        items
    }

    fn add(&mut self, node: &NodeRef<'_>, what: impl Into<String>, amount: u64) {
        if amount > 0 {
            self.items.push(Item {
                node: node.name().to_owned(),
                what: what.into(),
                amount,
                span: node.config.kind_span,
            });
        }
    }

    fn add_unknown(&mut self, node: &NodeRef<'_>) {
        let name = node.name();
        if self.unknown.last().is_none_or(|last| last != name) {
            self.unknown.push(name.to_owned());
        }
    }
}

#[cfg(test)]
mod tests;
