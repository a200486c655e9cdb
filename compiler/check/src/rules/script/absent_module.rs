//! Imports of modules that the firmware does not have.

use oakc_diag::{Diagnostics, Rule, Severity};
use oakc_script::Import;
use oakc_script::modules::{Availability, availability};

use super::programs::{NO_ENCRYPTION, Program, needs_encryption, programs};
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
            if import.level > 0 || import.own {
                check_own(&program, import, diagnostics);
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

/// Reports a module that would have to be one of the program's own, and is not there.
fn check_own(program: &Program<'_>, import: &Import, diagnostics: &mut Diagnostics) {
    let (message, help) = match program.resolve(import) {
        Some((_, true)) => return,
        Some((name, false)) => (
            format!("there is no module `{name}`"),
            "add its file to the folder of the package, or correct the name",
        ),
        None if program.is_module() => (
            "these dots lead out of the package".to_owned(),
            "import the module by its whole name",
        ),
        None => (
            "a script is in no package, so it has no relative imports".to_owned(),
            "import the module by its name, without the dot: it is looked for beside the script and in `modules`",
        ),
    };
    let label = "fails on the camera, and stops the script";
    program.report(&RULE, &import.range, message, label, diagnostics, |found| {
        found.help(help)
    });
}
