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
                let Some(file) = program.named_file() else {
                    return with_hint(found, hint.as_ref(), name);
                };
                let setting = program.node.language().setting("source", file);
                found.help(format!(
                    "this is the program itself; write {setting} for the one in that file"
                ))
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
        Some(NameHint::Version3(here)) => found.help(of_version_3(name, here.as_deref())),
        Some(NameHint::Library { member, here }) => found.help(match (member, here) {
            (Some(member), _) if ["Pipeline", "node"].contains(&member.as_str()) => {
                "a script is part of a pipeline and cannot make one: its nodes are those of the \
                 configuration"
                    .to_owned()
            }
            (_, Some(here)) => format!(
                "the camera's classes need no module: write `{here}` instead of `{name}.{here}`"
            ),
            _ => "the camera's classes need no module: write `Buffer()` instead of `dai.Buffer()`"
                .to_owned(),
        }),
        None => found,
    }
}

/// What to write instead of a class of DepthAI v3.
fn of_version_3(name: &str, here: Option<&str>) -> String {
    let class = if ["dai", "depthai"].contains(&name) {
        "this class".to_owned()
    } else {
        format!("`{name}`")
    };
    match here {
        Some(here) => format!("{class} is from DepthAI v3; on this camera it is `{here}`"),
        None => format!("{class} is from DepthAI v3; this camera has none like it"),
    }
}
