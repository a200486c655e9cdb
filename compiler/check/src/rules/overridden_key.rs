//! Keys whose value is replaced by that of another key.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK041",
    name: "overridden-key",
    level: Severity::Warning,
    adjustable: true,
    constraints: &[],
    summary: "Two keys set one property to different values.",
    docs: include_str!("overridden_key.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for overridden in &context.config().overridden {
        let (key, by) = (&overridden.key, &overridden.by);
        let message = format!("`{key}` and `{by}` set the same property, and `{by}` counts");
        diagnostics.push(
            Diagnostic::new(&RULE, message)
                .label(overridden.span, "not used, or not all of it")
                .secondary(overridden.by_span, "this value counts")
                .help(format!("remove `{key}`, or remove `{by}` to use `{key}`")),
        );
    }
}
