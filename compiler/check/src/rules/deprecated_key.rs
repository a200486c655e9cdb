//! Keys that are to go.

use oakc_core::config::DeprecatedKey;
use oakc_diag::{Diagnostic, Diagnostics, Fix, Rule, Severity};

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK052",
    name: "deprecated-key",
    level: Severity::Warning,
    adjustable: true,
    constraints: &[],
    summary: "A key still works, but is to go.",
    docs: include_str!("deprecated_key.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for found in &context.config().deprecated {
        diagnostics.push(diagnostic(found));
    }
}

fn diagnostic(found: &DeprecatedKey) -> Diagnostic {
    let (key, instead) = (found.what.key, found.what.instead);
    let message = format!(
        "`{key}` is deprecated since oakc {}: {}",
        found.what.since, found.what.why
    );
    let diagnostic =
        Diagnostic::new(&RULE, message).label(found.span, "it still works, but is to go");
    match found.beside {
        // Which of the two is meant is not for a fix to say.
        Some(span) => diagnostic
            .secondary(span, "this key says the same")
            .help(format!("remove `{key}`; `{instead}` counts")),
        None => {
            let title = format!("write `{instead}`, which takes the same values");
            diagnostic.fix(Fix::safe(title).edit(found.span, instead))
        }
    }
}
