//! Imports of modules that the firmware does not have.

use oakc_diag::{Diagnostics, Rule, Severity};
use oakc_script::modules::{Availability, availability};

use super::programs::{NO_ENCRYPTION, needs_encryption, programs};
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::scripts(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK202",
    name: "absent-module",
    level: Severity::Error,
    adjustable: true,
    constraints: &["SC2", "5.1"],
    summary: "An import of a module that the firmware does not have.",
    docs: include_str!("absent_module.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for program in programs(context) {
        for import in program
            .facts
            .imports
            .iter()
            .filter(|import| !import.guarded)
        {
            if import.relative {
                let message = "a script cannot import other files";
                let label = "fails on the camera, which has only this file";
                program.report(&RULE, &import.range, message, label, diagnostics, |found| {
                    found.help("put everything into one file")
                });
                continue;
            }
            for (module, range) in import.modules() {
                if availability(&module) == Availability::Absent {
                    let message = format!("the camera has no module `{module}`");
                    let label = "fails on the camera, and stops the script";
                    program.report(&RULE, &range, message, label, diagnostics, |found| {
                        if needs_encryption(&module) {
                            return found.help(NO_ENCRYPTION);
                        }
                        found.help(format!(
                            "avoid `{module}`: nothing can be installed on the camera"
                        ))
                    });
                }
            }
        }
    }
}
