//! Names of ports that are known only at run time.

use oakc_diag::{Diagnostics, Rule, Severity};

use super::programs::programs;
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::scripts(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK209",
    name: "computed-port-name",
    level: Severity::Info,
    adjustable: true,
    constraints: &["SC7"],
    summary: "A script computes the name of a port.",
    docs: include_str!("computed_port_name.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for program in programs(context) {
        let ports = program.facts.ports.iter();
        for used in ports.filter(|used| used.computed) {
            let message = "the name of this port is computed and cannot be checked";
            let label = "this can be any port";
            program.report(&RULE, &used.port, message, label, diagnostics, |found| {
                found
            });
        }
    }
}
