//! Parameters that a script takes and nobody declares.

use oakc_core::config::Suggestion;
use oakc_diag::{Diagnostics, Rule, Severity};

use super::programs::programs;
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::scripts(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK048",
    name: "unknown-script-parameter",
    level: Severity::Error,
    adjustable: true,
    constraints: &[],
    summary: "A script takes a parameter from `oakc.params` that is not declared in `[params]`.",
    docs: include_str!("unknown_script_parameter.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let params = &context.config().params;
    for program in programs(context) {
        for (name, range) in &program.facts.params {
            if params.contains_key(name) {
                continue;
            }
            let message = format!("unknown parameter `{name}`");
            let label = "raises when the script gets here";
            let near = Suggestion::of(name, params.keys().map(String::as_str));
            let section = context.language().table(&["params"]);
            program.report(&RULE, range, message, label, diagnostics, |found| {
                near.or_help(found, || format!("declare it under {section}"))
            });
        }
    }
}
