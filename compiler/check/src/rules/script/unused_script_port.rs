//! Linked inputs that the program never reads.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};

use super::programs::programs;
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::scripts(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK208",
    name: "unused-script-port",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["3.3"],
    summary: "A blocking input of a Script that its program never reads.",
    docs: include_str!("unused_script_port.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    if !context.graph.is_complete() {
        return;
    }
    for program in programs(context) {
        for link in context.graph.incoming(program.node.index) {
            let port = link.input;
            if !port.blocking || program.facts.may_use_port(&port.name) {
                continue;
            }
            let name = format!("{}.{}", program.node.name(), port.name);
            let diagnostic = Diagnostic::new(&RULE, format!("the script never reads `{name}`"))
                .label(
                    link.span,
                    format!("its sender stops after {} messages", port.queue_size),
                )
                .help(format!(
                    "read it, remove the link, or set {}",
                    context.language().setting("blocking", false)
                ));
            diagnostics.push(diagnostic);
        }
    }
}
