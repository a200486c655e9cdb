//! SHAVEs, slices of CMX memory, neural compute engines.
//!
//! In: a graph and its facts. Out: the accounts: what nodes use themselves, and what remains for
//! networks. Never: SHAVEs of a model whose number is not known.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use oakc_runtime_schema::node::Share;
use oakc_runtime_schema::nodes::Kind;

use super::{Account, Resource, Unit};
use oakc_core::graph::{Graph, Network, NodeRef};
use oakc_core::infer::Facts;

/// SHAVEs of the device; the number of CMX slices available to nodes is the same.
pub const SHAVES: u64 = 16;
/// Neural compute engines of the device.
pub const ENGINES: u64 = 2;

/// SHAVEs by node. Networks take turns on the same SHAVEs, so only the largest counts.
pub fn shaves(graph: &Graph) -> Account {
    let mut account = own_shaves(graph);
    let needs = |node: NodeRef<'_>| {
        let network = Network::of(&node)?;
        let threads = u64::from(network.num_threads.max(1));
        let shaves = u64::from(network.blob?.shaves);
        Some((shaves.saturating_mul(threads), Reverse(node.index)))
    };
    let largest = sound(graph).filter_map(needs).max();
    for node in sound(graph) {
        if let Some((amount, Reverse(index))) = largest
            && index == node.index
        {
            account.add(&node, "network, taking turns with others", amount);
        }
    }
    account
}

/// SHAVEs that nodes other than networks use.
pub fn own_shaves(graph: &Graph) -> Account {
    let mut account = Account::new(Resource::Shaves, Unit::Count, Some(SHAVES));
    take(&mut account, graph, |kind| kind.processors.shaves);
    account
}

/// Adds what nodes take for themselves, as their kinds say.
fn take(account: &mut Account, graph: &Graph, share: impl Fn(Kind) -> Share) {
    let mut common = BTreeSet::new();
    for node in sound(graph) {
        match share(node.kind()) {
            Share::None => {}
            Share::Each(amount, what) => account.add(&node, what, amount),
            Share::Common(what) => account.add(&node, what, u64::from(common.insert(what))),
            Share::Set(read, what) => {
                let amount = read(&node.config.properties).unwrap_or_default();
                account.add(&node, what, amount);
            }
        }
    }
}

/// Slices of CMX memory that nodes other than networks use.
pub fn slices(graph: &Graph, facts: &Facts) -> Account {
    let mut account = Account::new(Resource::CmxSlices, Unit::Count, Some(SHAVES));
    let cameras =
        sound(graph).filter_map(|node| Some((camera_slices(&node, facts)?, Reverse(node.index))));
    // Cameras share their slices.
    let largest = cameras.max();
    for node in sound(graph) {
        if let Some((amount, Reverse(index))) = largest
            && index == node.index
        {
            account.add(&node, "all cameras together", amount);
        }
    }
    take(&mut account, graph, |kind| kind.processors.slices);
    account
}

/// Rows of the sensor's image are buffered in CMX memory.
fn camera_slices(node: &NodeRef<'_>, facts: &Facts) -> Option<u64> {
    if !node.kind().is_camera() {
        return None;
    }
    let size = facts.output(node, "raw").size.as_ref();
    let wide = size.is_some_and(|size| size.value.width > 1920);
    Some(if wide { 6 } else { 3 })
}

/// Neural compute engines by network, if the application sets their number.
pub fn engines(graph: &Graph) -> Account {
    let mut account = Account::new(Resource::NeuralEngines, Unit::Count, Some(ENGINES));
    for network in sound(graph).filter_map(|node| Network::of(&node)) {
        let threads = u64::from(network.num_threads.max(1));
        let amount = threads.saturating_mul(network.num_nce_per_thread.into());
        account.add(&network.node, "network", amount);
    }
    // Networks take turns.
    let largest = account.largest(1).first().map(|item| (*item).clone());
    account.items = largest.into_iter().collect();
    account
}

fn sound(graph: &Graph) -> impl Iterator<Item = NodeRef<'_>> {
    graph.node_refs().filter(|node| node.config.sound)
}
