//! A [`Picture`] as an SVG: no scripts, no fonts or files from elsewhere, readable on light and on
//! dark pages.

mod document;
mod links;
mod measure;
mod nodes;
mod style;

use super::Picture;
use super::layout::{self, Wire};

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
    });
    let wires: Vec<_> = wires.collect();
    let layout = layout::arrange(&blocks, &wires).ok_or(too_large)?;
    Ok(document::document(picture, &layout))
}
