//! Colours of nodes.
//!
//! In: the nodes of both sides and their links. Out: a colour for each node: two nodes have the
//! same one if they look alike up to some distance. Never: a hash, so nothing can collide.
//!
//! This is the refinement of Weisfeiler and Lehman: a node's next colour is its own together with
//! those of its neighbours and the ports between. Colours are numbered in sorted order.

use std::collections::BTreeMap;

/// How many steps away two nodes have to differ at least to be told apart; a bound on the work.
const FARTHEST: usize = 16;

/// A number for each node of both sides.
pub(super) type Colours = Vec<usize>;

/// A link as one of its nodes sees it: its ports and direction as a number, and the other node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Edge {
    pub(super) ports: usize,
    pub(super) node: usize,
}

/// Numbers for keys: equal keys get equal numbers, and smaller keys smaller ones.
pub(super) fn numbered<K: Ord>(keys: Vec<K>) -> Colours {
    let mut numbers: BTreeMap<K, Vec<usize>> = BTreeMap::new();
    let mut colours = vec![0; keys.len()];
    for (place, key) in keys.into_iter().enumerate() {
        numbers.entry(key).or_default().push(place);
    }
    for (number, places) in numbers.into_values().enumerate() {
        for place in places {
            if let Some(colour) = colours.get_mut(place) {
                *colour = number;
            }
        }
    }
    colours
}

/// `labels`, then refined by one more step of distance each, until nothing changes any more; in
/// the last, nodes of components that differ anywhere are told apart, too.
pub(super) fn refined(labels: Colours, edges: &[Vec<Edge>]) -> Vec<Colours> {
    let mut count = classes(&labels);
    let mut all = vec![labels];
    for _ in 0..FARTHEST {
        let Some(last) = all.last() else { break };
        let next = step(last, edges);
        let classes = classes(&next);
        if classes == count {
            break;
        }
        count = classes;
        all.push(next);
    }
    let whole = all.last().map(|last| by_component(last, edges));
    all.extend(whole);
    all
}

fn classes(colours: &Colours) -> usize {
    colours.iter().max().map_or(0, |largest| largest + 1)
}

fn step(colours: &Colours, edges: &[Vec<Edge>]) -> Colours {
    let around = |edges: &Vec<Edge>| {
        let colour = |edge: &Edge| (edge.ports, colours.get(edge.node).copied());
        let mut around: Vec<_> = edges.iter().map(colour).collect();
        around.sort_unstable();
        around
    };
    numbered(colours.iter().zip(edges.iter().map(around)).collect())
}

/// Tells nodes apart whose connected components do not have the same colours.
fn by_component(colours: &Colours, edges: &[Vec<Edge>]) -> Colours {
    let mut component = vec![usize::MAX; colours.len()];
    let mut members = Vec::new();
    for start in 0..colours.len() {
        if component.get(start) == Some(&usize::MAX) {
            members.push(reach(start, members.len(), &mut component, edges, colours));
        }
    }
    let members = numbered(members);
    let of = |component: &usize| members.get(*component).copied();
    numbered(colours.iter().zip(component.iter().map(of)).collect())
}

/// Marks everything connected to `start`; the colours of that, sorted.
fn reach(
    start: usize,
    number: usize,
    component: &mut [usize],
    edges: &[Vec<Edge>],
    colours: &Colours,
) -> Vec<usize> {
    let mut found = Vec::new();
    let mut open = vec![start];
    while let Some(node) = open.pop() {
        let Some(mark) = component.get_mut(node) else {
            continue;
        };
        if *mark == number {
            continue;
        }
        *mark = number;
        found.extend(colours.get(node));
        open.extend(edges.get(node).into_iter().flatten().map(|edge| edge.node));
    }
    found.sort_unstable();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Links `from -> to`, all through the same ports.
    fn edges(nodes: usize, links: &[(usize, usize)]) -> Vec<Vec<Edge>> {
        let mut edges = vec![Vec::new(); nodes];
        for (from, to) in links {
            edges[*from].push(Edge {
                ports: 0,
                node: *to,
            });
            edges[*to].push(Edge {
                ports: 1,
                node: *from,
            });
        }
        edges
    }

    #[test]
    fn nodes_of_a_chain_differ_by_how_far_its_ends_are() {
        let chain = edges(5, &[(0, 1), (1, 2), (2, 3), (3, 4)]);
        let all = refined(vec![0; 5], &chain);
        assert_eq!(classes(&all[0]), 1);
        assert_eq!(classes(&all[1]), 3);
        assert_eq!(classes(all.last().unwrap()), 5);
    }

    #[test]
    fn rings_of_different_lengths_are_told_apart_as_wholes() {
        let rings = edges(7, &[(0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 6), (6, 3)]);
        let last = refined(vec![0; 7], &rings).pop().unwrap();
        assert_eq!(last, [0, 0, 0, 1, 1, 1, 1]);
    }
}
