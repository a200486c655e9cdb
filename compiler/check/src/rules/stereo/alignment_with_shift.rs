//! A shifted disparity range together with alignment to another camera.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::camera::CameraBoardSocket as Socket;
use oakc_runtime_schema::nodes::stereo_depth::StereoDepthProperties;

use super::ALIGN_KEYS;
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK067",
    name: "alignment-with-shift",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["S30"],
    summary: "A disparity shift together with alignment to a camera.",
    docs: include_str!("alignment_with_shift.md"),
};

const SHIFT_KEYS: &[&str] = &[
    "initial_config.disparity_shift",
    "initial_config.algorithm_control.disparity_shift",
];

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, stereo) in context.each::<StereoDepthProperties>() {
        let shift = stereo.initial_config.algorithm_control.disparity_shift;
        let camera = stereo.depth_align_camera;
        if shift == 0 || camera == Socket::AUTO {
            continue;
        }
        let message = format!(
            "`{}` shifts disparities by {shift} and is aligned to {camera:?}",
            node.name()
        );
        diagnostics.push(
            Diagnostic::new(&RULE, message)
                .label(node.span(SHIFT_KEYS), "ignored by the alignment")
                .secondary(node.span(ALIGN_KEYS), "aligned here")
                .help(format!(
                    "remove the shift; {} also sees closer objects",
                    node.language().setting("extended_disparity", true)
                )),
        );
    }
}
