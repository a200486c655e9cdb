//! Crops that begin outside the image.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::camera::CameraProperties;
use oakc_runtime_schema::nodes::color_camera::ColorCameraProperties;

use crate::{Check, Context};
use oakc_core::graph::NodeRef;

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK039",
    name: "sensor-crop",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["C19"],
    summary: "A crop that begins outside the sensor's image.",
    docs: include_str!("sensor_crop.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, camera) in context.each::<ColorCameraProperties>() {
        let crop = [camera.sensor_crop_x, camera.sensor_crop_y];
        diagnostics.extend(outside(&node, crop));
    }
    for (node, camera) in context.each::<CameraProperties>() {
        let crop = [camera.sensor_crop_x, camera.sensor_crop_y];
        diagnostics.extend(outside(&node, crop));
    }
}

#[expect(clippy::float_cmp, reason = "-1 is a marker, not a measurement")]
fn outside(node: &NodeRef<'_>, crop: [f32; 2]) -> Option<Diagnostic> {
    let inside = |at: &f32| *at == -1.0 || (0.0..1.0).contains(at);
    let keys = ["sensor_crop_x", "sensor_crop_y"];
    let mut axes = keys.into_iter().zip(crop);
    let (key, at) = axes.find(|(_, at)| !inside(at))?;
    let message = format!("`{}` begins its crop at {at} of the image", node.name());
    Some(
        Diagnostic::new(&RULE, message)
            .label(node.span(&[key]), "centred instead")
            .help("write a fraction from 0 to less than 1, or -1 to centre the crop"),
    )
}
