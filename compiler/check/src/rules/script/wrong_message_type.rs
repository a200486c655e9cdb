//! Messages of a type that the receiver does not accept.

use oakc_diag::{Diagnostics, Rule, Severity};
use oakc_script::FaultKind;

use super::programs::faults;
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::scripts(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK222",
    name: "wrong-message-type",
    level: Severity::Error,
    adjustable: true,
    constraints: &[],
    summary: "A script sends a message of a type that the receiver does not accept.",
    docs: include_str!("wrong_message_type.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    faults(context, |program, fault| {
        if let FaultKind::WrongMessage { port, sent, wanted } = &fault.kind {
            let node = program.node.name();
            let message = format!("the receiver of `{node}.{port}` does not accept a `{sent}`");
            let label = "misinterpreted or ignored";
            let wanted: Vec<_> = wanted.iter().map(|name| format!("`{name}`")).collect();
            program.fault(&RULE, fault, message, label, diagnostics, |found| {
                found.help(format!("it accepts {}", wanted.join(" or ")))
            });
        }
    });
}
