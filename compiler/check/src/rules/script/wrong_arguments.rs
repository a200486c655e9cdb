//! Calls with arguments that the function does not accept.

use oakc_diag::{Diagnostics, Rule, Severity};
use oakc_script::FaultKind;

use super::programs::faults;
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::scripts(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK220",
    name: "wrong-arguments",
    level: Severity::Error,
    adjustable: true,
    constraints: &[],
    summary: "A script calls a function with arguments that it does not accept.",
    docs: include_str!("wrong_arguments.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    faults(context, |program, fault| {
        if let FaultKind::WrongArguments { function, problem } = &fault.kind {
            let message = format!("{function} {problem}");
            let label = "raises `TypeError`";
            program.fault(&RULE, fault, message, label, diagnostics, |found| found);
        }
    });
}
