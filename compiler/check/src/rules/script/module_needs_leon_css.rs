//! Programs on `LEON_MSS` that use what exists only on `LEON_CSS`.

use std::ops::Range;

use oakc_diag::{Diagnostics, Rule, Severity};
use oakc_script::modules::{Availability, availability};

use super::programs::{Program, programs};
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::scripts(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK204",
    name: "module-needs-leon-css",
    level: Severity::Error,
    adjustable: true,
    constraints: &["SC3", "SC5", "5.1"],
    summary: "A script on `LEON_MSS` that uses what exists only on `LEON_CSS`.",
    docs: include_str!("module_needs_leon_css.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for program in programs(context).filter(Program::runs_on_mss) {
        for import in program
            .facts
            .imports
            .iter()
            .filter(|import| !import.guarded && !import.own)
        {
            // One finding is enough for `from http import server`, where both are.
            let mut modules = import.modules().into_iter();
            let missing = modules.find(|(module, _)| availability(module) == Availability::CssOnly);
            if let Some((module, range)) = missing {
                let message = format!("the module `{module}` exists only on `LEON_CSS`");
                report(&program, &range, message, diagnostics);
            }
        }
        for used in program
            .facts
            .device
            .iter()
            .filter(|used| used.interface == "Device")
        {
            let message = format!("`Device.{}` works only on `LEON_CSS`", used.name);
            report(&program, &used.range, message, diagnostics);
        }
    }
}

fn report(
    program: &Program<'_>,
    range: &Range<usize>,
    message: String,
    diagnostics: &mut Diagnostics,
) {
    let label = "fails on `LEON_MSS`, and stops the script";
    program.report(&RULE, range, message, label, diagnostics, |found| {
        let node = program.node.name();
        let setting = program.node.language().setting("processor", "LEON_CSS");
        let found = found.help(format!("set {setting} on `{node}`"));
        found.secondary(program.node.written(&["processor"]), "sets where it runs")
    });
}
