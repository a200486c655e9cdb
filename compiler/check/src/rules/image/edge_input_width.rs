//! Images that the edge filter cannot process.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::edge_detector::EdgeDetectorProperties;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK092",
    name: "edge-input-width",
    level: Severity::Error,
    adjustable: true,
    constraints: &["E2"],
    summary: "An EdgeDetector that gets images whose width is not a multiple of 16.",
    docs: include_str!("edge_input_width.md"),
};

/// Pixels.
const STEP: u64 = 16;

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, _) in context.each::<EdgeDetectorProperties>() {
        for link in node.links_to("inputImage") {
            let Some(size) = &context.facts.of(&link).size else {
                continue;
            };
            let width = size.value.width;
            if width.is_multiple_of(STEP) {
                continue;
            }
            let message = format!("`{}` gets images {width} pixels wide", node.name());
            let diagnostic = Diagnostic::new(&RULE, message)
                .label(link.span, format!("skipped: not a multiple of {STEP}"))
                .help(format!(
                    "make them {} pixels wide",
                    (width / STEP * STEP).max(STEP)
                ));
            diagnostics.push(size.explain(diagnostic, size.value));
        }
    }
}
