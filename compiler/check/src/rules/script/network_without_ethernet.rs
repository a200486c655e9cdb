//! Programs that need a network on cameras without one.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_script::modules::needs_network;

use super::programs::{Program, programs};
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::scripts(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK205",
    name: "network-without-ethernet",
    level: Severity::Error,
    adjustable: true,
    constraints: &["SC4"],
    summary: "A script that uses the network, on a camera without Ethernet.",
    docs: include_str!("network_without_ethernet.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let Some(camera) = context.camera.filter(|camera| !camera.ethernet) else {
        return;
    };
    if let Some(place) = context.config().written("logging.udp") {
        let message = format!(
            "the log goes over the network, but an {} has none",
            camera.name
        );
        let found =
            Diagnostic::new(&RULE, message).label(place, "cannot be reached from this camera");
        let found = found.secondary(context.config().span("device.model"), "has no Ethernet");
        let section = context.config().language.table(&["logging"]);
        diagnostics.push(found.help(format!("use a PoE camera, or remove {section}")));
    }
    for program in programs(context).filter(|program| !Program::runs_on_mss(program)) {
        let imports = program.facts.imports.iter();
        let first = imports
            .filter(|import| !import.guarded && !import.own)
            .find_map(|import| {
                let mut modules = import.modules().into_iter();
                modules.find(|(module, _)| needs_network(module))
            });
        if let Some((module, range)) = first {
            let message = format!(
                "`{module}` needs a network, but an {} has none",
                camera.name
            );
            let label = "cannot work on this camera";
            program.report(&RULE, &range, message, label, diagnostics, |found| {
                let found = found.help("use a PoE camera, or send data over SPI, GPIO or UART");
                found.secondary(context.config().span("device.model"), "has no Ethernet")
            });
        }
    }
}
