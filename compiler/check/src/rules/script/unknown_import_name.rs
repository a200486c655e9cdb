//! Names that a module does not have.

use oakc_diag::{Diagnostics, Rule, Severity};
use oakc_script::FaultKind;

use super::programs::{NO_ENCRYPTION, did_you_mean, faults, needs_encryption};
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::scripts(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK219",
    name: "unknown-import-name",
    level: Severity::Error,
    adjustable: true,
    constraints: &[],
    summary: "A script imports a name that the module does not have.",
    docs: include_str!("unknown_import_name.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    faults(context, |program, fault| {
        if let FaultKind::UnknownImport { module, name, near } = &fault.kind {
            let message = format!("the module `{module}` has no `{name}`");
            let label = "raises `ImportError`";
            program.fault(&RULE, fault, message, label, diagnostics, |found| {
                if needs_encryption(name) {
                    return found.help(NO_ENCRYPTION);
                }
                did_you_mean(found, near.as_deref())
            });
        }
    });
}
