//! Frame rates that the sensor cannot reach.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::color_camera::ColorCameraProperties;
use oakc_runtime_schema::nodes::mono_camera::MonoCameraProperties;

use crate::{Check, Context};
use oakc_core::graph::NodeRef;
use oakc_core::hardware::outcome;

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK033",
    name: "fps-above-sensor",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["C13", "C27", "MC6", "4.3"],
    summary: "More frames per second than the sensor supports at this resolution.",
    docs: include_str!("fps_above_sensor.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, camera) in context.each::<ColorCameraProperties>() {
        let most = outcome::color(context.camera, &camera).max_fps();
        diagnostics.extend(capped(&node, camera.fps, most));
    }
    for (node, camera) in context.each::<MonoCameraProperties>() {
        let most = outcome::mono(context.camera, &camera).max_fps();
        diagnostics.extend(capped(&node, camera.fps, most));
    }
}

fn capped(node: &NodeRef<'_>, fps: f32, most: Option<f64>) -> Option<Diagnostic> {
    let most = most.filter(|most| f64::from(fps) > *most)?;
    let message = format!(
        "`{}` is set to {fps} frames per second, but its sensor supports only {most} at this \
              resolution",
        node.name()
    );
    let span = node.span(&["fps"]);
    let diagnostic = Diagnostic::new(&RULE, message)
        .label(span, format!("the camera will run at {most}"))
        .help(format!(
            "write {}, or use a lower resolution",
            node.language().setting("fps", most.floor())
        ));
    Some(diagnostic.secondary(node.written(&["resolution"]), "at this resolution"))
}
