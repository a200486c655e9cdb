//! SPI streams without a name.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::spi_in::SPIInProperties;
use oakc_runtime_schema::nodes::spi_out::SPIOutProperties;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK163",
    name: "spi-stream-name",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["SP2"],
    summary: "An SPI node whose stream has no name.",
    docs: include_str!("spi_stream_name.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let sending = context.each::<SPIOutProperties>();
    let sending = sending.map(|(node, spi)| (node, spi.stream_name));
    let receiving = context.each::<SPIInProperties>();
    let receiving = receiving.map(|(node, spi)| (node, spi.stream_name));
    for (node, _) in sending.chain(receiving).filter(|(_, name)| name.is_empty()) {
        diagnostics.push(
            Diagnostic::new(
                &RULE,
                format!("the stream of `{}` has no name", node.name()),
            )
            .label(node.span(&["stream_name"]), "programs cannot select it")
            .help("add a `stream_name`, the same as in the microcontroller's program"),
        );
    }
}
