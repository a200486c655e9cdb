//! Disparity where depth is expected.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::image::FrameType;
use oakc_runtime_schema::nodes::Kind;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK081",
    name: "disparity-as-depth",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["P5"],
    summary: "A node that computes distances gets disparity instead of depth.",
    docs: include_str!("disparity_as_depth.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for node in context.nodes() {
        for link in node.links_to("inputDepth") {
            let from = context.graph.config_of(link.from);
            let Some(from) = from.filter(|from| from.kind == Kind::StereoDepth) else {
                continue;
            };
            let frame_type = context.facts.of(&link).frame_type.as_ref();
            // Other types are refused by another rule.
            let looks_like_depth = frame_type.is_none_or(|sent| sent.value == FrameType::RAW16);
            if link.output.name != "disparity" || !looks_like_depth {
                continue;
            }
            let depth = format!("{}.depth", from.name);
            let message = format!("`{}` gets disparity instead of depth", node.name());
            diagnostics.push(
                Diagnostic::new(&RULE, message)
                    .label(link.span, "not in millimetres: all distances are wrong")
                    .help(format!("link `{depth}`")),
            );
        }
    }
}
