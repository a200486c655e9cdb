//! Pairs by likeness.
//!
//! In: nodes of one kind. Out: those pairs that leave the fewest differences, as far as a greedy
//! search finds them. Never: more work than a limit allows.
//!
//! To find the very fewest is too hard in general, so pairs are made greedily and then partners are
//! exchanged as long as that leaves fewer differences.

use std::collections::{BTreeMap, BTreeSet};

use oakc_runtime_schema::reflect::Value;

use super::super::colours::Edge;
use super::super::content::NodeContent;
use super::{Group, Matcher, Pair, Slot};

/// Most pairs of nodes of one kind whose likeness is computed; more are paired in order.
const MAX_PAIRS: usize = 250_000;

/// Most nodes of one kind among which partners are exchanged.
const MAX_EXCHANGED: usize = 64;

/// How often all exchanges are tried at most.
const ROUNDS: usize = 4;

impl Matcher<'_> {
    /// Pairs what is left of each kind, the most alike first.
    pub(super) fn by_likeness(&mut self) {
        let kinds = self.nodes.iter().map(|node| node.schema_name.as_str());
        for group in self.alone(kinds.zip(0..)).into_values() {
            for (before, after) in self.most_alike(&group) {
                if self.is_alone(before) && self.is_alone(after) {
                    self.matching.pair(before, after);
                }
            }
        }
    }

    fn most_alike(&self, group: &Group) -> Vec<Pair> {
        if group.before.len().saturating_mul(group.after.len()) > MAX_PAIRS {
            let pairs = group
                .before
                .iter()
                .copied()
                .zip(group.after.iter().copied());
            return pairs.collect();
        }
        let with_after = |before: usize| group.after.iter().map(move |after| (before, *after));
        let mut pairs: Vec<_> = group.before.iter().copied().flat_map(with_after).collect();
        pairs.sort_by_cached_key(|(before, after)| self.differences((Some(*before), Some(*after))));
        pairs
    }

    /// Exchanges partners within kinds while that leaves fewer differences. Pairs without any are
    /// left alone, and so are those of one name.
    pub(super) fn exchange(&mut self) {
        let mut kinds: BTreeMap<&str, Vec<Slot>> = BTreeMap::new();
        for slot in self.slots() {
            let place = slot.0.or(slot.1).and_then(|place| self.nodes.get(place));
            if let Some(node) = place.filter(|_| self.may_move(slot)) {
                kinds.entry(&node.schema_name).or_default().push(slot);
            }
        }
        for slots in kinds
            .values_mut()
            .filter(|slots| slots.len() <= MAX_EXCHANGED)
        {
            for _ in 0..ROUNDS {
                if !self.exchange_among(slots) {
                    break;
                }
            }
        }
    }

    fn slots(&self) -> impl Iterator<Item = Slot> {
        let partner = |node| self.matching.partner(node);
        let before = (0..self.matching.before).map(move |node| (Some(node), partner(node)));
        let after = self.matching.before..self.nodes.len();
        let new = after.filter(move |node| partner(*node).is_none());
        before.chain(new.map(|node| (None, Some(node))))
    }

    fn may_move(&self, slot: Slot) -> bool {
        let name = |node: Option<usize>| self.nodes.get(node?)?.name.as_ref();
        let named = name(slot.0).zip(name(slot.1));
        named.is_none_or(|(before, after)| before != after) && self.differences(slot) > 0
    }

    /// Tries all exchanges once; whether any was worth it.
    fn exchange_among(&mut self, slots: &mut [Slot]) -> bool {
        let mut better = false;
        for one in 0..slots.len() {
            for other in one + 1..slots.len() {
                let (Some(a), Some(b)) = (slots.get(one).copied(), slots.get(other).copied())
                else {
                    continue;
                };
                let exchanged = [(a.0, b.1), (b.0, a.1)];
                let before = self.differences(a) + self.differences(b);
                self.matching.set(exchanged);
                let after: usize = exchanged.map(|slot| self.differences(slot)).iter().sum();
                if after < before {
                    better = true;
                    for (place, slot) in [one, other].into_iter().zip(exchanged) {
                        if let Some(old) = slots.get_mut(place) {
                            *old = slot;
                        }
                    }
                } else {
                    self.matching.set([a, b]);
                }
            }
        }
        better
    }

    /// How much a node differs from what it became: links, properties, ports and assets.
    fn differences(&self, slot: Slot) -> usize {
        let edges = |node: Option<usize>| node.map_or(&[][..], |node| self.around(node));
        let (old, new) = (edges(slot.0), edges(slot.1));
        let known: BTreeSet<_> = new.iter().collect();
        let is_kept = |edge: &&Edge| {
            let node = self.matching.partner(edge.node);
            node.is_some_and(|node| known.contains(&Edge { node, ..**edge }))
        };
        let kept = match slot {
            (Some(_), Some(_)) => old.iter().filter(is_kept).count(),
            _ => 0,
        };
        let links = (old.len() + new.len()).saturating_sub(2 * kept);
        let node = |place: Option<usize>| self.nodes.get(place?);
        let own = match (node(slot.0), node(slot.1)) {
            (Some(a), Some(b)) => own_differences(a, b),
            _ => 1,
        };
        links + own
    }
}

/// How many properties, settings of ports and assets differ, roughly.
fn own_differences(a: &NodeContent<'_>, b: &NodeContent<'_>) -> usize {
    let properties = match (&a.properties.1, &b.properties.1) {
        (Value::Struct(a), Value::Struct(b)) if a.len() == b.len() => {
            a.iter().zip(b).filter(|(a, b)| !a.same(b)).count()
        }
        (a, b) => usize::from(!a.same(b)),
    };
    let ports = a.ports.iter();
    let ports = ports.filter(|(key, port)| b.ports.get(*key).is_some_and(|other| other != *port));
    let kept = a
        .assets
        .iter()
        .filter(|(key, asset)| b.assets.get(*key) == Some(asset))
        .count();
    let assets = a.assets.len().max(b.assets.len()) - kept;
    properties + ports.count() + assets
}
