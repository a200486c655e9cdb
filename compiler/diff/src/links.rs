//! Differences between links.
//!
//! In: the links of both sides and the pairs of nodes. Out: the links that were added or removed.
//! Never: a link of which only the ids of its nodes differ.

use std::collections::BTreeMap;

use oakc_runtime_schema::pipeline::NodeConnectionSchema;
use serde::Serialize;

use super::content::PipelineContent;
use super::matching::{Matching, places};

/// A link that is only on one side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LinkDifference {
    /// Whether the link came; else it went.
    pub added: bool,
    /// The sending node and its output, e.g. `cam.preview`.
    pub from: String,
    /// The receiving node and its input, e.g. `script.io[frames]`.
    pub to: String,
}

/// The ends of a link: node, group and name of the port. A node has one number on both sides; one
/// that the pipeline links but does not have is known by its id.
type Key<'a> = [(Result<usize, i64>, &'a str, &'a str); 2];

type Links<'a> = BTreeMap<Key<'a>, Vec<&'a NodeConnectionSchema>>;

/// First what is only before, then what is only after, each in the order of the nodes.
pub(super) fn differences(
    before: &PipelineContent<'_>,
    after: &PipelineContent<'_>,
    matching: &Matching,
) -> Vec<LinkDifference> {
    let count = before.nodes.len();
    let old = links(before, |place| place);
    let new = links(after, |place| {
        matching.origin(place).unwrap_or(count + place)
    });
    let partner = |side: &PipelineContent<'_>, place: Option<usize>| {
        place.and_then(|place| side.nodes.get(place)?.name.clone())
    };
    let old_names = names(before, |place| partner(after, matching.successor(place)));
    let new_names = names(after, |place| partner(before, matching.origin(place)));
    let mut found = surplus(&old, &new, false, &old_names);
    found.extend(surplus(&new, &old, true, &new_names));
    found
}

fn links<'a>(side: &'a PipelineContent<'_>, number: impl Fn(usize) -> usize) -> Links<'a> {
    let places = places(side);
    let node = |id: i64| places.get(&id).map(|place| number(*place)).ok_or(id);
    let mut links = Links::new();
    for link in &side.links {
        let from = (
            node(link.node1_id),
            &*link.node1_output_group,
            &*link.node1_output,
        );
        let to = (
            node(link.node2_id),
            &*link.node2_input_group,
            &*link.node2_input,
        );
        links.entry([from, to]).or_default().push(link);
    }
    links
}

/// What each node is called, by id: its name, else that of its partner, else its kind and id.
fn names(
    side: &PipelineContent<'_>,
    partner: impl Fn(usize) -> Option<String>,
) -> BTreeMap<i64, String> {
    let nodes = side.nodes.iter().enumerate();
    nodes
        .map(|(place, node)| {
            let name = node.name.clone().or_else(|| partner(place));
            let name = name.unwrap_or_else(|| format!("{}({})", node.kind, node.id));
            (node.id, name)
        })
        .collect()
}

/// The links that `one` has more often than `other`.
fn surplus(
    one: &Links<'_>,
    other: &Links<'_>,
    added: bool,
    names: &BTreeMap<i64, String>,
) -> Vec<LinkDifference> {
    let port = |id: i64, group: &str, port: &str| {
        let node = names
            .get(&id)
            .map_or_else(|| format!("({id})"), String::clone);
        match group {
            "" => format!("{node}.{port}"),
            group => format!("{node}.{group}[{port}]"),
        }
    };
    let more = one.iter().flat_map(|(key, links)| {
        let known = other.get(key).map_or(0, Vec::len);
        links.iter().skip(known)
    });
    more.map(|link| LinkDifference {
        added,
        from: port(link.node1_id, &link.node1_output_group, &link.node1_output),
        to: port(link.node2_id, &link.node2_input_group, &link.node2_input),
    })
    .collect()
}
