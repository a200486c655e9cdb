//! Linked ports that the program never uses.

use std::collections::BTreeSet;

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::node::Role;

use super::programs::{Program, programs};
use crate::rules::flow::needs::needed_inputs;
use crate::{Check, Context};
use oakc_core::graph::{LinkRef, NodeRef, OutputPort};

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
    for program in programs(context) {
        let Some(used) = program.facts.usable_ports() else {
            continue;
        };
        diagnostics.extend(unread(&program, &used));
        let outputs = program.node.node.outputs.iter();
        let silent = outputs.filter(|port| !used.contains(port.name.as_str()));
        diagnostics.extend(silent.filter_map(|port| unsent(context, &program, port)));
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
fn unsent(context: &Context<'_>, program: &Program<'_>, port: &OutputPort) -> Option<Diagnostic> {
    let links: Vec<_> = program.node.links_from(&port.name).collect();
    let starved = |link: &&LinkRef<'_>| starves(context, link);
    let link = links.iter().find(starved).or(links.first())?;
    let receiver = context.graph.node_ref(link.to)?;
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
    Some(if starved(&link) {
        finding.label(
            link.span,
            format!("`{receiver}` waits forever for a message from here"),
        )
    } else {
        let label = format!("nothing ever arrives at `{receiver}`");
        finding.label(link.span, label).severity(Severity::Info)
    })
}

/// Whether the receiver of a link does nothing without its messages: it waits for them, and nobody
/// else sends any there.
fn starves(context: &Context<'_>, link: &LinkRef<'_>) -> bool {
    let Some(receiver) = context.graph.node_ref(link.to) else {
        return false;
    };
    let mut sources = receiver.links_to(&link.input.name);
    let only =
        sources.all(|other| other.from.id == link.from.id && other.output.name == link.output.name);
    only && waits_at(context, &receiver, link)
}

fn waits_at(context: &Context<'_>, receiver: &NodeRef<'_>, link: &LinkRef<'_>) -> bool {
    if receiver.kind().role != Role::Program {
        let mut needed = needed_inputs(receiver);
        return needed.any(|(position, _)| position == link.link.input);
    }
    let name = &link.input.name;
    let program = programs(context).find(|program| program.node.index == receiver.index);
    program.is_some_and(|program| {
        let mut uses = program.facts.ports.iter();
        uses.any(|used| {
            let certain = |known: &&oakc_script::PortName| known.certain && known.name == *name;
            used.method.waits_for_message() && used.names.iter().find(certain).is_some()
        })
    })
}
