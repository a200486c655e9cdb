//! Inputs that a node waits for and that nothing is linked to.

use std::collections::BTreeSet;

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};

use super::needs::needed_inputs;
use crate::{Check, Context};
use oakc_core::graph::{InputPort, NodeRef};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK171",
    name: "unfed-input",
    level: Severity::Error,
    adjustable: true,
    constraints: &["M7", "T8", "SY6"],
    summary: "An input that a node waits for and that nothing is linked to.",
    docs: include_str!("unfed_input.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    if !context.graph.is_complete() {
        return;
    }
    for node in context.nodes() {
        let fed: BTreeSet<_> = node.incoming().map(|link| link.link.input).collect();
        // A node without any links is unused.
        if fed.is_empty() && node.outgoing().next().is_none() {
            continue;
        }
        let unfed = needed_inputs(&node).filter(|(position, _)| !fed.contains(position));
        let unfed = unfed.filter(|(_, port)| !said_elsewhere(&node, port));
        diagnostics.extend(unfed.map(|(_, port)| finding(&node, port)));
    }
}

/// Whether another rule says it: what needs a host, what a node does not start without.
fn said_elsewhere(node: &NodeRef<'_>, port: &InputPort) -> bool {
    let kind = node.kind();
    kind.needs_host() || kind.start.inputs.names(&port.name)
}

fn finding(node: &NodeRef<'_>, port: &InputPort) -> Diagnostic {
    let name = format!("{}.{}", node.name(), port.name);
    let waiting = node.written(&["wait_for_config_input", "input_config_sync"]);
    let diagnostic = Diagnostic::new(&RULE, format!("nothing is linked to `{name}`"));
    if port.name == "inputConfig" {
        let place = waiting.or(port.span).unwrap_or(node.config.kind_span);
        return diagnostic
            .label(place, "waits for a message for every frame")
            .help(format!(
                "link a Script that sends configurations to `{name}`, or turn the waiting off"
            ));
    }
    diagnostic
        .label(
            port.span.unwrap_or(node.config.kind_span),
            "waits forever and sends nothing",
        )
        .help(format!(
            "add {} to `{}`",
            node.link_setting(&port.name),
            node.name()
        ))
}
