//! SPI nodes without a microcontroller.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::spi_in::SPIInProperties;
use oakc_runtime_schema::nodes::spi_out::SPIOutProperties;

use crate::{Check, Context};
use oakc_core::graph::NodeRef;

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK162",
    name: "spi-without-peer",
    level: Severity::Error,
    adjustable: true,
    constraints: &["SP1"],
    summary: "An SPI node on a camera without a microcontroller, or on the wrong bus.",
    docs: include_str!("spi_without_peer.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let sending = context
        .each::<SPIOutProperties>()
        .map(|(node, spi)| (node, spi.bus_id));
    let receiving = context
        .each::<SPIInProperties>()
        .map(|(node, spi)| (node, spi.bus_id));
    for (node, bus) in sending.chain(receiving) {
        diagnostics.extend(without_peer(context, &node).or_else(|| wrong_bus(&node, bus)));
    }
}

fn without_peer(context: &Context<'_>, node: &NodeRef<'_>) -> Option<Diagnostic> {
    let camera = context.camera.filter(|camera| !camera.spi)?;
    let message = format!(
        "`{}` communicates with a microcontroller, but an {} has none",
        node.name(),
        camera.name
    );
    let instead = if camera.ethernet {
        "use a Script that communicates over the network"
    } else {
        "use a camera with a microcontroller, such as OAK-D-IOT-75"
    };
    Some(
        Diagnostic::new(&RULE, message)
            .label(node.config.kind_span, "there is nothing at the other end")
            .help(instead),
    )
}

fn wrong_bus(node: &NodeRef<'_>, bus: i32) -> Option<Diagnostic> {
    (bus != 0).then(|| {
        Diagnostic::new(&RULE, format!("`{}` uses SPI bus {bus}", node.name()))
            .label(node.span(&["bus_id"]), "the microcontroller is on bus 0")
            .help("remove `bus_id`")
    })
}
