//! Programs whose only result is the log.

use oakc_diag::{Diagnostics, Rule, Severity};

use super::programs::mains;
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::scripts(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK211",
    name: "log-only-script",
    level: Severity::Warning,
    adjustable: true,
    constraints: &[],
    summary: "A script whose only result is its log.",
    docs: include_str!("log_only_script.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for program in mains(context) {
        let (false, Some(first)) = (program.facts.has_effects, program.facts.logs.first()) else {
            continue;
        };
        let logs = context.config().logging.as_ref();
        let processor = program.properties.processor;
        if logs.is_some_and(|logs| logs.has(program.node.name(), processor)) {
            continue;
        }
        let message = format!(
            "the script of `{}` does nothing but log",
            program.node.name()
        );
        let label = "nobody reads this on a standalone camera";
        program.report(&RULE, first, message, label, diagnostics, |found| {
            let section = context.config().language.table(&["logging"]);
            found.help(format!(
                "send the log over the network with {section}, or the results over the network, SPI, GPIO or UART, \
                 or write them to the eMMC"
            ))
        });
    }
}
