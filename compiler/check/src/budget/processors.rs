//! SHAVEs, slices of CMX memory, neural compute engines.
//!
//! In: a graph and its facts. Out: the accounts: what nodes use themselves, and what remains for
//! networks. Never: SHAVEs of a model whose number is not known.

use std::cmp::Reverse;

use super::{Account, Resource, Unit};
use oakc_core::graph::{Graph, Network, NodeRef};
use oakc_core::infer::Facts;
pub use oakc_core::processors::SHAVES;
use oakc_core::processors::{self, Taken};

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
    let account = Account::new(Resource::Shaves, Unit::Count, Some(SHAVES));
    with_all(account, processors::shaves(graph))
}

/// Slices of CMX memory that nodes other than networks use.
pub fn slices(graph: &Graph, facts: &Facts) -> Account {
    let account = Account::new(Resource::CmxSlices, Unit::Count, Some(SHAVES));
    with_all(account, processors::slices(graph, facts))
}

fn with_all(mut account: Account, taken: Vec<Taken<'_>>) -> Account {
    for it in taken {
        account.add(&it.node, it.what, it.amount);
    }
    account
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
