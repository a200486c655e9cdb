//! Loops that end, and the script with them, when the other side of a connection leaves.

use oakc_diag::{Diagnostics, Rule, Severity};

use super::programs::programs;
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::scripts(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK227",
    name: "disconnect-ends-script",
    level: Severity::Warning,
    adjustable: true,
    constraints: &[],
    summary: "A script that ends when the other side of a connection leaves.",
    docs: include_str!("disconnect_ends_script.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for program in programs(context) {
        for call in &program.facts.connections.transfers {
            let message = "the script ends when the other side disconnects";
            let label = if call.caught {
                "raises `OSError`, which is caught, but then nothing is left to do"
            } else {
                "raises `OSError` in that case, and nothing catches it"
            };
            program.report(&RULE, &call.range, message, label, diagnostics, |found| {
                let found = found.help(
                    "put it into a `try` that catches `OSError`, inside a loop that waits for the next \
                     connection or connects again",
                );
                match &call.ended {
                    Some(head) => found.secondary(program.span(head), "ends this loop"),
                    None => found,
                }
            });
        }
    }
}
