//! Names that a camera shows truncated.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK199",
    name: "long-application-name",
    level: Severity::Warning,
    adjustable: true,
    constraints: &[],
    summary: "An application name that is longer than the camera can show.",
    docs: include_str!("long_application_name.md"),
};

/// The longest name, in bytes.
const LONGEST: usize = 4 * 1024 - 1;

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let config = context.config();
    let length = config.app.name.len();
    if length <= LONGEST {
        return;
    }
    let message = format!("the name of the application is {length} bytes long");
    let diagnostic = Diagnostic::new(&RULE, message).help(format!(
        "the camera shows at most {LONGEST}; use a shorter name"
    ));
    diagnostics.push(diagnostic.label(config.span("app.name"), "too long to be shown in full"));
}
