//! Loops that never wait.

use oakc_diag::{Diagnostics, Rule, Severity};

use super::programs::programs;
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::scripts(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK212",
    name: "busy-loop",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["SC12"],
    summary: "An endless loop that never waits.",
    docs: include_str!("busy_loop.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for program in programs(context) {
        for head in &program.facts.busy_loops {
            let message = "this loop never waits";
            let label = "it takes all the time of its processor";
            program.report(&RULE, head, message, label, diagnostics, |found| {
                found.help(
                    "use `get()`, which waits, or `time.sleep(0.005)` if there is nothing to do",
                )
            });
        }
    }
}
