//! Links as curves through a card with what is known of them: thicker where more flows, dashed
//! where a full queue drops messages.
//!
//! In: a link and its route. Out: the size of its card, or the text that draws curve and card.

use std::fmt::Write as _;

use super::super::layout::{Area, Block, Passage, Route};
use super::super::text::{plain, xml};
use super::super::{Link, LinkLabel, Picture};
use super::document::{badges, class};
use super::measure::width;

/// The first line has 11 pixels, but bold letters are wider than regular ones.
const BOLD_SIZE: f64 = 12.0;
const SMALL_SIZE: f64 = 10.5;
const LINE: f64 = 14.0;
const PAD: f64 = 8.0;

/// How far a wire goes past its end before it turns back.
const TURN: f64 = 30.0;

/// The size of a label's card.
pub(super) fn label_size(label: &LinkLabel) -> Block {
    let lines = label.lines();
    let size = |index| if index == 0 { BOLD_SIZE } else { SMALL_SIZE };
    let lines_widths = lines.iter().enumerate();
    let widest = lines_widths.map(|(index, line)| width(&plain(line), size(index)));
    #[expect(clippy::cast_precision_loss, reason = "three lines")]
    let height = lines.len() as f64 * LINE;
    Block {
        width: widest.fold(0.0, f64::max) + 2.0 * PAD,
        height: height + 8.0,
    }
}

/// Draws a link without its card.
pub(super) fn push_wire(text: &mut String, picture: &Picture, link: &Link, route: &Route) {
    let class = class(queue_class(link), picture.worst(&link.faults));
    let (path, thickness) = (path(&route.points), thickness(&link.label));
    _ = writeln!(
        text,
        "<g class=\"{class}\"><path class=\"wire\" d=\"{path}\" stroke-width=\"{thickness:.1}\"/>"
    );
    if let Some(end) = route.points.last() {
        let (x, y) = (end.from - 3.0, end.y);
        let back = x - 8.0;
        _ = writeln!(
            text,
            "<path class=\"arrow\" d=\"M{x:.1} {y:.1}L{back:.1} {:.1}V{:.1}Z\"/>",
            y - 4.5,
            y + 4.5
        );
    }
    text.push_str("</g>\n");
}

fn queue_class(link: &Link) -> &'static str {
    if link.label.blocking {
        "blocks"
    } else {
        "drops"
    }
}

/// 1.5 pixels up to 1 MB/s, and one pixel more for every factor of ten.
fn thickness(label: &LinkLabel) -> f64 {
    let megabytes = label.bandwidth.unwrap_or(0.0) / 1e6;
    1.5 + megabytes.max(1.0).log10().min(3.0)
}

/// Curves from passage to passage. Where a wire reverses, it goes past the end first.
fn path(points: &[Passage]) -> String {
    let mut path = String::new();
    let mut before: Option<Passage> = None;
    for point in points {
        match before {
            None => _ = write!(path, "M{:.1} {:.1}", point.from, point.y),
            Some(before) => {
                let reach = if before.backward == point.backward {
                    ((point.from - before.to).abs() / 2.0).max(8.0)
                } else {
                    TURN
                };
                let leave = if before.backward { -reach } else { reach };
                let arrive = if point.backward { reach } else { -reach };
                _ = write!(
                    path,
                    "C{:.1} {:.1} {:.1} {:.1} {:.1} {:.1}",
                    before.to + leave,
                    before.y,
                    point.from + arrive,
                    point.y,
                    point.from,
                    point.y
                );
            }
        }
        if (point.to - point.from).abs() > 0.0 {
            _ = write!(path, "H{:.1}", point.to);
        }
        before = Some(*point);
    }
    path
}

/// Draws a link's card.
pub(super) fn push_card(text: &mut String, picture: &Picture, link: &Link, area: Area) {
    let Area {
        x,
        y,
        width,
        height,
    } = area;
    let class = class("label", picture.worst(&link.faults));
    _ = writeln!(
        text,
        "<g class=\"{class}\"><title>{}</title><rect class=\"card\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"6\"/>",
        xml(&ends(picture, link))
    );
    let shown = [
        ("message", Some(link.label.message())),
        ("rate", link.label.rate()),
        ("queue", Some(link.label.queue())),
    ];
    let shown = shown
        .into_iter()
        .filter_map(|(class, text)| Some((class, text?)));
    let (left, mut baseline) = (x + PAD, y + 14.5);
    for (class, content) in shown {
        let content = xml(&content);
        _ = writeln!(
            text,
            "<text class=\"{class}\" x=\"{left:.1}\" y=\"{baseline:.1}\">{content}</text>"
        );
        baseline += LINE;
    }
    badges(text, picture, &link.faults, (x + width + 3.0, y - 2.0));
    text.push_str("</g>\n");
}

/// `cam.video → encoder.in`
fn ends(picture: &Picture, link: &Link) -> String {
    let ((from, output), (to, input)) = (link.from, link.to);
    let (from, to) = (picture.nodes.get(from), picture.nodes.get(to));
    let name = |text: Option<&String>| text.cloned().unwrap_or_default();
    format!(
        "{}.{} → {}.{}",
        name(from.map(|node| &node.name)),
        name(from.and_then(|node| node.outputs.get(output))),
        name(to.map(|node| &node.name)),
        name(to.and_then(|node| node.inputs.get(input)))
    )
}
