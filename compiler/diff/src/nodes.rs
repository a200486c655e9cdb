//! Differences between nodes.
//!
//! In: the nodes of both sides and their pairs. Out: the nodes that were added, removed or changed:
//! properties, queues and other settings of ports, assets. Never: a node that only has another id.

use std::collections::BTreeSet;

use oakc_runtime_schema::pipeline::{IoType, NodeIoInfo};
use oakc_runtime_schema::reflect::Reflect;
use serde::Serialize;

use super::assets::{self, AssetDifference};
use super::content::{NodeContent, PipelineContent};
use super::matching::Matching;
use super::values::{Change, changes};
use super::veil::Veil;

/// A node that is not the same on both sides.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NodeDifference {
    /// What it was; none where it was not there.
    pub before: Option<NodeLabel>,
    /// What it is; none where it is gone.
    pub after: Option<NodeLabel>,
    /// Properties, and settings of ports under `inputs` and `outputs`, by their paths.
    pub changes: Vec<Change>,
    /// Its assets, by key.
    pub assets: Vec<AssetDifference>,
}

/// What people call a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NodeLabel {
    /// Its id.
    pub id: i64,
    /// Its name in the configuration; a package has none.
    pub name: Option<String>,
    /// Its kind.
    pub kind: String,
}

impl NodeDifference {
    /// How many things about it differ; a node that came or went is one.
    pub(super) fn count(&self) -> usize {
        match (&self.before, &self.after) {
            (Some(_), Some(_)) => self.changes.len() + self.assets.len(),
            _ => 1,
        }
    }
}

impl NodeLabel {
    fn of(node: &NodeContent<'_>) -> Self {
        Self {
            id: node.id,
            name: node.name.clone(),
            kind: node.kind.clone(),
        }
    }
}

/// First the nodes before, gone or changed, then those that came; in the order of the ids.
pub(super) fn differences(
    before: &PipelineContent<'_>,
    after: &PipelineContent<'_>,
    matching: &Matching,
    veil: &Veil,
) -> Vec<NodeDifference> {
    let linked = [linked_ports(before), linked_ports(after)];
    let old = before.nodes.iter().enumerate().filter_map(|(place, node)| {
        let partner = matching
            .successor(place)
            .and_then(|place| after.nodes.get(place));
        match partner {
            Some(partner) => changed(node, partner, &linked, veil),
            None => Some(alone(Some(node), None)),
        }
    });
    let new = after.nodes.iter().enumerate();
    let new = new.filter(|(place, _)| matching.origin(*place).is_none());
    old.chain(new.map(|(_, node)| alone(None, Some(node))))
        .collect()
}

fn alone(before: Option<&NodeContent<'_>>, after: Option<&NodeContent<'_>>) -> NodeDifference {
    NodeDifference {
        before: before.map(NodeLabel::of),
        after: after.map(NodeLabel::of),
        changes: Vec::new(),
        assets: Vec::new(),
    }
}

fn changed(
    before: &NodeContent<'_>,
    after: &NodeContent<'_>,
    linked: &[LinkedPorts<'_>; 2],
    veil: &Veil,
) -> Option<NodeDifference> {
    let mut difference = alone(Some(before), Some(after));
    if before.schema_name == after.schema_name {
        let ((shape, old), (_, new)) = (&before.properties, &after.properties);
        difference.changes = changes("", shape, old, new);
    } else {
        let kinds = (before.kind.clone(), after.kind.clone());
        difference.changes = vec![Change::new("type", kinds.0, kinds.1)];
    }
    difference.changes.extend(ports(before, after, linked));
    difference.assets = assets::differences(&before.assets, &after.assets, veil);
    (difference.count() > 0).then_some(difference)
}

/// Ports at an end of some link: node, group, name.
type LinkedPorts<'a> = BTreeSet<(i64, &'a str, &'a str)>;

fn linked_ports<'a>(side: &'a PipelineContent<'_>) -> LinkedPorts<'a> {
    let ends = side.links.iter().flat_map(|link| {
        [
            (
                link.node1_id,
                &*link.node1_output_group,
                &*link.node1_output,
            ),
            (link.node2_id, &*link.node2_input_group, &*link.node2_input),
        ]
    });
    ends.collect()
}

/// What differs about the ports. One that came or went together with a link is not told again.
fn ports(
    before: &NodeContent<'_>,
    after: &NodeContent<'_>,
    [linked_before, linked_after]: &[LinkedPorts<'_>; 2],
) -> Vec<Change> {
    let keys: BTreeSet<_> = before.ports.keys().chain(after.ports.keys()).collect();
    let differing = keys.into_iter().flat_map(|key @ (group, name)| {
        let is_linked = |linked: &LinkedPorts<'_>, node: &NodeContent<'_>| {
            linked.contains(&(node.id, group, name))
        };
        match (before.ports.get(key), after.ports.get(key)) {
            (Some(old), Some(new)) => settings(old, new),
            (Some(old), None) if !is_linked(linked_before, before) => {
                vec![Change::new(port(old), true, false)]
            }
            (None, Some(new)) if !is_linked(linked_after, after) => {
                vec![Change::new(port(new), false, true)]
            }
            _ => Vec::new(),
        }
    });
    differing.collect()
}

fn settings(before: &NodeIoInfo, after: &NodeIoInfo) -> Vec<Change> {
    let (old, new) = (before.to_value(), after.to_value());
    changes(&port(after), &NodeIoInfo::SHAPE, &old, &new)
}

/// The path of a port, e.g. `inputs.in` or `outputs.io[frames]`.
fn port(port: &NodeIoInfo) -> String {
    let direction = match port.r#type {
        IoType::MSender | IoType::SSender => "outputs",
        IoType::MReceiver | IoType::SReceiver => "inputs",
    };
    match (port.group.as_str(), &port.name) {
        ("", name) => format!("{direction}.{name}"),
        (group, name) => format!("{direction}.{group}[{name}]"),
    }
}
