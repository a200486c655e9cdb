//! Output of an ImageManip that is too wide.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::image_manip::ImageManipProperties;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK083",
    name: "manip-too-wide",
    level: Severity::Error,
    adjustable: true,
    constraints: &["M2"],
    summary: "An ImageManip whose output frames are too wide for it.",
    docs: include_str!("manip_too_wide.md"),
};

/// Pixels.
const MAX_WIDTH: u64 = 4056;

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, _) in context.each::<ImageManipProperties>() {
        let Some(size) = &context.facts.output(&node, "out").size else {
            continue;
        };
        if size.value.width > MAX_WIDTH {
            let message = format!(
                "`{}` cannot produce frames {} pixels wide",
                node.name(),
                size.value.width
            );
            diagnostics.push(
                Diagnostic::new(&RULE, message)
                    .label(size.origin.span, format!("skipped: wider than {MAX_WIDTH}"))
                    .help(format!("resize or crop to at most {MAX_WIDTH} pixels")),
            );
        }
    }
}
