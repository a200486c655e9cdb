//! Operations that a type does not support.

use oakc_diag::{Diagnostics, Rule, Severity};
use oakc_script::FaultKind;

use super::programs::faults;
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::scripts(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK221",
    name: "wrong-operation",
    level: Severity::Error,
    adjustable: true,
    constraints: &[],
    summary: "A script uses an operation that the value's type does not support.",
    docs: include_str!("wrong_operation.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    faults(context, |program, fault| {
        if let FaultKind::WrongOperation { problem } = &fault.kind {
            let label = "raises `TypeError`";
            program.fault(&RULE, fault, problem, label, diagnostics, |found| found);
        }
    });
}
