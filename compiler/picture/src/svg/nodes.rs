//! Nodes as boxes: name and kind on top, below them the linked ports, inputs left, outputs right.
//!
//! In: a node and its area. Out: the size of its box, or the text that draws it. Never: text that
//! runs out of its box.

use std::fmt::Write as _;

use super::super::layout::{Area, Block};
use super::super::text::{plain, xml};
use super::super::{Node, Picture};
use super::document::{badges, class};
use super::measure::{fitted, width};

/// Space left and right of text.
const PAD: f64 = 12.0;

/// Height of name and kind.
const HEAD: f64 = 46.0;

/// Height of a port.
const ROW: f64 = 18.0;

/// Space below the last port.
const FOOT: f64 = 6.0;

/// The greatest width of a name or a pair of ports that is written out.
const MAX_WIDTH: f64 = 240.0;

/// Names have 14 pixels, but bold letters are wider than regular ones.
const NAME_SIZE: f64 = 15.0;
const SMALL_SIZE: f64 = 11.0;

/// The size of a node's box.
pub(super) fn size(node: &Node) -> Block {
    let ports = (0..rows(node)).map(|row| {
        let port = |ports: &[String]| {
            ports
                .get(row)
                .map_or(0.0, |name| width(&plain(name), SMALL_SIZE))
        };
        port(&node.inputs) + port(&node.outputs) + PAD
    });
    let ports = ports.fold(0.0, f64::max);
    let name = width(&plain(&node.name), NAME_SIZE);
    let kind = width(&kind(node), SMALL_SIZE);
    let widest = name.max(kind).max(ports).clamp(84.0, MAX_WIDTH);
    #[expect(clippy::cast_precision_loss, reason = "few rows")]
    let rows = rows(node) as f64 * ROW;
    Block {
        width: widest + 2.0 * PAD,
        height: HEAD + rows + FOOT,
    }
}

fn rows(node: &Node) -> usize {
    node.inputs.len().max(node.outputs.len())
}

/// How far below the top of the box a port is.
pub(super) fn port_height(port: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "few rows")]
    let row = port as f64;
    HEAD + (row + 0.5) * ROW
}

fn kind(node: &Node) -> String {
    let kind = format!("{} · id {}", node.kind, node.id);
    match node.labels() {
        Some(labels) => plain(&format!("{kind} · {labels}")),
        None => kind,
    }
}

/// Draws a node.
pub(super) fn push(text: &mut String, picture: &Picture, node: &Node, area: Area) {
    let Area {
        x,
        y,
        width,
        height,
    } = area;
    let class = class(node.family().name(), picture.worst(&node.faults));
    let (title, kind) = (xml(&node.name), kind(node));
    _ = writeln!(
        text,
        "<g class=\"node {class}\"><title>{title} ({})</title>",
        xml(&kind)
    );
    _ = writeln!(
        text,
        "<rect class=\"box\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"8\" stroke-width=\"1.5\"/>"
    );
    let room = width - 2.0 * PAD;
    let left = x + PAD;
    for (class, size, below, line) in [
        ("name", NAME_SIZE, 21.0, plain(&node.name)),
        ("kind", SMALL_SIZE, 37.0, kind),
    ] {
        let (line, y) = (xml(&fitted(&line, size, room)), y + below);
        _ = writeln!(
            text,
            "<text class=\"{class}\" x=\"{left:.1}\" y=\"{y:.1}\">{line}</text>"
        );
    }
    for (ports, plug, end, inset) in [
        (&node.inputs, x, "", PAD),
        (&node.outputs, x + width, " end", -PAD),
    ] {
        for (row, name) in ports.iter().enumerate() {
            let middle = y + port_height(row);
            let name = xml(&fitted(&plain(name), SMALL_SIZE, room));
            _ = writeln!(
                text,
                "<circle class=\"plug\" cx=\"{plug:.1}\" cy=\"{middle:.1}\" r=\"3.5\"/>\
                 <text class=\"port{end}\" x=\"{:.1}\" y=\"{:.1}\">{name}</text>",
                plug + inset,
                middle + 4.0
            );
        }
    }
    badges(text, picture, &node.faults, (x + width, y));
    text.push_str("</g>\n");
}
