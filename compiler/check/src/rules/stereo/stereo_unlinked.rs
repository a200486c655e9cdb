//! Stereo matching without a side, or for nobody.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::stereo_depth::StereoDepthProperties;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK061",
    name: "stereo-unlinked",
    level: Severity::Error,
    adjustable: true,
    constraints: &["S1", "S2"],
    summary: "A StereoDepth without a left or right input, or without any output.",
    docs: include_str!("stereo_unlinked.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    if !context.graph.is_complete() {
        return;
    }
    for (node, _) in context.each::<StereoDepthProperties>() {
        let name = node.name();
        for side in ["left", "right"] {
            if node.links_to(side).next().is_none() {
                diagnostics.push(
                    Diagnostic::new(&RULE, format!("nothing is linked to `{name}.{side}`"))
                        .label(node.config.kind_span, "refuses to start without both sides")
                        .help(format!(
                            "add `inputs.{side}` with the frames of the {side} camera"
                        )),
                );
            }
        }
        if node.outgoing().next().is_none() {
            diagnostics.push(
                Diagnostic::new(&RULE, format!("no output of `{name}` is linked"))
                    .label(node.config.kind_span, "refuses to start for nobody")
                    .help(format!(
                        "link one to another node, e.g. `\"{name}.depth\"`, or remove the node"
                    )),
            );
        }
    }
}
