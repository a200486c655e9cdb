//! The debug output of matching costs without subpixel mode.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::stereo_depth::StereoDepthProperties;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK075",
    name: "cost-dump-without-subpixel",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["S25"],
    summary: "The cost dump of StereoDepth is linked, but subpixel mode is off.",
    docs: include_str!("cost_dump_without_subpixel.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, stereo) in context.each::<StereoDepthProperties>() {
        if stereo.initial_config.algorithm_control.enable_subpixel {
            continue;
        }
        for link in node.links_from("debugDispCostDump") {
            let message = format!(
                "`{}` does not output costs without subpixel mode",
                node.name()
            );
            diagnostics.push(
                Diagnostic::new(&RULE, message)
                    .label(link.span, "nothing is ever sent over this link")
                    .secondary(node.config.kind_span, "subpixel mode is off")
                    .help(format!(
                        "add {} to the StereoDepth, or remove the link",
                        node.language().setting("subpixel", true)
                    )),
            );
        }
    }
}
