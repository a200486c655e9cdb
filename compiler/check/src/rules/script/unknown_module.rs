//! Imports of modules that the firmware may not have.

use oakc_diag::{Diagnostics, Rule, Severity};
use oakc_script::modules::{Availability, availability};

use super::programs::programs;
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::scripts(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK203",
    name: "unknown-module",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["5.1"],
    summary: "An import of a module that the firmware is not known to have.",
    docs: include_str!("unknown_module.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for program in programs(context) {
        let imports = program.facts.imports.iter();
        for import in imports.filter(|import| !import.guarded && !import.own && import.level == 0) {
            let module = &import.module;
            if availability(module) == Availability::Unknown && module != "__future__" {
                let message = format!("the camera is not known to have a module `{module}`");
                let label = "probably fails on the camera, and stops the script";
                program.report(&RULE, &import.range, message, label, diagnostics, |found| {
                    found.help(if module.split('.').next() == Some("depthai") {
                        "the camera's classes need no module: remove the import, and write \
                         `Buffer()` instead of `dai.Buffer()`"
                    } else {
                        "avoid it, or import it in a `try` that catches `ImportError`; if you have \
                         seen it work, allow this rule"
                    })
                });
            }
        }
    }
}
