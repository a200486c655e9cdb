//! Messages that may be missing.

use oakc_diag::{Diagnostics, Rule, Severity};
use oakc_script::FaultKind;

use super::programs::faults;
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::scripts(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK223",
    name: "unchecked-message",
    level: Severity::Warning,
    adjustable: true,
    constraints: &[],
    summary: "A script uses what `tryGet` returned without checking that there was a message.",
    docs: include_str!("unchecked_message.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    faults(context, |program, fault| {
        if let FaultKind::UncheckedNone { name } = &fault.kind {
            let message = format!("`{name}` is `None` if no message has arrived");
            let label = "raises `AttributeError` in that case";
            program.fault(&RULE, fault, message, label, diagnostics, |found| {
                found.help(format!(
                    "use it only `if {name} is not None`, or wait with `get()`"
                ))
            });
        }
    });
}
