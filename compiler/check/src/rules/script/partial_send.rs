//! Sends that may leave a part of the data behind.

use oakc_diag::{Diagnostics, Rule, Severity};

use super::programs::programs;
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::scripts(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK228",
    name: "partial-send",
    level: Severity::Warning,
    adjustable: true,
    constraints: &[],
    summary: "A script ignores how much `send` has sent.",
    docs: include_str!("partial_send.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for program in programs(context) {
        for send in &program.facts.connections.sends {
            let message = "`send` may send only part of the data";
            let label = if send.timed {
                "the rest is lost: this socket does not wait until there is room for all of it"
            } else {
                "the rest is lost: it returns how many bytes were sent, and nothing looks at that"
            };
            program.report(&RULE, &send.range, message, label, diagnostics, |found| {
                let found = found.help("use `sendall`, which sends everything or raises `OSError`");
                if send.timed {
                    found
                } else {
                    found.severity(Severity::Info)
                }
            });
        }
    }
}
