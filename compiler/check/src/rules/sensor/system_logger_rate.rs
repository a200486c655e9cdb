//! Reports on the device that are never sent.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::system_logger::SystemLoggerProperties;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK165",
    name: "system-logger-rate",
    level: Severity::Error,
    adjustable: true,
    constraints: &["1.19"],
    summary: "A SystemLogger with a rate that is not above 0.",
    docs: include_str!("system_logger_rate.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, logger) in context.each::<SystemLoggerProperties>() {
        let rate = logger.rate_hz;
        if rate <= 0.0 {
            let message = format!("`{}` reports {rate} times per second", node.name());
            diagnostics.push(
                Diagnostic::new(&RULE, message)
                    .label(node.span(&["rate_hz", "rate"]), "must be above 0")
                    .help("write 1 for one report per second, or 0.1 for one every ten seconds"),
            );
        }
    }
}
