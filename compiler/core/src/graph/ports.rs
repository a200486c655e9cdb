//! The ports that a node really has: the static ones of its kind, and the entries of its maps that
//! the configuration mentions.

use std::collections::{BTreeMap, BTreeSet};

use oakc_diag::{Diagnostic, Span};
use oakc_runtime_schema::node::{Accepts, Input, Output};
use oakc_runtime_schema::nodes::Kind;

use super::{GraphNode, Problem, rules};
use crate::config::{InputConfig, InputSettings, NodeConfig, PortName, Suggestion, version_3};

/// An input with its final queue settings.
#[derive(Clone, Debug)]
pub struct InputPort {
    /// The map it belongs to on the wire; empty for a static port.
    pub group: &'static str,
    /// Its name.
    pub name: String,
    /// Whether a full queue stops the sender.
    pub blocking: bool,
    /// How many messages wait at most.
    pub queue_size: i32,
    /// Whether the node waits for a message here.
    pub wait_for_message: bool,
    /// What it takes.
    pub datatypes: &'static [Accepts],
    /// Where the configuration mentions it.
    pub span: Option<Span>,
}

/// An output.
#[derive(Clone, Debug)]
pub struct OutputPort {
    /// The map it belongs to on the wire; empty for a static port.
    pub group: &'static str,
    /// Its name.
    pub name: String,
    /// What it sends.
    pub datatypes: &'static [Accepts],
    /// Whether the schema lists it.
    pub registered: bool,
    /// Where the configuration first links it.
    pub span: Option<Span>,
}

/// What tells one port of a node from the others: group on the wire, and name.
pub(super) type Key = (&'static str, String);

/// The ports of a node in one direction, in the order in which they came to exist.
#[derive(Clone, Debug)]
pub struct Ports<P> {
    list: Vec<P>,
    positions: BTreeMap<Key, usize>,
    /// The groups that there are.
    groups: BTreeSet<&'static str>,
}

impl<P> Ports<P> {
    fn of(ports: impl Iterator<Item = (&'static str, P)>) -> Self {
        let mut all = Self {
            list: Vec::new(),
            positions: BTreeMap::new(),
            groups: BTreeSet::new(),
        };
        for (name, port) in ports {
            all.push(("", name.to_owned()), port);
        }
        all
    }

    /// The port at a position.
    pub fn get(&self, position: usize) -> Option<&P> {
        self.list.get(position)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// All ports.
    pub fn iter(&self) -> std::slice::Iter<'_, P> {
        self.list.iter()
    }

    pub(super) fn position(&self, key: &Key) -> Option<usize> {
        self.positions.get(key).copied()
    }

    /// The positions of the ports with this name: at most one for each group.
    pub(crate) fn called(&self, name: &str) -> Vec<usize> {
        let groups = self.groups.iter();
        let positions = groups.filter_map(|group| self.position(&(group, name.to_owned())));
        positions.collect()
    }

    fn get_mut(&mut self, position: usize) -> Option<&mut P> {
        self.list.get_mut(position)
    }

    /// Adds a port and returns its position.
    fn push(&mut self, key: Key, port: P) -> usize {
        let position = self.list.len();
        self.groups.insert(key.0);
        self.positions.insert(key, position);
        self.list.push(port);
        position
    }
}

impl<'a, P> IntoIterator for &'a Ports<P> {
    type Item = &'a P;
    type IntoIter = std::slice::Iter<'a, P>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl InputPort {
    fn of(group: &'static str, name: &str, input: &Input) -> Self {
        Self {
            group,
            name: name.to_owned(),
            blocking: input.blocking,
            queue_size: input.queue_size,
            wait_for_message: input.wait_for_message,
            datatypes: input.datatypes,
            span: None,
        }
    }

    fn apply(&mut self, settings: &InputSettings) {
        self.blocking = settings.blocking.unwrap_or(self.blocking);
        self.queue_size = settings.queue_size.unwrap_or(self.queue_size);
        self.wait_for_message = settings.wait_for_message.unwrap_or(self.wait_for_message);
    }
}

impl OutputPort {
    fn of(group: &'static str, name: &str, output: &Output) -> Self {
        Self {
            group,
            name: name.to_owned(),
            datatypes: output.datatypes,
            registered: output.registered,
            span: None,
        }
    }
}

/// The inputs every node of this kind has, with what its setters made of their queues.
pub(super) fn static_inputs(node: &NodeConfig) -> Ports<InputPort> {
    let port = |input: &Input| {
        let mut port = InputPort::of("", input.name, input);
        if let Some(change) = node.queues.get(input.name) {
            port.apply(&InputSettings {
                queue_size: change.queue_size,
                blocking: None,
                wait_for_message: change.wait_for_message,
            });
        }
        (input.name, port)
    };
    Ports::of(node.kind.inputs.iter().map(port))
}

/// The outputs every node of this kind has.
pub(super) fn static_outputs(kind: Kind) -> Ports<OutputPort> {
    let port = |output: &Output| (output.name, OutputPort::of("", output.name, output));
    Ports::of(kind.outputs.iter().map(port))
}

/// The input that `name` means on a node of this kind, whether or not it exists yet.
pub(super) fn input_key(kind: Kind, name: &PortName) -> Option<Key> {
    let map = kind.input_map.as_ref();
    match &name.group {
        None if kind.input(&name.name).is_some() => Some(("", name.name.clone())),
        None => map.map(|map| (map.group, name.name.clone())),
        Some(group) => map
            .filter(|map| group == map.group || group == "inputs")
            .map(|map| (map.group, name.name.clone())),
    }
}

/// Makes the input exist and applies what is written about it.
pub(super) fn configure_input(
    inputs: &mut Ports<InputPort>,
    node: &NodeConfig,
    written: &InputConfig,
) -> Result<(), Problem> {
    let kind = node.kind;
    let key =
        input_key(kind, &written.name).ok_or_else(|| Box::new(unknown_input(node, written)))?;
    let position = match inputs.position(&key) {
        Some(position) => position,
        None => {
            let entry = kind.input_map.as_ref().map(|map| map.entry);
            let entry = entry.ok_or_else(|| Box::new(unknown_input(node, written)))?;
            let port = InputPort::of(key.0, &key.1, &entry);
            inputs.push(key, port)
        }
    };
    let Some(port) = inputs.get_mut(position) else {
        return Ok(());
    };
    if let Some(first) = port.span.replace(written.span) {
        return Err(Box::new(written_twice(node, written, first)));
    }
    port.apply(&written.settings);
    Ok(())
}

/// The output that `name` means on `sender`, made to exist if it is an entry of its map.
pub(super) fn resolve_output(
    sender: &mut GraphNode,
    config: &NodeConfig,
    name: &PortName,
    span: Span,
) -> Result<usize, Problem> {
    let kind = config.kind;
    let map = kind.output_map.as_ref();
    let group = match &name.group {
        None if kind.output(&name.name).is_some() => Some(""),
        None => map.map(|map| map.group),
        Some(group) => map
            .filter(|map| group == map.group || group == "outputs")
            .map(|map| map.group),
    };
    let group = group.ok_or_else(|| Box::new(unknown_output(config, name, span)))?;
    let key = (group, name.name.clone());
    if let Some(position) = sender.outputs.position(&key) {
        if let Some(port) = sender.outputs.get_mut(position) {
            port.span.get_or_insert(span);
        }
        return Ok(position);
    }
    // On the wire, inputs and outputs of one group share their names.
    let twin = sender.inputs.position(&key);
    if let Some(input) = twin.and_then(|position| sender.inputs.get(position)) {
        return Err(Box::new(collision(config, name, span, input)));
    }
    let entry = map.map(|map| map.entry);
    let entry = entry.ok_or_else(|| Box::new(unknown_output(config, name, span)))?;
    let mut port = OutputPort::of(group, &name.name, &entry);
    port.span = Some(span);
    Ok(sender.outputs.push(key, port))
}

fn written_twice(node: &NodeConfig, written: &InputConfig, first: Span) -> Diagnostic {
    Diagnostic::new(
        &rules::PORT_COLLISION,
        format!(
            "input `{}` of `{}` is written twice",
            written.name, node.name
        ),
    )
    .label(written.span, "written again here")
    .secondary(first, "first written here")
    .help("merge the two: `from` takes a list")
}

fn collision(config: &NodeConfig, name: &PortName, span: Span, input: &InputPort) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        &rules::PORT_COLLISION,
        format!(
            "`{}` has an input and an output called `{}`",
            config.name, name.name
        ),
    )
    .label(span, "an output here")
    .help("give one of them another name: on the device both are `node.io[…]`");
    diagnostic.secondary(input.span, "an input here")
}

