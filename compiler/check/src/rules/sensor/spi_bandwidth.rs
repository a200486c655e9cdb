//! More data than SPI can carry.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::spi_out::SPIOutProperties;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK164",
    name: "spi-bandwidth",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["SP5"],
    summary: "An SPIOut that gets more data than SPI can carry.",
    docs: include_str!("spi_bandwidth.md"),
};

/// Bytes per second.
const MOST: f64 = 1e6;

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, _) in context.each::<SPIOutProperties>() {
        for link in node.links_to("in") {
            let rate = context.facts.of(&link).bandwidth();
            let Some(rate) = rate.filter(|rate| *rate > MOST) else {
                continue;
            };
            let message = format!(
                "`{}` would have to send {:.1} MB per second over SPI",
                node.name(),
                rate / 1e6
            );
            diagnostics.push(
                Diagnostic::new(&RULE, message)
                    .label(link.span, "SPI carries about 1 MB per second")
                    .help("send results, or small images at a low rate"),
            );
        }
    }
}
