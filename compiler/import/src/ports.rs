//! Ports and links as a configuration writes them.
//!
//! In: the ports and links of a node. Out: the names of ports, what feeds an input, and the
//! settings of its queue that are not the usual ones. Never: a port of another node.

use oakc_runtime_schema::nodes::Kind;
use oakc_runtime_schema::pipeline::{IoType, NodeConnectionSchema, NodeIoInfo};

use super::document::{Entry, Literal};
use super::keys::{Queue, Queues};
use oakc_core::config::PortName;

/// A port of a node: id, group, name.
pub(super) type PortKey = (i64, String, String);

/// The output that a link leaves.
pub(super) fn sender(link: &NodeConnectionSchema) -> PortKey {
    let group = link.node1_output_group.clone();
    (link.node1_id, group, link.node1_output.clone())
}

/// The input that a link enters.
pub(super) fn receiver(link: &NodeConnectionSchema) -> PortKey {
    let group = link.node2_input_group.clone();
    (link.node2_id, group, link.node2_input.clone())
}

/// A link, for a message.
pub(super) fn describe(link: &NodeConnectionSchema) -> String {
    format!(
        "the link from `{}` of node {} to `{}` of node {}",
        link.node1_output, link.node1_id, link.node2_input, link.node2_id
    )
}

/// An output that the schema does not list can still be linked.
pub(super) fn is_static(kind: Kind, port: &str) -> bool {
    kind.output(port).is_some() || kind.input(port).is_some()
}

/// Whether messages come in here.
pub(super) fn is_input(info: &NodeIoInfo) -> bool {
    matches!(info.r#type, IoType::SReceiver | IoType::MReceiver)
}

/// A port as a configuration names it; with `word`, where it is an entry of a map and could be
/// taken for something else. An empty name is none in a reference.
pub(super) fn written_port(word: &str, group: &str, name: &str, is_own: bool) -> String {
    let looks_grouped = PortName::parse(name).group.is_some();
    let is_nothing = word == "outputs" && name.is_empty();
    let is_outright = !group.is_empty() && (is_own || looks_grouped || is_nothing);
    let port = PortName {
        group: is_outright.then(|| word.to_owned()),
        name: name.to_owned(),
    };
    port.to_string()
}

/// The queue that an input has if nothing is said about it; nothing where the kind has no such
/// input.
pub(super) fn usual_queue(
    kind: Kind,
    group: &str,
    name: &str,
    reached: &Queues,
) -> Option<(bool, Queue)> {
    if group.is_empty() {
        let input = kind.input(name)?;
        return Some((input.blocking, *reached.get(input.name)?));
    }
    let map = kind.input_map.filter(|map| map.group == group)?;
    let queue = Queue {
        size: map.entry.queue_size,
        wait: map.entry.wait_for_message,
    };
    Some((map.entry.blocking, queue))
}

/// Queue settings that are not as usual.
pub(super) fn settings(info: &NodeIoInfo, (blocking, usual): &(bool, Queue)) -> Vec<Entry> {
    let mut settings = Vec::new();
    if info.queue_size != usual.size {
        let size = Literal::Int(i128::from(info.queue_size));
        settings.push(Entry::new("queue_size", size));
    }
    if info.blocking != *blocking {
        settings.push(Entry::new("blocking", Literal::Bool(info.blocking)));
    }
    if info.wait_for_message != usual.wait {
        let wait = Literal::Bool(info.wait_for_message);
        settings.push(Entry::new("wait_for_message", wait));
    }
    settings
}

/// What stands behind an input: the outputs that feed it, with the settings of its queue.
pub(super) fn input_value(mut from: Vec<String>, settings: Vec<Entry>) -> Literal {
    let from = match from.len() {
        0 => None,
        1 => from.pop().map(Literal::Str),
        _ => Some(Literal::List(from.into_iter().map(Literal::Str).collect())),
    };
    match from {
        Some(from) if settings.is_empty() => from,
        from => {
            let from = from.map(|from| Entry::new("from", from));
            Literal::Record(from.into_iter().chain(settings).collect())
        }
    }
}
