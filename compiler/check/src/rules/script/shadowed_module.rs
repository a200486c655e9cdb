//! Own modules that have the name of a module of the camera.

use oakc_diag::{Diagnostics, Rule, Severity};
use oakc_script::modules::{Availability, availability};

use super::programs::{Program, programs};
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::scripts(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK256",
    name: "shadowed-module",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["5.1"],
    summary: "An own module has the name of one of the camera's.",
    docs: include_str!("shadowed_module.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for program in programs(context) {
        let unused = program.node.config.modules.as_ref();
        let unused = unused.map(|own| &own.unused);
        for import in program
            .facts
            .imports
            .iter()
            .filter(|import| import.level == 0)
        {
            let first = import.module.split('.').next().unwrap_or_default();
            let path = unused.and_then(|unused| unused.get(first));
            let (message, label) = if let Some(path) = path {
                (
                    format!("the camera's own module `{first}` wins over `{path}`"),
                    "imports the camera's module, which is built into the interpreter",
                )
            } else if import.own && has(&program, first) {
                (
                    format!("the module `{first}` of this application wins over the camera's own"),
                    "imports your file, and so does every library module that imports this name later",
                )
            } else {
                continue;
            };
            program.report(&RULE, &import.range, message, label, diagnostics, |found| {
                found.help(format!("give the file of `{first}` another name"))
            });
        }
    }
}

/// Whether the processor of a program has a module.
fn has(program: &Program<'_>, module: &str) -> bool {
    match availability(module) {
        Availability::Both => true,
        Availability::CssOnly => !program.runs_on_mss(),
        Availability::Absent | Availability::Unknown => false,
    }
}
