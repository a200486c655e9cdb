//! Script nodes without a program.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::script::ScriptProperties;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::scripts(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK201",
    name: "missing-script",
    level: Severity::Error,
    adjustable: true,
    constraints: &["SC1"],
    summary: "A Script node without a program.",
    docs: include_str!("missing_script.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, properties) in context.each::<ScriptProperties>() {
        if properties.script_uri.is_empty() {
            let message = format!("`{}` has no script", node.name());
            let diagnostic = Diagnostic::new(&RULE, message)
                .label(node.config.kind_span, "there is nothing to run")
                .help("add `source` with the path of a Python file, or `code` with the program");
            diagnostics.push(diagnostic);
        }
    }
}
