//! Connections that fail, and end the script, if the server is not up yet.

use oakc_diag::{Diagnostics, Rule, Severity};

use super::programs::programs;
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::scripts(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK226",
    name: "unguarded-connect",
    level: Severity::Warning,
    adjustable: true,
    constraints: &[],
    summary: "A script connects outside of a `try`.",
    docs: include_str!("unguarded_connect.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for program in programs(context) {
        for call in &program.facts.connections.connects {
            let message = format!("`{}` is not inside a `try`", call.name);
            let label = "raises `OSError` if the server cannot be reached, and the script ends";
            program.report(&RULE, &call.range, message, label, diagnostics, |found| {
                found.help(
                    "call it in a loop, inside a `try` whose `except OSError` waits a second before \
                     the next attempt",
                )
            });
        }
    }
}
