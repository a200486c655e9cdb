//! Messages that get more bytes than they were created for.

use oakc_diag::{Diagnostics, Rule, Severity};

use super::programs::programs;
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::scripts(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK213",
    name: "buffer-overflow",
    level: Severity::Error,
    adjustable: true,
    constraints: &["SC9"],
    summary: "A message gets more bytes than it was created for.",
    docs: include_str!("buffer_overflow.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for program in programs(context) {
        for found in &program.facts.overflows {
            let message = format!(
                "{} bytes do not fit into a message of {} bytes",
                found.bytes, found.size
            );
            let label = format!("{} bytes", found.bytes);
            let made = program.span(&found.made);
            program.report(
                &RULE,
                &found.data,
                message,
                label,
                diagnostics,
                |diagnostic| {
                    diagnostic
                        .secondary(made, format!("created for {}", found.size))
                        .help("create the message with the length of its data")
                },
            );
        }
    }
}
