//! Node kinds and their ports.

use std::fmt::Write as _;

use oakc_runtime_schema::node::{Accepts, Input, Output};
use oakc_runtime_schema::nodes::Kind;

use super::keys::{self, Owner};
use super::messages;
use super::topic::{Topic, paragraph, table};

/// The kind with this name, in any case.
pub(super) fn kind(name: &str) -> Option<Kind> {
    let mut kinds = Kind::ALL.iter().copied();
    kinds.find(|kind| kind.name().eq_ignore_ascii_case(name))
}

pub(super) fn names() -> impl Iterator<Item = (String, &'static str)> {
    let kinds = Kind::ALL.iter().copied();
    kinds.map(|kind| (kind.name().to_owned(), first_line(kind.doc)))
}

fn first_line(doc: &'static str) -> &'static str {
    doc.trim().lines().next().unwrap_or_default()
}

pub(super) fn find(name: &str) -> Option<Topic> {
    let kind = kind(name)?;
    let name = kind.name();
    let mut text = paragraph(kind.doc);
    let inputs: Vec<_> = inputs(kind)
        .into_iter()
        .map(|(name, port)| (name, takes(&port)))
        .collect();
    text += &table("inputs", &inputs);
    let outputs: Vec<_> = outputs(kind)
        .into_iter()
        .map(|(name, port)| (name, sends(&port)))
        .collect();
    text += &table("outputs", &outputs);
    text += &keys::tables(&Owner::node(kind));
    _ = write!(
        text,
        "\n\n`oakc explain {name}.KEY` says more about a key or a port."
    );
    Some(Topic {
        kind: "node",
        name: name.to_owned(),
        title: format!("{name} (node)"),
        text,
    })
}

/// The ports with their names; those of maps with a placeholder.
pub(super) fn inputs(kind: Kind) -> Vec<(String, Input)> {
    let fixed = kind.inputs.iter().map(|port| (port.name.to_owned(), *port));
    let map = kind.input_map.iter();
    fixed
        .chain(map.map(|map| (format!("{}[NAME]", map.group), map.entry)))
        .collect()
}

pub(super) fn outputs(kind: Kind) -> Vec<(String, Output)> {
    let fixed = kind
        .outputs
        .iter()
        .map(|port| (port.name.to_owned(), *port));
    let map = kind.output_map.iter();
    fixed
        .chain(map.map(|map| (format!("{}[NAME]", map.group), map.entry)))
        .collect()
}

/// The ports of this name, which an input and an output may share.
pub(super) fn ports(kind: Kind, name: &str) -> Vec<Topic> {
    let whole = format!("{}.{name}", kind.name());
    let topic = |title: &str, says: String, datatypes: &[Accepts]| Topic {
        kind: "port",
        name: whole.clone(),
        title: format!("{whole} ({title})"),
        text: format!("{says}{}", contents(datatypes)),
    };
    let inputs = inputs(kind).into_iter().filter(|(port, _)| port == name);
    let inputs = inputs.map(|(_, port)| topic("input", takes(&port), port.datatypes));
    let outputs = outputs(kind).into_iter().filter(|(port, _)| port == name);
    let outputs = outputs.map(|(_, port)| topic("output", sends(&port), port.datatypes));
    inputs.chain(outputs).collect()
}

fn takes(port: &Input) -> String {
    let full = if port.blocking {
        "stops the sender"
    } else {
        "drops the oldest"
    };
    let waits = if port.wait_for_message {
        "; the node waits for it"
    } else {
        ""
    };
    let (messages, size) = (datatypes(port.datatypes), port.queue_size);
    format!("takes {messages}; a queue of {size}, which {full} when it is full{waits}")
}

fn sends(port: &Output) -> String {
    let remark = if port.registered {
        ""
    } else {
        "; the device does not find it"
    };
    format!("sends {}{remark}", datatypes(port.datatypes))
}

fn datatypes(datatypes: &[Accepts]) -> String {
    let name = |accepts: &Accepts| {
        let below = if accepts.descendants { " or below" } else { "" };
        accepts.datatype.name() + below
    };
    datatypes.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// What scripts find in the messages.
fn contents(datatypes: &[Accepts]) -> String {
    let members = datatypes
        .iter()
        .filter_map(|accepts| messages::members(&accepts.datatype.name()));
    members.collect()
}
