//! Mermaid, which GitHub and many wikis draw right in a page.
//!
//! In: a [`Picture`]. Out: its text in Mermaid. Never: coordinates; whoever draws it lays it out.

use std::fmt::Write as _;

use oakc_diag::Severity;

use super::text::plain;
use super::{Family, Link, Node, Picture};

pub(super) fn mermaid(picture: &Picture) -> String {
    let mut text = String::from("flowchart LR\n");
    for (index, node) in picture.nodes.iter().enumerate() {
        let lines = lines(picture, node).join("<br/>");
        let class = node.family().name();
        _ = writeln!(text, "  n{index}[\"{lines}\"]:::{class}");
    }
    for link in &picture.links {
        _ = writeln!(text, "  {}", edge(picture, link));
    }
    for family in Family::ALL {
        if picture.nodes.iter().any(|node| node.family() == family) {
            let (name, (fill, strong)) = (family.name(), family.light());
            _ = writeln!(
                text,
                "  classDef {name} fill:{fill},stroke:{strong},color:#1f2328"
            );
        }
    }
    for (index, node) in picture.nodes.iter().enumerate() {
        if let Some(severity) = picture.worst(&node.faults) {
            _ = writeln!(text, "  style n{index} {}", style(severity));
        }
    }
    for (index, link) in picture.links.iter().enumerate() {
        if let Some(severity) = picture.worst(&link.faults) {
            _ = writeln!(text, "  linkStyle {index} {}", style(severity));
        }
    }
    text
}

fn lines(picture: &Picture, node: &Node) -> Vec<String> {
    let mut lines = vec![
        format!("<b>{}</b>", escaped(&node.name)),
        escaped(node.kind.name()),
    ];
    lines.extend(node.labels().map(|labels| escaped(&labels)));
    lines.extend(faults(picture, &node.faults));
    lines
}

fn faults(picture: &Picture, indices: &[usize]) -> impl Iterator<Item = String> {
    let faults = indices
        .iter()
        .filter_map(|index| picture.faults.get(*index));
    faults.map(|fault| format!("⚠ {} {}", fault.code, fault.rule))
}

fn edge(picture: &Picture, link: &Link) -> String {
    let ((from, output), (to, input)) = (link.from, link.to);
    let name = |node: usize, ports: fn(&Node) -> &Vec<String>, port: usize| {
        let name = picture
            .nodes
            .get(node)
            .and_then(|node| ports(node).get(port));
        name.map_or_else(String::new, |name| escaped(name))
    };
    let ports = format!(
        "{} → {}",
        name(from, |node| &node.outputs, output),
        name(to, |node| &node.inputs, input)
    );
    let known = link.label.lines().into_iter().map(|line| escaped(&line));
    let lines: Vec<_> = [ports]
        .into_iter()
        .chain(known)
        .chain(faults(picture, &link.faults))
        .collect();
    let arrow = if link.label.blocking { "-->" } else { "-.->" };
    format!("n{from} {arrow}|\"{}\"| n{to}", lines.join("<br/>"))
}

fn style(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "stroke:#cf222e,stroke-width:3px",
        Severity::Warning | Severity::Info => "stroke:#bf8700,stroke-width:3px",
    }
}

/// Text between quotes: characters with a meaning in Mermaid, HTML or Markdown are written as numbers.
fn escaped(text: &str) -> String {
    let escaped = plain(text);
    let characters = escaped.chars().map(|c| match c {
        '"' | '#' | '&' | '<' | '>' | '`' | '*' | '_' | '\\' | '|' | '[' | ']' | '{' | '}'
        | ';' => {
            format!("#{};", u32::from(c))
        }
        other => other.to_string(),
    });
    characters.collect()
}
