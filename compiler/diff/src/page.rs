//! Differences for people.
//!
//! In: a [`Difference`]. Out: a page: `+` added, `-` removed, `~` changed. Never: more than
//! [`MAX_LINES`] lines about one node or asset.

use oakc_diag::render::Page;
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

/// The whole page.
pub(super) fn page(difference: &Difference) -> Page {
    if difference.is_empty() {
        return Page::from("no differences");
    }
    let mut page = Page::new();
    let parts = [
        ("application", &difference.application),
        ("firmware", &difference.firmware),
        ("board", &difference.board),
        ("pipeline", &difference.pipeline),
    ];
    for (title, changes) in parts.iter().filter(|(_, changes)| !changes.is_empty()) {
        page.line(title);
        add_changes(&mut page, changes, "  ");
    }
    if !difference.nodes.is_empty() {
        page.line("nodes");
        for node in &difference.nodes {
            add_node(&mut page, node);
        }
    }
    if !difference.links.is_empty() {
        page.line("links");
        for link in &difference.links {
            add_link(&mut page, link);
        }
    }
    if !difference.assets.is_empty() {
        page.line("assets");
        add_assets(&mut page, &difference.assets, "  ");
    }
    let count = difference.count();
    let things = if count == 1 {
        "difference"
    } else {
        "differences"
    };
    page.line(format_args!("{count} {things}"));
    page
}

fn add_changes(page: &mut Page, changes: &[Change], indent: &str) {
    let width = changes.iter().map(|change| change.path.chars().count());
    let width = width.max().unwrap_or(0).min(MAX_PATH_WIDTH);
    for Change {
        path,
        before,
        after,
    } in changes.iter().take(MAX_LINES)
    {
        let (before, after) = (value(before), value(after));
        page.line(format_args!(
            "{indent}~ {path:<width$}  {before} -> {after}"
        ));
    }
    add_rest(page, changes.len(), indent);
}

fn add_rest(page: &mut Page, count: usize, indent: &str) {
    if count > MAX_LINES {
        let rest = count - MAX_LINES;
        page.line(format_args!(
            "{indent}… and {rest} more; `oakc diff --format json` has all of them"
        ));
    }
}

fn add_node(page: &mut Page, node: &NodeDifference) {
    let line = match (&node.before, &node.after) {
        (Some(before), Some(after)) => format!("~ {}", both(before, after)),
        (Some(before), None) => format!("- {}", label(before)),
        (None, Some(after)) => format!("+ {}", label(after)),
        (None, None) => return,
    };
    page.line(format_args!("  {line}"));
    add_changes(page, &node.changes, "    ");
    add_assets(page, &node.assets, "    ");
}

fn label(node: &NodeLabel) -> String {
    let NodeLabel { id, name, kind } = node;
    match name {
        Some(name) => format!("{name} ({kind}, id {id})"),
        None => format!("{kind} (id {id})"),
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

fn add_link(page: &mut Page, link: &LinkDifference) {
    let sign = if link.added { '+' } else { '-' };
    let LinkDifference { from, to, .. } = link;
    page.line(format_args!("  {sign} {from} -> {to}"));
}

fn add_assets(page: &mut Page, assets: &[AssetDifference], indent: &str) {
    for asset in assets {
        let key = &asset.key;
        let line = match (&asset.before, &asset.after) {
            (Some(before), Some(after)) => format!("~ asset {key}  {}", facts(before, after)),
            (Some(before), None) => format!("- asset {key}  {}", size(before)),
            (None, Some(after)) => format!("+ asset {key}  {}", size(after)),
            (None, None) => continue,
        };
        page.line(format_args!("{indent}{line}"));
        if let Some(diff) = &asset.text {
            let lines = diff.lines();
            for line in lines.take(MAX_LINES) {
                page.line(format_args!("{indent}    {}", line.trim_end()));
            }
            add_rest(page, diff.lines().count(), &format!("{indent}    "));
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
        other => other.to_string(),
    };
    if text.chars().count() <= LONGEST_VALUE {
        return text;
    }
    let start: String = text.chars().take(LONGEST_VALUE).collect();
    format!("{start}…")
}
