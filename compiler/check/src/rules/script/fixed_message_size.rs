//! Text of any length in messages of a fixed size.

use oakc_diag::{Diagnostics, Rule, Severity};

use super::programs::programs;
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::scripts(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK230",
    name: "fixed-message-size",
    level: Severity::Warning,
    adjustable: true,
    constraints: &[],
    summary: "A message of a fixed size gets text that may be longer.",
    docs: include_str!("fixed_message_size.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for program in programs(context) {
        for found in &program.facts.unmeasured {
            let message = format!("this text may not fit into {} bytes", found.size);
            let label = format!("`setData` raises if it has more than {} bytes", found.size);
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
                        .help(format!(
                            "give the text a name and create the message for it: `{}(len(data))`",
                            found.class
                        ))
                },
            );
        }
    }
}
