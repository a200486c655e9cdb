//! Which nodes are one node before and after.
//!
//! In: the nodes of two pipelines. Out: pairs of nodes. Never: a node in two pairs.
//!
//! Ids do not count: they are only positions in a list. Nodes of one name belong together. The
//! others are paired from the surest to the least sure: those that are the same with everything
//! around them, then with less and less around them, then those that are in the same position but
//! were changed. What is left is paired by likeness, within its kind (`likeness`).

mod likeness;

use std::collections::BTreeMap;

use oakc_runtime_schema::nop;

use super::colours::{Colours, Edge, numbered, refined};
use super::content::{Assets, NodeContent, PipelineContent};

/// Which nodes are one. Nodes are numbered through: first all before, then all after.
#[derive(Debug)]
pub(super) struct Matching {
    partners: Vec<Option<usize>>,
    /// How many nodes there are before.
    before: usize,
}

impl Matching {
    /// Pairs the nodes of two pipelines.
    pub(super) fn of(before: &PipelineContent<'_>, after: &PipelineContent<'_>) -> Self {
        let nodes: Vec<_> = before.nodes.iter().chain(&after.nodes).collect();
        let mut matcher = Matcher {
            matching: Self {
                partners: vec![None; nodes.len()],
                before: before.nodes.len(),
            },
            edges: edges(before, after),
            nodes,
        };
        matcher.by_name();
        matcher.same();
        matcher.alike(Label::without_map_ports);
        matcher.alike(Label::of_kind);
        matcher.by_likeness();
        matcher.exchange();
        matcher.matching
    }

    /// The node after that a node before became, where it is still there.
    pub(super) fn successor(&self, before: usize) -> Option<usize> {
        let partner = self.partner(before)?;
        partner.checked_sub(self.before)
    }

    /// The node before that a node after was, where it was there.
    pub(super) fn origin(&self, after: usize) -> Option<usize> {
        self.partner(self.before + after)
    }

    fn partner(&self, node: usize) -> Option<usize> {
        self.partners.get(node).copied().flatten()
    }

    fn is_before(&self, node: usize) -> bool {
        node < self.before
    }

    fn pair(&mut self, before: usize, after: usize) {
        self.set([(Some(before), Some(after))]);
    }

    /// Sets pairs, or leaves nodes alone.
    fn set<const N: usize>(&mut self, pairs: [Slot; N]) {
        for (before, after) in pairs {
            for (node, partner) in [(before, after), (after, before)] {
                if let Some(slot) = node.and_then(|node| self.partners.get_mut(node)) {
                    *slot = partner;
                }
            }
        }
    }
}

/// What nodes have to have in common: everything but id, name and links, or some of it.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Label<'a> {
    schema_name: &'a str,
    properties: Vec<u8>,
    /// The map a port belongs to, and the port in libnop.
    ports: Vec<(&'a str, Vec<u8>)>,
    assets: Option<&'a Assets<'a>>,
}

impl<'a> Label<'a> {
    fn whole(node: &'a NodeContent<'a>) -> Self {
        let (shape, value) = &node.properties;
        let ports = node.ports.values();
        let ports = ports.map(|port| (&*port.group, nop::to_bytes(port).unwrap_or_default()));
        Self {
            // It was decoded by this shape, so it can be encoded again.
            properties: nop::encode(shape, value).unwrap_or_default(),
            ports: ports.collect(),
            assets: Some(&node.assets),
            ..Self::of_kind(node)
        }
    }

    /// Entries of port maps come and go with links.
    fn without_map_ports(node: &'a NodeContent<'a>) -> Self {
        let mut label = Self::whole(node);
        label.ports.retain(|(group, _)| group.is_empty());
        label
    }

    fn of_kind(node: &'a NodeContent<'a>) -> Self {
        Self {
            schema_name: &node.schema_name,
            properties: Vec::new(),
            ports: Vec::new(),
            assets: None,
        }
    }
}

/// The links of both sides, as each of their nodes sees them.
fn edges(before: &PipelineContent<'_>, after: &PipelineContent<'_>) -> Vec<Vec<Edge>> {
    let mut ends = Vec::new();
    let mut ports = Vec::new();
    let mut offset = 0;
    for side in [before, after] {
        let places = places(side);
        for link in &side.links {
            let (from, to) = (places.get(&link.node1_id), places.get(&link.node2_id));
            if let (Some(from), Some(to)) = (from, to) {
                ends.push((offset + from, offset + to));
                ports.push((
                    (&link.node1_output_group, &link.node1_output),
                    (&link.node2_input_group, &link.node2_input),
                ));
            }
        }
        offset += side.nodes.len();
    }
    let mut edges = vec![Vec::new(); offset];
    for ((from, to), ports) in ends.into_iter().zip(numbered(ports)) {
        for (node, other, direction) in [(from, to, 0), (to, from, 1)] {
            if let Some(edges) = edges.get_mut(node) {
                let ports = 2 * ports + direction;
                edges.push(Edge { ports, node: other });
            }
        }
    }
    edges
}

