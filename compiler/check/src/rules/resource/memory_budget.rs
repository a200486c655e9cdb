//! More memory than the device has.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};

use super::mark_largest;
use crate::budget::memory::{self, AVAILABLE, INSTALLED};
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK185",
    name: "memory-budget",
    level: Severity::Warning,
    adjustable: true,
    constraints: &[
        "C18", "MC7", "S33", "N14", "P12", "V8", "SP7", "X4", "1.20", "3.2",
    ],
    summary: "Frames that probably need more memory than the device has.",
    docs: include_str!("memory_budget.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let account = memory::account(context.graph, context.facts);
    let total = account.total();
    if total <= AVAILABLE {
        return;
    }
    let amount = account.unit.amount(total);
    let (severity, message) = if total > INSTALLED {
        let message = format!("the application needs {amount}, more memory than the device has");
        (Severity::Error, message)
    } else {
        let left = account.unit.amount(AVAILABLE);
        let message =
            format!("the application probably needs {amount} of memory, but only {left} is left");
        (Severity::Warning, message)
    };
    let diagnostic = Diagnostic::new(&RULE, message).severity(severity).help(
        "use fewer frames in the pools or smaller images; `oakc lint --budget` shows the details",
    );
    diagnostics.push(mark_largest(diagnostic, &account));
}
