//! Ranges that a ToF node does not support.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::tof::ToFProperties;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK143",
    name: "tof-unwrapping-level",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["TF6"],
    summary: "A phase unwrapping level outside 0 to 5.",
    docs: include_str!("tof_unwrapping_level.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, tof) in context.each::<ToFProperties>() {
        let level = tof.initial_config.phase_unwrapping_level;
        if (0..=5).contains(&level) {
            continue;
        }
        let message = format!("the unwrapping level of `{}` is {level}", node.name());
        diagnostics.push(
            Diagnostic::new(&RULE, message)
                .label(
                    node.span(&["initial_config.phase_unwrapping_level"]),
                    "must be from 0 to 5",
                )
                .help(format!("write {}", level.clamp(0, 5))),
        );
    }
}
