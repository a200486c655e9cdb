//! Frame rates that are not positive.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::camera::CameraProperties;
use oakc_runtime_schema::nodes::color_camera::ColorCameraProperties;
use oakc_runtime_schema::nodes::mono_camera::MonoCameraProperties;

use crate::{Check, Context};
use oakc_core::graph::NodeRef;

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK034",
    name: "frame-rate",
    level: Severity::Warning,
    adjustable: true,
    constraints: &[],
    summary: "A camera's rate that is not positive.",
    docs: include_str!("frame_rate.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, camera) in context.each::<ColorCameraProperties>() {
        diagnostics.extend(not_positive(&node, camera.fps));
    }
    for (node, camera) in context.each::<CameraProperties>() {
        diagnostics.extend(not_positive(&node, camera.fps));
    }
    for (node, camera) in context.each::<MonoCameraProperties>() {
        diagnostics.extend(not_positive(&node, camera.fps));
    }
}

fn not_positive(node: &NodeRef<'_>, fps: f32) -> Option<Diagnostic> {
    let message = format!("the frame rate of `{}` is {fps}", node.name());
    (fps <= 0.0 || !fps.is_finite()).then(|| {
        Diagnostic::new(&RULE, message)
            .label(node.span(&["fps"]), "no sensor runs at this rate")
            .help("write a positive number; the default is 30")
    })
}
