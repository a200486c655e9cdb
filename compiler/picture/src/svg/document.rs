//! The whole sheet: title, picture, legend, and the numbered faults.
//!
//! In: a [`Picture`] and its layout. Out: the text of the SVG. Never: a size that depends on the
//! reader's fonts.

use std::fmt::Write as _;

use oakc_diag::Severity;

use super::super::layout::Layout;
use super::super::text::{plain, xml};
use super::super::{Family, Picture};
use super::measure::width;
use super::style::style;
use super::{links, nodes};

/// Space around everything.
const MARGIN: f64 = 28.0;

/// Height of the title.
const HEAD: f64 = 52.0;

/// Height of a line of legend or faults.
const LINE: f64 = 20.0;

/// The smallest width of a sheet: the legend needs room.
const MIN_WIDTH: f64 = 460.0;

/// The most faults that are listed.
const MAX_FAULTS: usize = 30;

pub(super) fn document(picture: &Picture, layout: &Layout) -> String {
    let sheet = (layout.width + 2.0 * MARGIN)
        .max(MIN_WIDTH)
        .max(faults_width(picture));
    let mut body = String::new();
    push_title(&mut body, picture);
    let (dx, dy) = (MARGIN, MARGIN + HEAD);
    _ = writeln!(body, "<g transform=\"translate({dx} {dy})\">");
    let routes = || picture.links.iter().zip(&layout.wires);
    for (link, route) in routes() {
        links::push_wire(&mut body, picture, link, route);
    }
    for (link, route) in routes() {
        links::push_card(&mut body, picture, link, route.label);
    }
    for (node, area) in picture.nodes.iter().zip(&layout.blocks) {
        nodes::push(&mut body, picture, node, *area);
    }
    body.push_str("</g>\n");
    let below = push_legend(&mut body, picture, sheet, dy + layout.height + 30.0);
    let below = push_faults(&mut body, picture, below);
    let height = below + MARGIN;
    let name = match picture.title.as_str() {
        "" => "application".to_owned(),
        title => xml(title),
    };
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{sheet:.0}\" height=\"{height:.0}\" \
         viewBox=\"0 0 {sheet:.0} {height:.0}\" role=\"img\" aria-label=\"{name}\">\n<style>\n{}</style>\n\
         <rect class=\"page\" width=\"100%\" height=\"100%\"/>\n{body}</svg>\n",
        style()
    )
}

fn push_title(text: &mut String, picture: &Picture) {
    let title = match picture.title.as_str() {
        "" => "(no name)",
        title => title,
    };
    let counted = |count: usize, one: &str| match count {
        1 => format!("1 {one}"),
        count => format!("{count} {one}s"),
    };
    let (nodes, links) = (picture.nodes.len(), picture.links.len());
    _ = writeln!(
        text,
        "<text class=\"title\" x=\"{MARGIN}\" y=\"{:.1}\">{}</text>\n\
         <text class=\"faint\" x=\"{MARGIN}\" y=\"{:.1}\">{}, {}</text>",
        MARGIN + 16.0,
        xml(title),
        MARGIN + 35.0,
        counted(nodes, "node"),
        counted(links, "link")
    );
}

/// Draws the legend, in as many lines as it needs; returns where it ends.
fn push_legend(text: &mut String, picture: &Picture, sheet: f64, top: f64) -> f64 {
    let (mut x, mut y) = (MARGIN, top);
    let mut entry = |text: &mut String, sign: &dyn Fn(f64, f64) -> String, title: &str| {
        let needed = 30.0 + width(title, 12.0) + 18.0;
        if x + needed > sheet - MARGIN && x > MARGIN {
            (x, y) = (MARGIN, y + LINE);
        }
        _ = writeln!(text, "{}", sign(x, y));
        _ = writeln!(
            text,
            "<text class=\"faint\" x=\"{:.1}\" y=\"{y:.1}\">{title}</text>",
            x + 30.0
        );
        x += needed;
    };
    for family in Family::ALL {
        if picture.nodes.iter().any(|node| node.family() == family) {
            let sign = |x: f64, y: f64| {
                let (name, x, y) = (family.name(), x + 6.0, y - 11.0);
                format!(
                    "<g class=\"{name}\"><rect class=\"box\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"16\" height=\"13\" rx=\"3\"/></g>"
                )
            };
            entry(text, &sign, family.title());
        }
    }
    for (class, blocking, title) in [
        ("blocks", true, "full queue: the sender waits"),
        ("drops", false, "full queue: drops the oldest"),
    ] {
        if picture
            .links
            .iter()
            .any(|link| link.label.blocking == blocking)
        {
            let sign = |x: f64, y: f64| {
                let y = y - 4.0;
                format!(
                    "<g class=\"{class}\"><path class=\"wire\" d=\"M{x:.1} {y:.1}h24\" stroke-width=\"1.5\"/></g>"
                )
            };
            entry(text, &sign, title);
        }
    }
    y
}

fn fault_line(picture: &Picture, index: usize) -> Option<String> {
    let fault = picture.faults.get(index)?;
    Some(format!(
        "{} {}: {}",
        fault.code,
        fault.rule,
        plain(&fault.message)
    ))
}

fn faults_width(picture: &Picture) -> f64 {
    let lines =
        (0..picture.faults.len().min(MAX_FAULTS)).filter_map(|index| fault_line(picture, index));
    let widths = lines.map(|line| width(&line, 12.0) + 2.0 * MARGIN + 30.0);
    widths.fold(0.0, f64::max)
}

/// Lists the faults; returns where the list ends.
fn push_faults(text: &mut String, picture: &Picture, top: f64) -> f64 {
    let mut y = top;
    for index in 0..picture.faults.len().min(MAX_FAULTS) {
        y += LINE;
        badges(text, picture, &[index], (MARGIN + 14.0, y - 4.0));
        let line = xml(&fault_line(picture, index).unwrap_or_default());
        _ = writeln!(
            text,
            "<text class=\"faint\" x=\"{:.1}\" y=\"{y:.1}\">{line}</text>",
            MARGIN + 30.0
        );
    }
    let more = picture.faults.len().saturating_sub(MAX_FAULTS);
    if more > 0 {
        y += LINE;
        _ = writeln!(
            text,
            "<text class=\"faint\" x=\"{:.1}\" y=\"{y:.1}\">and {more} more</text>",
            MARGIN + 30.0
        );
    }
    y
}

/// Draws the numbers of faults, from a corner leftwards.
pub(super) fn badges(text: &mut String, picture: &Picture, faults: &[usize], (x, y): (f64, f64)) {
    let mut x = x;
    for index in faults {
        let Some(fault) = picture.faults.get(*index) else {
            continue;
        };
        let (severity, number) = (fault.severity.as_str(), index + 1);
        let message = xml(&fault.message);
        _ = writeln!(
            text,
            "<g><title>{message}</title><circle class=\"badge {severity}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"8.5\"/>\
             <text class=\"number\" x=\"{x:.1}\" y=\"{:.1}\">{number}</text></g>",
            y + 3.5
        );
        x -= 20.0;
    }
}

/// A CSS class, and that of the worst fault.
pub(super) fn class(own: &str, worst: Option<Severity>) -> String {
    match worst {
        Some(severity) => format!("{own} {}", severity.as_str()),
        None => own.to_owned(),
    }
}
