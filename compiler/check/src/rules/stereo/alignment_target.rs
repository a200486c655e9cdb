//! Alignment to cameras that are not involved in the matching.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::camera::CameraBoardSocket as Socket;
use oakc_runtime_schema::nodes::stereo_depth::StereoDepthProperties;

use super::ALIGN_KEYS;
use crate::{Check, Context};
use oakc_core::infer::View;

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK065",
    name: "alignment-target",
    level: Severity::Error,
    adjustable: true,
    constraints: &["S11"],
    summary: "Depth aligned to a camera that is neither a colour camera nor an input.",
    docs: include_str!("alignment_target.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, stereo) in context.each::<StereoDepthProperties>() {
        let target = stereo.depth_align_camera;
        if [Socket::AUTO, Socket::CAM_A].contains(&target) {
            continue;
        }
        let socket = |side| context.facts.input(&node, side).socket;
        let (Some(left), Some(right)) = (socket("left"), socket("right")) else {
            continue;
        };
        let sockets = [left.value, right.value];
        let is_absent = matches!(context.facts.view(target), View::Absent);
        if sockets.contains(&target) || !is_absent {
            continue;
        }
        let message = format!("`{}` cannot align depth to {target:?}", node.name());
        let diagnostic = Diagnostic::new(&RULE, message)
            .label(
                node.span(ALIGN_KEYS),
                "neither a colour camera nor one of the two inputs",
            )
            .help(format!(
                "align to a colour camera, {:?} or {:?}",
                left.value, right.value
            ));
        let diagnostic = left.explain(diagnostic, format!("{:?} on the left", left.value));
        diagnostics.push(right.explain(diagnostic, format!("{:?} on the right", right.value)));
    }
}
