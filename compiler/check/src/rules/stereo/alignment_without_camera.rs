//! Depth aligned to a missing colour camera.

use oakc_core::syntax::Sample;
use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::camera::CameraBoardSocket as Socket;
use oakc_runtime_schema::nodes::stereo_depth::StereoDepthProperties;

use super::ALIGN_KEYS;
use crate::{Check, Context};
use oakc_core::infer::View;

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK066",
    name: "alignment-without-camera",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["S9"],
    summary: "Depth aligned to the colour camera in a pipeline that has none.",
    docs: include_str!("alignment_without_camera.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    if !matches!(context.facts.view(Socket::CAM_A), View::Absent) {
        return;
    }
    for (node, stereo) in context.each::<StereoDepthProperties>() {
        if stereo.depth_align_camera != Socket::CAM_A || stereo.out_width.is_some() {
            continue;
        }
        let is_input = |side| {
            let socket = context.facts.input(&node, side).socket;
            socket.is_some_and(|socket| socket.value == Socket::CAM_A)
        };
        if is_input("left") || is_input("right") {
            continue;
        }
        let message = format!(
            "`{}` is aligned to CAM_A, but no node reads that camera",
            node.name()
        );
        diagnostics.push(
            Diagnostic::new(&RULE, message)
                .label(node.span(ALIGN_KEYS), "depth keeps the size of its inputs")
                .help(format!(
                    "add {}, or a ColorCamera on CAM_A",
                    node.language()
                        .setting("output_size", ["width", "height"].map(Sample::word))
                )),
        );
    }
}
