//! Differences as text for people.
//!
//! In: a [`Difference`]. Out: text: `+` added, `-` removed, `~` changed. Never: more than
//! [`MAX_LINES`] lines about one node or asset.

use std::fmt::Write as _;

use oakc_diag::render::printable;
use serde_json::Value as Json;

use super::{
    AssetDifference, AssetFacts, Change, Difference, LinkDifference, NodeDifference, NodeLabel,
};

/// Most values shown of one part or node, and most lines of a text; JSON has all of them.
const MAX_LINES: usize = 40;

/// Longest value that is shown whole, in characters.
const LONGEST_VALUE: usize = 60;

/// Widest column of paths, in characters.
const MAX_PATH_WIDTH: usize = 48;

/// The whole text.
pub(super) fn text(difference: &Difference) -> String {
    if difference.is_empty() {
        return "no differences\n".to_owned();
    }
    let mut text = String::new();
    let parts = [
        ("application", &difference.application),
        ("firmware", &difference.firmware),
        ("board", &difference.board),
        ("pipeline", &difference.pipeline),
    ];
    for (title, changes) in parts.iter().filter(|(_, changes)| !changes.is_empty()) {
        _ = writeln!(text, "{title}");
        push_changes(&mut text, changes, "  ");
    }
    if !difference.nodes.is_empty() {
        text.push_str("nodes\n");
        for node in &difference.nodes {
            push_node(&mut text, node);
        }
    }
    if !difference.links.is_empty() {
        text.push_str("links\n");
        for link in &difference.links {
            push_link(&mut text, link);
        }
    }
    if !difference.assets.is_empty() {
        text.push_str("assets\n");
        push_assets(&mut text, &difference.assets, "  ");
    }
    let count = difference.count();
    let things = if count == 1 {
        "difference"
    } else {
        "differences"
    };
    _ = writeln!(text, "{count} {things}");
    text
}

fn push_changes(text: &mut String, changes: &[Change], indent: &str) {
    let width = changes.iter().map(|change| change.path.chars().count());
    let width = width.max().unwrap_or(0).min(MAX_PATH_WIDTH);
    for Change {
        path,
        before,
        after,
    } in changes.iter().take(MAX_LINES)
    {
        let (before, after) = (value(before), value(after));
        _ = writeln!(
            text,
            "{indent}~ {:<width$}  {before} -> {after}",
            printable(path)
        );
    }
    push_rest(text, changes.len(), indent);
}

fn push_rest(text: &mut String, count: usize, indent: &str) {
    if count > MAX_LINES {
        let rest = count - MAX_LINES;
        _ = writeln!(
            text,
            "{indent}… and {rest} more; `oakc diff --format json` has all of them"
        );
    }
}

fn push_node(text: &mut String, node: &NodeDifference) {
    let line = match (&node.before, &node.after) {
        (Some(before), Some(after)) => format!("~ {}", both(before, after)),
        (Some(before), None) => format!("- {}", label(before)),
        (None, Some(after)) => format!("+ {}", label(after)),
        (None, None) => return,
    };
    _ = writeln!(text, "  {line}");
    push_changes(text, &node.changes, "    ");
    push_assets(text, &node.assets, "    ");
}

fn label(node: &NodeLabel) -> String {
    let NodeLabel { id, name, kind } = node;
    match name {
        Some(name) => format!("{} ({kind}, id {id})", printable(name)),
        None => format!("{} (id {id})", printable(kind)),
    }
}

/// A node that has a name on one side only is called by it.
fn both(before: &NodeLabel, after: &NodeLabel) -> String {
    let named = if after.name.is_some() { after } else { before };
    let text = label(&NodeLabel {
        id: after.id,
        ..named.clone()
    });
    if before.id == after.id {
        text
    } else {
        format!("{text}, was id {}", before.id)
    }
}

fn push_link(text: &mut String, link: &LinkDifference) {
    let sign = if link.added { '+' } else { '-' };
    let (from, to) = (printable(&link.from), printable(&link.to));
    _ = writeln!(text, "  {sign} {from} -> {to}");
}

fn push_assets(text: &mut String, assets: &[AssetDifference], indent: &str) {
    for asset in assets {
        let key = printable(&asset.key);
        let line = match (&asset.before, &asset.after) {
            (Some(before), Some(after)) => format!("~ asset {key}  {}", facts(before, after)),
            (Some(before), None) => format!("- asset {key}  {}", size(before)),
            (None, Some(after)) => format!("+ asset {key}  {}", size(after)),
            (None, None) => continue,
        };
        _ = writeln!(text, "{indent}{line}");
        if let Some(diff) = &asset.text {
            let lines = diff.lines();
            for line in lines.take(MAX_LINES) {
                _ = writeln!(text, "{indent}    {}", printable(line).trim_end());
            }
            push_rest(text, diff.lines().count(), &format!("{indent}    "));
        }
    }
}

fn size(asset: &AssetFacts) -> String {
    match asset.size {
        Some(size) => format!("{size} bytes"),
        None => "outside the asset storage".to_owned(),
    }
}

fn facts(before: &AssetFacts, after: &AssetFacts) -> String {
    let mut facts = Vec::new();
    if before.sha256 != after.sha256 {
        facts.push(format!("{} -> {}", size(before), size(after)));
    }
    if before.alignment != after.alignment {
        facts.push(format!(
            "alignment {} -> {}",
            before.alignment, after.alignment
        ));
    }
    facts.join(", ")
}

fn value(value: &Json) -> String {
    let text = match value {
        Json::Null => "nothing".to_owned(),
        other => printable(&other.to_string()),
    };
    if text.chars().count() <= LONGEST_VALUE {
        return text;
    }
    let start: String = text.chars().take(LONGEST_VALUE).collect();
    format!("{start}…")
}
