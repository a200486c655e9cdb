//! Views that stereo matching cannot produce.

use oakc_diag::{Diagnostic, Diagnostics, Fix, Rule, Severity};
use oakc_runtime_schema::camera::CameraBoardSocket as Socket;
use oakc_runtime_schema::messages::DepthAlign;
use oakc_runtime_schema::nodes::stereo_depth::StereoDepthProperties;

use super::ALIGN_KEYS;
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK064",
    name: "alignment-without-check",
    level: Severity::Error,
    adjustable: true,
    constraints: &["S10"],
    summary: "Depth aligned to a view that needs the left-right check, which is off.",
    docs: include_str!("alignment_without_check.md"),
};

const CHECK_KEYS: &[&str] = &[
    "left_right_check",
    "initial_config.left_right_check",
    "initial_config.algorithm_control.enable_left_right_check",
];

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, stereo) in context.each::<StereoDepthProperties>() {
        let control = &stereo.initial_config.algorithm_control;
        let right = context.facts.input(&node, "right").socket;
        let is_right = right.map_or(Socket::CAM_C, |socket| socket.value);
        let view = match (stereo.depth_align_camera, control.depth_align) {
            (Socket::AUTO, DepthAlign::RECTIFIED_RIGHT) => continue,
            (Socket::AUTO, view) => format!("{view:?}"),
            (camera, _) if camera == is_right => continue,
            (camera, _) => format!("{camera:?}"),
        };
        if control.enable_left_right_check {
            continue;
        }
        let diagnostic = Diagnostic::new(
            &RULE,
            format!(
                "`{}` aligns depth to the view of {view}, but the left-right check is off",
                node.name()
            ),
        )
        .label(
            node.span(CHECK_KEYS),
            "the node refuses to start without the check",
        )
        .help(format!(
            "write {}",
            node.language().setting("left_right_check", true)
        ));
        let diagnostic = diagnostic.secondary(node.written(ALIGN_KEYS), "this view needs it");
        diagnostics.push(match node.written(CHECK_KEYS) {
            Some(span) => diagnostic.fix(Fix::suggested("turn the check on").edit(span, "true")),
            None => diagnostic,
        });
    }
}
