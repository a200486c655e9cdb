//! Blocks and wires in, the layer of each block out: a wire leads to a later layer unless it closes
//! a cycle.

use petgraph::algo::{greedy_feedback_arc_set, has_path_connecting, toposort};
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use super::{Lead, Wire};

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
    let leading = |lead| wires.iter().filter(move |wire| wire.lead == lead).map(ends);
    for (from, to) in leading(Lead::Right).filter(|(from, to)| from != to) {
        graph.update_edge(from, to, ());
    }
    let closing: Vec<_> = greedy_feedback_arc_set(&graph)
        .map(|edge| edge.id())
        .collect();
    graph.retain_edges(|_, edge| !closing.contains(&edge));
    for (from, to) in leading(Lead::Rather) {
        if !has_path_connecting(&graph, to, from, None) {
            graph.update_edge(from, to, ());
        }
    }
    graph
}

fn rank(ranks: &[usize], node: NodeIndex) -> usize {
    ranks.get(node.index()).copied().unwrap_or_default()
}

/// What has no input moves up to what it feeds, unless it feeds the second layer anyway: a long
/// wire is worth more trouble than a block between others.
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
