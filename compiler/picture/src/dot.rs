//! DOT, the language of Graphviz: `dot -Tsvg app.dot`.
//!
//! In: a [`Picture`]. Out: its text in DOT. Never: coordinates; Graphviz lays the picture out.

use std::fmt::Write as _;

use oakc_diag::Severity;

use super::text::{plain, xml};
use super::{Link, Node, Picture};

pub(super) fn dot(picture: &Picture) -> String {
    let mut text = String::from("digraph application {\n");
    _ = writeln!(text, "  label={};", quoted(&picture.title));
    text.push_str(
        "  labelloc=t;\n  rankdir=LR;\n  ranksep=1;\n  fontname=\"Helvetica,Arial,sans-serif\";\n  \
         node [shape=plain, fontname=\"Helvetica,Arial,sans-serif\", fontsize=12];\n  \
         edge [fontname=\"Helvetica,Arial,sans-serif\", fontsize=10, color=\"#57606a\"];\n",
    );
    for (index, node) in picture.nodes.iter().enumerate() {
        _ = writeln!(text, "  n{index} [label=<{}>];", table(picture, node));
    }
    for link in &picture.links {
        _ = writeln!(text, "  {}", edge(picture, link));
    }
    text.push_str("}\n");
    text
}

/// Title, kind, and the ports in two columns.
fn table(picture: &Picture, node: &Node) -> String {
    let (fill, strong) = node.family().light();
    let border = picture.worst(&node.faults).map_or(strong, colour);
    let (name, kind) = (xml(&node.name), xml(node.kind.name()));
    let mut table = format!(
        "<table border=\"2\" color=\"{border}\" bgcolor=\"{fill}\" cellborder=\"0\" \
         cellspacing=\"0\" cellpadding=\"4\"><tr><td colspan=\"2\"><b>{name}</b></td></tr>\
         <tr><td colspan=\"2\"><font color=\"{strong}\" point-size=\"10\">{kind}</font></td></tr>"
    );
    if let Some(labels) = node.labels() {
        _ = write!(
            table,
            "<tr><td colspan=\"2\"><font color=\"{strong}\" point-size=\"10\">{}</font></td></tr>",
            xml(&labels)
        );
    }
    for row in 0..node.inputs.len().max(node.outputs.len()) {
        let port = |ports: &[String], prefix: &str, align: &str| {
            let cell = |name: &String| {
                let name = xml(name);
                format!("<td port=\"{prefix}{row}\" align=\"{align}\">{name}</td>")
            };
            ports.get(row).map_or_else(|| "<td></td>".to_owned(), cell)
        };
        let (input, output) = (
            port(&node.inputs, "i", "left"),
            port(&node.outputs, "o", "right"),
        );
        _ = write!(table, "<tr>{input}{output}</tr>");
    }
    for fault in node
        .faults
        .iter()
        .filter_map(|index| picture.faults.get(*index))
    {
        let (colour, rule) = (colour(fault.severity), fault.rule);
        _ = write!(
            table,
            "<tr><td colspan=\"2\"><font color=\"{colour}\" point-size=\"10\">{} {rule}</font></td></tr>",
            fault.code
        );
    }
    table + "</table>"
}

fn edge(picture: &Picture, link: &Link) -> String {
    let mut lines = link.label.lines();
    let faults = link
        .faults
        .iter()
        .filter_map(|index| picture.faults.get(*index));
    lines.extend(faults.map(|fault| format!("{} {}", fault.code, fault.rule)));
    let mut attributes = format!("label={}", quoted(&lines.join("\n")));
    if !link.label.blocking {
        attributes.push_str(", style=dashed");
    }
    if let Some(severity) = picture.worst(&link.faults) {
        let colour = colour(severity);
        _ = write!(attributes, ", color=\"{colour}\", fontcolor=\"{colour}\"");
    }
    let ((from, output), (to, input)) = (link.from, link.to);
    format!("n{from}:o{output}:e -> n{to}:i{input}:w [{attributes}];")
}

fn colour(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "#cf222e",
        Severity::Warning | Severity::Info => "#bf8700",
    }
}

/// A string in DOT; its lines stay lines.
fn quoted(text: &str) -> String {
    let lines = text.split('\n').map(plain);
    let lines = lines.map(|line| line.replace('\\', "\\\\").replace('"', "\\\""));
    format!("\"{}\"", lines.collect::<Vec<_>>().join("\\n"))
}
