//! Time-of-flight sensors that are too fast.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::tof::ToFProperties;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK142",
    name: "tof-rate",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["TF3"],
    summary: "A time-of-flight camera set to more than 80 frames per second.",
    docs: include_str!("tof_rate.md"),
};

/// Frames per second.
const MOST: f64 = 80.0;

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, _) in context.each::<ToFProperties>() {
        for link in node.links_to("input") {
            let fps = context.facts.of(&link).fps.as_ref();
            let Some(fps) = fps.filter(|fps| fps.value > MOST) else {
                continue;
            };
            let message = format!("`{}` gets {} frames per second", node.name(), fps.value);
            let diagnostic = Diagnostic::new(&RULE, message)
                .label(
                    fps.origin.span,
                    format!("above {MOST} the depth gets worse"),
                )
                .secondary(link.span, "decoded here")
                .help(format!("write {MOST} or less; 30 is usual"));
            diagnostics.push(diagnostic);
        }
    }
}
