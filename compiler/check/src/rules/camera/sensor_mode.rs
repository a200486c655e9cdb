//! Sizes of a `Camera` that no mode of its sensor supports.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::camera::CameraProperties;

use crate::{Check, Context};
use oakc_core::graph::NodeRef;
use oakc_core::hardware::Camera;
use oakc_core::infer::Size;
use oakc_core::infer::nodes::{color_camera, mono_camera};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK040",
    name: "sensor-mode",
    level: Severity::Error,
    adjustable: true,
    constraints: &["CA2", "CA3"],
    summary: "A `Camera` size that no mode of the sensor supports.",
    docs: include_str!("sensor_mode.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let Some(camera) = context.camera else {
        return;
    };
    for (node, properties) in context.each::<CameraProperties>() {
        diagnostics.extend(too_large(&node, &properties, camera));
    }
}

fn too_large(
    node: &NodeRef<'_>,
    properties: &CameraProperties,
    camera: &Camera,
) -> Option<Diagnostic> {
    let asked = Size::of_pixels(properties.resolution_width, properties.resolution_height)?;
    let place = camera.place(properties.board_socket, &properties.camera_name, |_| true)?;
    let modes: Vec<_> = place
        .candidates()
        .iter()
        .flat_map(|sensor| {
            let color = sensor.color.list.iter();
            let color = color.map(|mode| color_camera::size(mode.resolution));
            let mono = sensor.mono.list.iter();
            color.chain(mono.map(|mode| mono_camera::size(mode.resolution)))
        })
        .collect();
    let largest = modes.iter().max_by_key(|size| size.pixels())?;
    if modes.iter().any(|mode| asked.fits_in(*mode)) {
        return None;
    }
    let message = format!(
        "`{}` requests a sensor image of {asked}, but the largest is {largest}",
        node.name()
    );
    let keys = ["size", "resolution_width"];
    let help = format!(
        "write at most {}",
        node.language()
            .setting("size", [largest.width, largest.height])
    );
    Some(
        Diagnostic::new(&RULE, message)
            .label(node.span(&keys), "no mode of the sensor is this large")
            .help(help),
    )
}
