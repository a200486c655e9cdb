//! Linked ports that the program never uses.

use std::collections::{BTreeMap, BTreeSet};

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::node::Role;

use super::programs::{Program, mains};
use crate::rules::flow::needs::needed_inputs;
use crate::{Check, Context};
use oakc_core::config::logging::RELAY;
use oakc_core::graph::{LinkRef, NodeRef, OutputPort};
use oakc_script::Facts;
use petgraph::graph::NodeIndex;

pub(in crate::rules) const CHECK: Check = Check::scripts(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK208",
    name: "unused-script-port",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["3.3"],
    summary: "A linked input of a Script that its program never reads, or an output to which it never sends.",
    docs: include_str!("unused_script_port.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    if !context.graph.is_complete() {
        return;
    }
    let mut receivers = Receivers::new(context);
    for program in mains(context) {
        let facts = program.all_facts().unwrap_or_default();
        let used: Option<Vec<_>> = facts.iter().map(|facts| facts.usable_ports()).collect();
        let used: BTreeSet<&str> = match used {
            Some(used) if !used.is_empty() => used.into_iter().flatten().collect(),
            _ => continue,
        };
        diagnostics.extend(unread(&program, &used));
        let outputs = program.node.node.outputs.iter();
        // What sends the script's log is not in the script.
        let logs = context.config().logging.as_ref();
        let processor = program.properties.processor;
        let has_log = logs.is_some_and(|logs| logs.has(program.node.name(), processor));
        let is_used =
            |port: &&OutputPort| used.contains(port.name.as_str()) || has_log && port.name == RELAY;
        let silent = outputs.filter(|port| !is_used(port));
        diagnostics.extend(silent.filter_map(|port| unsent(&mut receivers, &program, port)));
    }
}

/// The inputs that are never read and block when they are full.
fn unread(program: &Program<'_>, used: &BTreeSet<&str>) -> Vec<Diagnostic> {
    let links = program.node.incoming();
    let unread =
        links.filter(|link| link.input.blocking && !used.contains(link.input.name.as_str()));
    let findings = unread.map(|link| {
        let port = link.input;
        let name = format!("{}.{}", program.node.name(), port.name);
        Diagnostic::new(&RULE, format!("the script never reads `{name}`"))
            .label(
                link.span,
                format!("its sender stops after {} messages", port.queue_size),
            )
            .help(format!(
                "read it, remove the link, or set {}",
                program.node.language().setting("blocking", false)
            ))
    });
    findings.collect()
}

/// An output to which nothing is ever sent: at the link that misses it most.
fn unsent(
    receivers: &mut Receivers<'_, '_>,
    program: &Program<'_>,
    port: &OutputPort,
) -> Option<Diagnostic> {
    let links: Vec<_> = program.node.links_from(&port.name).collect();
    let starved = links.iter().find(|link| receivers.starves(link));
    let link = starved.or(links.first())?;
    let receiver = receivers.context.graph.node_ref(link.to)?;
    let (receiver, output) = (receiver.name(), &port.name);
    let name = format!("{}.{output}", program.node.name());
    let finding = Diagnostic::new(&RULE, format!("the script never sends to `{name}`"))
        .secondary(
            program
                .node
                .written(&["source", "script_path", "code", "script"]),
            "this program has no such `send`",
        )
        .help(format!(
            "send to it with `node.io[\"{output}\"].send(…)`, or remove the link"
        ));
    Some(if starved.is_some() {
        finding.label(
            link.span,
            format!("`{receiver}` waits forever for a message from here"),
        )
    } else {
        let label = format!("nothing ever arrives at `{receiver}`");
        finding.label(link.span, label).severity(Severity::Info)
    })
}

/// What the nodes wait for, of each node looked up once.
struct Receivers<'c, 'a> {
    context: &'c Context<'a>,
    programs: BTreeMap<NodeIndex, &'a Facts>,
    /// The positions of the inputs that a node waits for.
    waiting: BTreeMap<NodeIndex, BTreeSet<usize>>,
}

impl<'c, 'a> Receivers<'c, 'a> {
    fn new(context: &'c Context<'a>) -> Self {
        let programs = mains(context).map(|program| (program.node.index, program.facts));
        Self {
            context,
            programs: programs.collect(),
            waiting: BTreeMap::new(),
        }
    }

    /// Whether the receiver of a link does nothing without its messages: it waits for them, and nobody
    /// else sends any there.
    fn starves(&mut self, link: &LinkRef<'_>) -> bool {
        let Some(receiver) = self.context.graph.node_ref(link.to) else {
            return false;
        };
        let mut sources = receiver.links_to(&link.input.name);
        let only = sources
            .all(|other| other.from.id == link.from.id && other.output.name == link.output.name);
        only && self.waits_at(&receiver, link.link.input)
    }

    fn waits_at(&mut self, receiver: &NodeRef<'_>, input: usize) -> bool {
        let program = self.programs.get(&receiver.index);
        let waiting = self.waiting.entry(receiver.index).or_insert_with(|| {
            if receiver.kind().role == Role::Program {
                program.map_or_else(BTreeSet::new, |facts| awaited(receiver, facts))
            } else {
                needed_inputs(receiver).map(|(input, _)| input).collect()
            }
        });
        waiting.contains(&input)
    }
}

/// The inputs at which a program certainly waits.
fn awaited(node: &NodeRef<'_>, facts: &Facts) -> BTreeSet<usize> {
    let waits = facts.ports.iter();
    let waits = waits.filter(|used| used.method.waits_for_message());
    let names = waits.flat_map(|used| &used.names);
    let names: BTreeSet<&str> = names
        .filter(|known| known.certain)
        .map(|known| known.name.as_str())
        .collect();
    let inputs = node.node.inputs.iter().enumerate();
    let awaited = inputs.filter(|(_, port)| names.contains(port.name.as_str()));
    awaited.map(|(input, _)| input).collect()
}
