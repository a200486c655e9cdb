//! Programs that the interpreter refuses.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::script::ScriptProperties;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::scripts(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK200",
    name: "script-syntax",
    level: Severity::Error,
    adjustable: true,
    constraints: &["SC11"],
    summary: "A script that CPython 3.9 does not compile.",
    docs: include_str!("script_syntax.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, _) in context.each::<ScriptProperties>() {
        let Some(source) = context.scripts.of(&node) else {
            continue;
        };
        if let Err(offset) = source.text {
            let message = format!(
                "the script of `{}` contains invalid UTF-8 at byte {offset}",
                node.name()
            );
            let diagnostic = Diagnostic::new(&RULE, message)
                .label(source.span(&(0..0)), "the interpreter cannot read it")
                .help("save the file as UTF-8");
            diagnostics.push(diagnostic);
        }
        for part in source.parts() {
            let errors = part.program.syntax_errors.iter();
            let errors = errors.filter(|error| !part.allows(&RULE, error.range.start));
            diagnostics.extend(errors.map(|error| {
                let (what, label) = if part.around.is_module {
                    (
                        "a module of",
                        "CPython 3.9 stops here, and the import fails",
                    )
                } else {
                    (
                        "the script of",
                        "CPython 3.9 stops here, before anything runs",
                    )
                };
                let (name, error_message) = (node.name(), &error.message);
                let message = format!("{what} `{name}` does not compile: {error_message}");
                Diagnostic::new(&RULE, message).label(part.span(&error.range), label)
            }));
        }
    }
}
