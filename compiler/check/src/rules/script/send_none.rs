//! Sending `None`.

use oakc_diag::{Diagnostics, Rule, Severity};

use super::programs::programs;
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::scripts(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK214",
    name: "send-none",
    level: Severity::Error,
    adjustable: true,
    constraints: &["SC8"],
    summary: "A script sends `None`.",
    docs: include_str!("send_none.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for program in programs(context) {
        let ports = program.facts.ports.iter();
        for used in ports.filter(|used| used.sends_none) {
            let message = "`None` cannot be sent";
            let label = "raises an exception on the camera and stops the script";
            program.report(&RULE, &used.range, message, label, diagnostics, |found| {
                found.help("send a message, for instance `Buffer(1)`, or do not send")
            });
        }
    }
}
