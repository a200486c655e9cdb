//! Messages that are sent to an output that leads nowhere.

use std::collections::BTreeSet;

use oakc_diag::{Diagnostics, Rule, Severity};

use super::programs::programs;
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::scripts(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK225",
    name: "unlinked-script-output",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["SC7"],
    summary: "A script sends to an output that nothing is linked to.",
    docs: include_str!("unlinked_script_output.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    if !context.graph.is_complete() {
        return;
    }
    for program in programs(context) {
        let node = program.node;
        let outputs = node.node.outputs.iter();
        let unlinked: Vec<_> = outputs
            .filter(|port| node.links_from(&port.name).next().is_none())
            .collect();
        let mut told = BTreeSet::new();
        let sends = program
            .facts
            .ports
            .iter()
            .filter(|used| used.method.sends());
        for name in sends
            .flat_map(|used| &used.names)
            .filter(|name| name.certain)
        {
            let Some(port) = unlinked.iter().find(|port| port.name == name.name) else {
                continue;
            };
            if !told.insert(&port.name) {
                continue;
            }
            let message = format!(
                "the messages of `{}.{}` leave the camera nowhere: nothing is linked to it",
                node.name(),
                port.name
            );
            let label = "sent to nobody";
            program.report(&RULE, &name.range, message, label, diagnostics, |found| {
                found.secondary(port.span, "declared here").help(format!(
                    "send them over a socket from the script, link an `SPIOut` to \
                     `{}.{}`, or remove the `send` and the output",
                    node.name(),
                    port.name
                ))
            });
        }
    }
}