/// Where each node of a pipeline stands in its list, by id.
pub(super) fn places(pipeline: &PipelineContent<'_>) -> BTreeMap<i64, usize> {
    let ids = pipeline.nodes.iter().map(|node| node.id);
    ids.enumerate().map(|(place, id)| (id, place)).collect()
}

/// A node before and a node after.
type Pair = (usize, usize);

/// The same, where one of them may be missing.
type Slot = (Option<usize>, Option<usize>);

/// Nodes that are still alone and have something in common.
#[derive(Default)]
struct Group {
    before: Vec<usize>,
    after: Vec<usize>,
}

impl Group {
    fn is_balanced(&self) -> bool {
        self.before.len() == self.after.len()
    }

    /// The only pair there is.
    fn only(&self) -> Option<Pair> {
        match (self.before.as_slice(), self.after.as_slice()) {
            ([before], [after]) => Some((*before, *after)),
            _ => None,
        }
    }

    /// Any pair, where each node could find a partner.
    fn any(&self) -> Option<Pair> {
        let first = || Some((*self.before.first()?, *self.after.first()?));
        self.is_balanced().then(first)?
    }
}

struct Matcher<'a> {
    nodes: Vec<&'a NodeContent<'a>>,
    edges: Vec<Vec<Edge>>,
    matching: Matching,
}

impl<'a> Matcher<'a> {
    fn is_alone(&self, node: usize) -> bool {
        self.matching.partner(node).is_none()
    }

    /// Those of `nodes` that are still alone, in groups of equal keys.
    fn alone<K: Ord>(&self, nodes: impl Iterator<Item = (K, usize)>) -> BTreeMap<K, Group> {
        let mut groups: BTreeMap<K, Group> = BTreeMap::new();
        for (key, node) in nodes.filter(|(_, node)| self.is_alone(*node)) {
            let group = groups.entry(key).or_default();
            if self.matching.is_before(node) {
                group.before.push(node);
            } else {
                group.after.push(node);
            }
        }
        groups
    }

    fn alone_by_colour(&self, colours: &Colours) -> Vec<Group> {
        let groups = self.alone(colours.iter().copied().zip(0..));
        groups.into_values().collect()
    }

    /// Names are unique on each side.
    fn by_name(&mut self) {
        let nodes = self.nodes.iter().enumerate();
        let named = nodes.filter_map(|(place, node)| Some((node.name.as_deref()?, place)));
        for (before, after) in self.alone(named).values().filter_map(Group::only) {
            self.matching.pair(before, after);
        }
    }

    /// Pairs nodes that are the same and have the same around them as far as the eye can see.
    /// Where several look alike it does not matter which of them become pairs, as long as their
    /// neighbours follow.
    fn same(&mut self) {
        let all = self.colours(Label::whole);
        let Some(whole) = all.last() else { return };
        for group in self.alone_by_colour(whole) {
            if group.is_balanced() {
                self.pair_all(&group, whole);
            }
        }
    }

    /// Pairs nodes whose labels, with some of what is around them, are had by no others: the more
    /// of that, the earlier.
    fn alike(&mut self, label: fn(&'a NodeContent<'a>) -> Label<'a>) {
        let all = self.colours(label);
        let Some(labels) = all.first() else { return };
        for colours in all.iter().rev() {
            for pair in self.alone_by_colour(colours).iter().filter_map(Group::only) {
                self.pair(pair, labels, Group::only);
            }
        }
    }

    fn colours(&self, label: fn(&'a NodeContent<'a>) -> Label<'a>) -> Vec<Colours> {
        let labels = self.nodes.iter().map(|node| label(node)).collect();
        refined(self.with_pairs(numbered(labels)), &self.edges)
    }

    /// The labels, with one of its own for each pair there is.
    fn with_pairs(&self, labels: Colours) -> Colours {
        let pair = |node: usize| self.matching.partner(node).map(|partner| partner.min(node));
        let labels = labels.into_iter().enumerate();
        numbered(labels.map(|(node, label)| (pair(node), label)).collect())
    }

    fn pair_all(&mut self, group: &Group, colours: &Colours) {
        let mut others = group.after.iter();
        for before in &group.before {
            // A pair takes others with it, which may be of this group.
            if !self.is_alone(*before) {
                continue;
            }
            if let Some(after) = others.find(|after| self.is_alone(**after)) {
                self.pair((*before, *after), colours, Group::any);
            }
        }
    }

    /// Pairs two nodes if both are still alone, and then what they are linked to: of the neighbours
    /// through the same ports and of one colour those that are `clear`.
    fn pair(&mut self, pair: Pair, colours: &Colours, clear: fn(&Group) -> Option<Pair>) {
        let mut open = vec![pair];
        while let Some((before, after)) = open.pop() {
            if self.is_alone(before) && self.is_alone(after) {
                self.matching.pair(before, after);
                let neighbours = [before, after]
                    .into_iter()
                    .flat_map(|node| self.around(node));
                let key = |edge: &Edge| ((edge.ports, colours.get(edge.node)), edge.node);
                let groups = self.alone(neighbours.map(key));
                open.extend(groups.values().filter_map(clear));
            }
        }
    }

    fn around(&self, node: usize) -> &[Edge] {
        self.edges.get(node).map_or(&[], Vec::as_slice)
    }
}
