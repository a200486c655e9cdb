//! A flash size that cannot be read.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};

use crate::{Check, Context};
use oakc_core::flash::FlashSize;

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK198",
    name: "malformed-flash-size",
    level: Severity::Error,
    adjustable: true,
    constraints: &[],
    summary: "`device.flash` is not a memory size.",
    docs: include_str!("malformed_flash_size.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let config = context.config();
    let Some(written) = config.device.flash.as_deref() else {
        return;
    };
    if FlashSize::parse(written).is_some() {
        return;
    }
    let diagnostic = Diagnostic::new(&RULE, format!("`{written}` is not a flash size"))
        .help("write it like `\"32MiB\"` or `\"256Mbit\"`");
    diagnostics.push(diagnostic.label(
        config.span("device.flash"),
        "must be a whole number and a unit",
    ));
}
