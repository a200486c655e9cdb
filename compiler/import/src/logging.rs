//! `[logging]` of an imported application.
//!
//! In: scripts that send their log. Out: the section that makes them do so, and the names that they call their nodes by.
//! Never: the relay as a node: the section brings it along.

use std::collections::BTreeMap;

use oakc_core::bundle::packed_params::Value;
use oakc_core::bundle::{ASSET, Bundle, Logged};
use oakc_core::config::logging::RELAY;
use oakc_runtime_schema::nodes::Kind;
use oakc_runtime_schema::nodes::script::ScriptProperties;
use oakc_runtime_schema::processor::ProcessorType;
use oakc_runtime_schema::reflect::Reflect;

use super::document::{Entry, Literal};
use super::literal::escaped;
use super::original::{Original, OriginalNode};

/// What sends the log of a node, if anything does.
pub(super) fn of_node(node: &OriginalNode) -> Option<Logged> {
    let script = node
        .assets
        .get(ASSET)
        .filter(|_| node.kind == Kind::Script)?;
    Bundle::of_asset(&script.bytes)?.logged
}

/// What a node calls itself in its log, where that can be its name.
pub(super) fn name(node: &OriginalNode) -> Option<String> {
    let name = text(&of_node(node)?, "node")?;
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    (!name.is_empty() && name.chars().all(fits)).then_some(name)
}

/// The node that the section brings along: the one that scripts on `LEON_MSS` send their log to.
pub(super) fn relay(original: &Original) -> Option<i64> {
    let link = original.links.iter().find(|link| {
        let from = original.nodes.get(&link.node1_id).and_then(of_node);
        link.node1_output == RELAY && from.is_some()
    })?;
    (link.node2_input == RELAY).then_some(link.node2_id)
}

/// The version that scripts say the application has.
pub(super) fn version(original: &Original) -> Option<String> {
    let logged = original.nodes.values().find_map(of_node)?;
    text(&logged, "version").filter(|version| !version.is_empty())
}

/// The section; empty where no script sends its log.
pub(super) fn section(original: &Original, names: &BTreeMap<i64, String>) -> Vec<Entry> {
    let relay = relay(original);
    let scripts = original.nodes.iter();
    let scripts = scripts.filter(|(id, node)| node.kind == Kind::Script && Some(**id) != relay);
    let scripts: Vec<_> = scripts
        .map(|(id, node)| (id, node, of_node(node)))
        .collect();
    let Some(first) = scripts.iter().find_map(|(_, _, logged)| logged.as_ref()) else {
        return Vec::new();
    };
    let level = text(first, "level").unwrap_or_default();
    let mut entries = vec![Entry::text("udp", receiver(first))];
    if level != "info" {
        entries.push(Entry::text("level", level.clone()));
    }
    let others = scripts.iter().filter_map(|(id, node, logged)| {
        let own = match logged {
            Some(logged) => text(logged, "level")?,
            None if relay.is_none() && runs_on_mss(node) => return None,
            None => "off".to_owned(),
        };
        let name = names.get(id)?;
        (own != level).then(|| Entry::text(name, own))
    });
    let others: Vec<_> = others.collect();
    if !others.is_empty() {
        entries.push(Entry::new("nodes", Literal::Table(others)));
    }
    if let Some(Value::Float(seconds)) = first.setting("heartbeat")
        && (seconds - 10.0).abs() > f64::EPSILON
    {
        entries.push(Entry::text("heartbeat", format!("{seconds}s")));
    }
    for (key, is_there) in [
        (
            "restart",
            first.setting("restart") == Some(&Value::Bool(true)),
        ),
        ("relay", relay.is_some()),
    ] {
        if is_there {
            entries.push(Entry::new(key, Literal::Bool(true)));
        }
    }
    if let Some(camera) = text(first, "camera").filter(|camera| !camera.is_empty()) {
        entries.push(Entry::text("camera", escaped(&camera)));
    }
    entries
}

/// `[network]`, as far as it says who is asked for the address of the receiver.
pub(super) fn network(original: &Original) -> Vec<Entry> {
    let mut scripts = original.nodes.values().filter_map(of_node);
    let Some(logged) = scripts.next() else {
        return Vec::new();
    };
    let entries = ["dns", "search"].into_iter().filter_map(|key| {
        let Some(Value::List(items)) = logged.setting(key) else {
            return None;
        };
        let items = items.iter().filter_map(|item| match item {
            Value::Str(text) => Some(Literal::Str(escaped(text))),
            _ => None,
        });
        let items: Vec<_> = items.collect();
        (!items.is_empty()).then(|| Entry::new(key, Literal::List(items)))
    });
    entries.collect()
}

fn receiver(logged: &Logged) -> String {
    let host = text(logged, "host").unwrap_or_default();
    match logged.setting("port") {
        Some(Value::Int(port)) => format!("{host}:{port}"),
        _ => host,
    }
}

fn runs_on_mss(node: &OriginalNode) -> bool {
    let properties = ScriptProperties::from_value(&node.properties);
    properties.is_ok_and(|it| it.processor == ProcessorType::LEON_MSS)
}

fn text(logged: &Logged, name: &str) -> Option<String> {
    match logged.setting(name) {
        Some(Value::Str(text)) => Some(text.clone()),
        _ => None,
    }
}
