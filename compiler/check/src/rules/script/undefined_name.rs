//! Undefined names.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_script::{FaultKind, NameHint};

use super::programs::faults;
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::scripts(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK217",
    name: "undefined-name",
    level: Severity::Error,
    adjustable: true,
    constraints: &[],
    summary: "A script uses an undefined name.",
    docs: include_str!("undefined_name.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    faults(context, |program, fault| match &fault.kind {
        FaultKind::UndefinedName { name, hint } => {
            let message = format!("the name `{name}` is not defined");
            let label = "raises `NameError`";
            program.fault(&RULE, fault, message, label, diagnostics, |found| {
                with_hint(found, hint.as_ref(), name)
            });
        }
        FaultKind::UnboundName { name, shadows } => {
            let message = format!("`{name}` is used before it has a value");
            let label = "raises `NameError`";
            program.fault(&RULE, fault, message, label, diagnostics, |found| {
                found.help(if *shadows {
                    format!(
                        "an assignment makes `{name}` a variable of the function: add `global \
                         {name}` if you mean the module's variable"
                    )
                } else {
                    format!("assign a value to `{name}` first")
                })
            });
        }
        _ => {}
    });
}

fn with_hint(found: Diagnostic, hint: Option<&NameHint>, name: &str) -> Diagnostic {
    match hint {
        Some(NameHint::Near(near)) => found.help(format!("did you mean `{near}`?")),
        Some(NameHint::Import(module)) => {
            found.help(format!("add `import {module}` at the top of the script"))
        }
        Some(NameHint::OnHost) => {
            found.help("the library has this class only on the computer, not on the camera")
        }
        Some(NameHint::Version3) => {
            let older = name.trim_end_matches("V2");
            found.help(format!(
                "`{name}` is from DepthAI v3; on this camera it is `{older}`"
            ))
        }
        Some(NameHint::Library) => found.help(
            "the camera's classes need no module: write `Buffer()` instead of `dai.Buffer()`",
        ),
        None => found,
    }
}
