//! Code of a script that never runs.

use oakc_diag::{Diagnostics, Rule, Severity};
use oakc_script::FaultKind;

use super::programs::faults;
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::scripts(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK224",
    name: "main-guard",
    level: Severity::Warning,
    adjustable: true,
    constraints: &[],
    summary: "Code of a script is guarded by a test for `__main__` and never runs.",
    docs: include_str!("main_guard.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    faults(context, |program, fault| {
        if fault.kind == FaultKind::MainGuard && !program.is_module() {
            let message = "the code guarded by this test never runs";
            let label = "`__name__` is `\"lpb\"` on the camera";
            program.fault(&RULE, fault, message, label, diagnostics, |found| {
                found.help("remove the test, or test `__name__ in (\"lpb\", \"__main__\")`")
            });
        }
    });
}
