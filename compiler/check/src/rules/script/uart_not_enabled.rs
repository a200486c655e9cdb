//! Serial ports that are not turned on.

use oakc_diag::{Diagnostics, Rule, Severity};

use super::programs::programs;
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::scripts(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK216",
    name: "uart-not-enabled",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["SC14"],
    summary: "A script uses a serial port that the board configuration does not turn on.",
    docs: include_str!("uart_not_enabled.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let board = context.board();
    for program in programs(context) {
        for (path, range) in &program.facts.paths {
            let number = path
                .strip_prefix("/dev/ttyS")
                .and_then(|number| number.parse::<i8>().ok());
            let Some(number) = number.filter(|number| !board.uart.contains_key(number)) else {
                continue;
            };
            let message = format!("the serial port {number} is not turned on");
            let label = "is not connected to any pin";
            program.report(&RULE, range, message, label, diagnostics, |found| {
                found.help(format!(
                    "add `uart.{number}` and the modes of its pins to {}",
                    context.language().table(&["board"])
                ))
            });
        }
    }
}
