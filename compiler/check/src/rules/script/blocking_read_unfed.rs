//! Reads that wait on inputs that nothing is linked to.

use std::collections::{BTreeMap, BTreeSet};

use oakc_diag::{Diagnostics, Rule, Severity};

use super::programs::programs;
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::scripts(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK210",
    name: "blocking-read-unfed",
    level: Severity::Error,
    adjustable: true,
    constraints: &["SC7"],
    summary: "A script waits for messages on an input that nothing is linked to.",
    docs: include_str!("blocking_read_unfed.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    if !context.graph.is_complete() {
        return;
    }
    for program in programs(context) {
        let fed = program.node.incoming().map(|link| link.input.name.as_str());
        let fed: BTreeSet<&str> = fed.collect();
        let inputs = program.node.node.inputs.iter();
        let unfed: BTreeMap<_, _> = inputs
            .map(|port| (port.name.as_str(), port))
            .filter(|(name, _)| !fed.contains(name))
            .collect();
        let ports = program.facts.ports.iter();
        for used in ports.filter(|used| used.method.waits_for_message()) {
            for name in used.names.iter().filter(|name| name.certain) {
                let Some(port) = unfed.get(name.name.as_str()) else {
                    continue;
                };
                let message = format!(
                    "nothing is linked to the input `{}` of `{}`",
                    port.name,
                    program.node.name()
                );
                program.report(
                    &RULE,
                    &name.range,
                    message,
                    "waits forever",
                    diagnostics,
                    |found| {
                        let setting = program.node.link_setting(&port.name);
                        let found = found.help(format!("link it: {setting}"));
                        found.secondary(port.span, "has no `from`")
                    },
                );
            }
        }
    }
}
