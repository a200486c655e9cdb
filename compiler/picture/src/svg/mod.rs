//! A [`Picture`] as an SVG: no scripts, no fonts or files from elsewhere, readable on light and on
//! dark pages.

mod document;
mod links;
mod measure;
mod nodes;
mod style;

use super::layout::{self, Lead, Wire};
use super::{Family, Link, Picture};

/// Most nodes of an SVG; nobody can make out more.
pub const MOST_NODES: usize = 500;

/// A picture is too large to be laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{nodes} nodes and {links} links are too many for an SVG that anybody could read (at most \
     {MOST_NODES} nodes)"
)]
pub struct TooLarge {
    nodes: usize,
    links: usize,
}

pub(super) fn svg(picture: &Picture) -> Result<String, TooLarge> {
    let too_large = TooLarge {
        nodes: picture.nodes.len(),
        links: picture.links.len(),
    };
    if picture.nodes.len() > MOST_NODES {
        return Err(too_large);
    }
    let blocks: Vec<_> = picture.nodes.iter().map(nodes::size).collect();
    let wires = picture.links.iter().map(|link| Wire {
        from: (link.from.0, nodes::port_height(link.from.1)),
        to: (link.to.0, nodes::port_height(link.to.1)),
        label: links::label_size(&link.label),
        lead: lead(picture, link),
    });
    let wires: Vec<_> = wires.collect();
    let layout = layout::arrange(&blocks, &wires).ok_or(too_large)?;
    Ok(document::document(picture, &layout))
}

/// Pictures begin with the sensors: what is sent to them by somebody who is sent something himself
/// leads back.
fn lead(picture: &Picture, link: &Link) -> Lead {
    let node = |place: usize| picture.nodes.get(place);
    let to_sensor = node(link.to.0).is_some_and(|node| node.family() == Family::Source);
    let is_fed = node(link.from.0).is_some_and(|node| !node.inputs.is_empty());
    if !link.label.is_settings() {
        Lead::Right
    } else if to_sensor && is_fed {
        Lead::Any
    } else {
        Lead::Rather
    }
}
