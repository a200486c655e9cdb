//! Pictures as SVG, readable on light and on dark pages.
//!
//! In: a [`Picture`]. Out: an SVG. Never: scripts, or fonts and files from elsewhere.

mod document;
mod links;
mod measure;
mod nodes;
mod style;

use super::layout::{self, Direction, Wire};
use super::{Family, Link, Picture};

/// The most nodes in an SVG; more would not be readable.
pub const MAX_NODES: usize = 500;

/// A picture is too large for a readable SVG.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{nodes} nodes and {links} links are too many for a readable SVG (the limit is {MAX_NODES} nodes)"
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
    if picture.nodes.len() > MAX_NODES {
        return Err(too_large);
    }
    let blocks: Vec<_> = picture.nodes.iter().map(nodes::size).collect();
    let wires = picture.links.iter().map(|link| Wire {
        from: (link.from.0, nodes::port_height(link.from.1)),
        to: (link.to.0, nodes::port_height(link.to.1)),
        label: links::label_size(&link.label),
        direction: direction(picture, link),
    });
    let wires: Vec<_> = wires.collect();
    let layout = layout::arrange(&blocks, &wires).ok_or(too_large)?;
    Ok(document::document(picture, &layout))
}

/// Pictures begin with the sensors: a link to a sensor from a node that is itself fed may lead back.
fn direction(picture: &Picture, link: &Link) -> Direction {
    let node = |index: usize| picture.nodes.get(index);
    let to_sensor = node(link.to.0).is_some_and(|node| node.family() == Family::Source);
    let is_fed = node(link.from.0).is_some_and(|node| !node.inputs.is_empty());
    if !link.label.is_settings() {
        Direction::Right
    } else if to_sensor && is_fed {
        Direction::Any
    } else {
        Direction::PreferRight
    }
}
