//! SHAVEs and slices of CMX memory: what nodes other than networks take, and what remains.
//!
//! In: a graph and its facts. Out: shares, by node. Never: SHAVEs of a model; that networks take turns is not known here.
//!
//! The formulas were observed (docs/constraints.md, 3.1); the device does its own calculation.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use oakc_runtime_schema::node::Share;
use oakc_runtime_schema::nodes::Kind;

use crate::graph::{Graph, Network, NodeRef};
use crate::infer::Facts;

/// SHAVEs of the device; the number of CMX slices available to nodes is the same.
pub const SHAVES: u64 = 16;

/// Inferences that run at once where an application leaves that to the device.
const USUAL_THREADS: u32 = 2;

/// What one node takes for one purpose.
pub struct Taken<'a> {
    /// The node.
    pub node: NodeRef<'a>,
    /// The purpose.
    pub what: &'static str,
    /// How much.
    pub amount: u64,
}

/// SHAVEs that nodes other than networks take.
pub fn shaves(graph: &Graph) -> Vec<Taken<'_>> {
    own(graph, |kind| kind.processors.shaves)
}

/// Slices of CMX memory that nodes other than networks take.
pub fn slices<'a>(graph: &'a Graph, facts: &Facts) -> Vec<Taken<'a>> {
    let cameras = sound(graph)
        .filter_map(|node| Some((camera_slices(&node, facts)?, Reverse(node.index), node)));
    // Cameras share their slices.
    let largest = cameras.max_by_key(|(amount, index, _)| (*amount, *index));
    let cameras = largest.map(|(amount, _, node)| Taken {
        node,
        what: "all cameras together",
        amount,
    });
    let mut taken: Vec<_> = cameras.into_iter().collect();
    taken.extend(own(graph, |kind| kind.processors.slices));
    taken
}

/// SHAVEs that remain for networks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remaining {
    /// The maximum according to the SHAVEs that nodes take.
    pub certain: u64,
    /// The maximum that also considers memory slices, whose numbers were only observed.
    pub probable: u64,
}

impl Remaining {
    /// What remains in an application.
    pub fn in_graph(graph: &Graph, facts: &Facts) -> Self {
        let sum = |taken: &[Taken<'_>]| {
            taken
                .iter()
                .fold(0, |sum: u64, it| sum.saturating_add(it.amount))
        };
        let shaves = sum(&shaves(graph));
        let slices = sum(&slices(graph, facts));
        Self {
            certain: SHAVES.saturating_sub(shaves),
            probable: SHAVES.saturating_sub(slices.max(shaves)),
        }
    }

    /// How many SHAVEs a model is compiled for so that as many inferences run at once as the networks of the application
    /// want; at least 1.
    pub fn for_each_inference(self, graph: &Graph) -> u32 {
        // The model of one may be what is asked for.
        let networks = graph.node_refs().filter_map(|node| Network::of(&node));
        let threads = networks.map(|network| match network.num_threads {
            0 => USUAL_THREADS,
            threads => threads,
        });
        let threads = u64::from(threads.max().unwrap_or(USUAL_THREADS));
        let each = self.probable.checked_div(threads).unwrap_or_default();
        u32::try_from(each).unwrap_or_default().max(1)
    }
}

/// What nodes take for themselves, as their kinds say.
fn own(graph: &Graph, share: impl Fn(Kind) -> Share) -> Vec<Taken<'_>> {
    let mut common = BTreeSet::new();
    let taken = sound(graph).filter_map(|node| {
        let (amount, what) = match share(node.kind()) {
            Share::None => return None,
            Share::Each(amount, what) => (amount, what),
            Share::Common(what) => (u64::from(common.insert(what)), what),
            Share::Set(read, what) => {
                let amount = read(&node.config.properties).unwrap_or_default();
                (amount, what)
            }
        };
        Some(Taken { node, what, amount })
    });
    taken.collect()
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

fn sound(graph: &Graph) -> impl Iterator<Item = NodeRef<'_>> {
    graph.node_refs().filter(|node| node.config.sound)
}
