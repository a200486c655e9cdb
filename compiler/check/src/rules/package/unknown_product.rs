//! A product that oakc does not know.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};

use crate::{Check, Context};
use oakc_core::config::Suggestion;
use oakc_core::hardware::CAMERAS;

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK195",
    name: "unknown-product",
    level: Severity::Warning,
    adjustable: true,
    constraints: &[],
    summary: "`device.model` names a product that oakc does not know.",
    docs: include_str!("unknown_product.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let config = context.config();
    let (Some(model), None) = (config.device.model.as_deref(), context.camera) else {
        return;
    };
    let message = format!("oakc does not know a camera called `{model}`");
    let mut diagnostic = Diagnostic::new(&RULE, message);
    let names = CAMERAS.iter().map(|camera| camera.name);
    let near = Suggestion::of(model, names);
    if let Some(span) = config.span("device.model") {
        diagnostic = diagnostic.label(span, "checks that depend on the hardware are skipped");
        diagnostic = near.quoted_at(diagnostic, span);
    }
    if near.is_none() {
        diagnostic = diagnostic.help("`oakc explain unknown-product` lists the names");
    }
    diagnostics.push(diagnostic);
}