fn unknown_input(node: &NodeConfig, written: &InputConfig) -> Diagnostic {
    let (kind, name) = (node.kind, written.name.name.as_str());
    let diagnostic = Diagnostic::new(
        &rules::UNKNOWN_PORT,
        format!("{} `{}` has no input `{}`", kind, node.name, written.name),
    )
    .label(written.span, "unknown input");
    if kind.output(name).is_some() {
        return diagnostic.help(format!(
            "`{}` is an output; links are written at the input that they feed",
            written.name
        ));
    }
    let names = kind.inputs.iter().map(|input| input.name);
    // The library's attribute is `input` where the port is called `in`.
    let meant = kind.meant_input(name).map(|input| input.name);
    suggest(diagnostic, name, meant, names, "inputs")
}

fn unknown_output(config: &NodeConfig, name: &PortName, span: Span) -> Diagnostic {
    let kind = config.kind;
    let diagnostic = Diagnostic::new(
        &rules::UNKNOWN_PORT,
        format!("{} `{}` has no output `{name}`", kind, config.name),
    )
    .label(span, "unknown output");
    if kind.input(&name.name).is_some() {
        return diagnostic.help(format!("`{name}` is an input of `{}`", config.name));
    }
    if let Some(instead) = version_3::output(kind, &config.name, &name.name) {
        return diagnostic.help(instead);
    }
    let main = kind.main_output().map(|output| output.name);
    // What is meant first comes first.
    let others = kind.outputs.iter().map(|output| output.name);
    let names = main
        .into_iter()
        .chain(others.filter(|other| Some(*other) != main));
    let meant = kind.meant_output(&name.name).map(|output| output.name);
    suggest(diagnostic, &name.name, meant, names, "outputs")
}

/// Suggests the port that is meant, or else the one with the nearest name.
fn suggest<'a>(
    diagnostic: Diagnostic,
    written: &str,
    meant: Option<&str>,
    names: impl Iterator<Item = &'a str> + Clone,
    what: &str,
) -> Diagnostic {
    if let Some(meant) = meant {
        return diagnostic.help(format!("did you mean `{meant}`?"));
    }
    Suggestion::of(written, names.clone()).or_help(diagnostic, || {
        let all: Vec<_> = names.collect();
        match all.as_slice() {
            [] => format!("it has no {what}"),
            all => format!("its {what}: {}", all.join(", ")),
        }
    })
}
