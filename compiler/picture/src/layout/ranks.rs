//! The layers of the blocks.
//!
//! In: blocks and wires. Out: the layer of each block: a wire leads to a later layer unless it
//! closes a cycle. Never: a cycle that is followed forever.

use petgraph::algo::{greedy_feedback_arc_set, has_path_connecting, toposort};
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use super::{Direction, Wire};

/// The layer of each block, from 0.
pub(super) fn ranks(blocks: usize, wires: &[Wire]) -> Vec<usize> {
    let graph = acyclic(blocks, wires);
    let order = toposort(&graph, None).unwrap_or_default();
    let mut ranks = vec![0; blocks];
    for node in &order {
        let next = rank(&ranks, *node) + 1;
        for target in graph.neighbors(*node) {
            if let Some(rank) = ranks.get_mut(target.index()) {
                *rank = next.max(*rank);
            }
        }
    }
    pull(&graph, &order, &mut ranks);
    ranks
}

/// The wires without those that close a cycle.
fn acyclic(blocks: usize, wires: &[Wire]) -> DiGraph<(), ()> {
    let mut graph: DiGraph<(), ()> = DiGraph::with_capacity(blocks, wires.len());
    for _ in 0..blocks {
        graph.add_node(());
    }
    let ends = |wire: &Wire| (NodeIndex::new(wire.from.0), NodeIndex::new(wire.to.0));
    let leading = |direction| {
        wires
            .iter()
            .filter(move |wire| wire.direction == direction)
            .map(ends)
    };
    for (from, to) in leading(Direction::Right).filter(|(from, to)| from != to) {
        graph.update_edge(from, to, ());
    }
    let closing: Vec<_> = greedy_feedback_arc_set(&graph)
        .map(|edge| edge.id())
        .collect();
    graph.retain_edges(|_, edge| !closing.contains(&edge));
    for (from, to) in leading(Direction::PreferRight) {
        if !has_path_connecting(&graph, to, from, None) {
            graph.update_edge(from, to, ());
        }
    }
    graph
}

fn rank(ranks: &[usize], node: NodeIndex) -> usize {
    ranks.get(node.index()).copied().unwrap_or_default()
}

/// A block without inputs that feeds only one other moves next to it: a short wire matters more than
/// a place in the first layer.
fn pull(graph: &DiGraph<(), ()>, order: &[NodeIndex], ranks: &mut [usize]) {
    for node in order.iter().rev() {
        let targets = graph.neighbors(*node).map(|target| rank(ranks, target));
        let sources = graph.neighbors_directed(*node, petgraph::Direction::Incoming);
        let (nearest, sources) = (targets.min(), sources.count());
        let fans_out = graph.neighbors(*node).count() > 1;
        if let (Some(nearest), 0, false, Some(rank)) =
            (nearest, sources, fans_out, ranks.get_mut(node.index()))
        {
            *rank = nearest.saturating_sub(1);
        }
    }
}
