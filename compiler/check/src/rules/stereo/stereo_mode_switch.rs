//! Messages that cannot enable modes.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::stereo_depth::StereoDepthProperties;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK079",
    name: "stereo-mode-switch",
    level: Severity::Info,
    adjustable: true,
    constraints: &["S17", "S18"],
    summary: "A StereoDepth that is configured by messages, which cannot enable its modes.",
    docs: include_str!("stereo_mode_switch.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, stereo) in context.each::<StereoDepthProperties>() {
        let control = &stereo.initial_config.algorithm_control;
        let all_on =
            control.enable_left_right_check && control.enable_extended && control.enable_subpixel;
        if stereo.enable_runtime_stereo_mode_switch || all_on {
            continue;
        }
        if let Some(link) = node.links_to("inputConfig").next() {
            let message = format!("messages cannot enable modes of `{}`", node.name());
            diagnostics.push(
                Diagnostic::new(&RULE, message)
                    .label(link.span, "can change only thresholds and filters")
                    .help(format!(
                        "if they need to, add {}",
                        node.language().setting("runtime_mode_switch", true)
                    )),
            );
        }
    }
}
