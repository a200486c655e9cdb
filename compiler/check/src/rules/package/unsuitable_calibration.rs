//! Calibrations that cannot be right for the camera.

use std::collections::BTreeSet;

use oakc_core::config::Config;
use oakc_core::graph::NodeRef;
use oakc_core::hardware;
use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity, Span};
use oakc_runtime_schema::camera::CameraBoardSocket as Socket;
use oakc_runtime_schema::eeprom::{CameraInfo, EepromData};
use oakc_runtime_schema::nodes::stereo_depth::StereoDepthProperties;
use oakc_runtime_schema::pipeline::GlobalProperties;
use oakc_runtime_schema::reflect::Reflect;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK253",
    name: "unsuitable-calibration",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["S12", "S28", "P11"],
    summary: "A calibration without cameras, without one that is used, or of another product.",
    docs: include_str!("unsuitable_calibration.md"),
};

const KEYS: [&str; 3] = [
    "pipeline.calibration",
    "pipeline.calibration_data",
    "pipeline.calib_data",
];

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let config = context.config();
    let pipeline = GlobalProperties::from_value(&config.pipeline).ok();
    let Some(calibration) = pipeline.and_then(|pipeline| pipeline.calib_data) else {
        return;
    };
    let place = place(config);
    if !calibration.camera_data.values().any(is_calibrated) {
        diagnostics.push(without_cameras(place));
        return;
    }
    diagnostics.extend(of_another_product(context, &calibration, place));
    for (node, stereo) in context.each::<StereoDepthProperties>() {
        diagnostics.extend(uncalibrated(context, &node, &stereo, &calibration, place));
    }
}

fn place(config: &Config) -> Option<Span> {
    KEYS.iter().find_map(|key| config.written(key))
}

/// Whether there is a matrix of focal lengths: without it the library calls a camera uncalibrated, too.
fn is_calibrated(camera: &CameraInfo) -> bool {
    let rows = &camera.intrinsic_matrix;
    let is_row = |row: &Vec<f32>| row.len() == 3;
    let focal_length = rows.first().and_then(|row| row.first());
    rows.len() == 3 && rows.iter().all(is_row) && focal_length.is_some_and(|length| *length > 0.0)
}

fn without_cameras(place: Option<Span>) -> Diagnostic {
    Diagnostic::new(&RULE, "the calibration has no calibrated cameras")
        .label(place, "replaces the camera's own calibration with nothing")
        .help("remove the key: the camera then uses its own calibration")
}

fn of_another_product(
    context: &Context<'_>,
    calibration: &EepromData,
    place: Option<Span>,
) -> Option<Diagnostic> {
    let camera = context.camera?;
    let products = hardware::of_calibration(&calibration.product_name, &calibration.board_name);
    if products.is_empty() || products.iter().any(|product| product.name == camera.name) {
        return None;
    }
    let names: Vec<_> = products.iter().map(|product| product.name).collect();
    let message = format!(
        "the calibration is that of another product than {}",
        camera.name
    );
    Some(
        Diagnostic::new(&RULE, message)
            .label(place, format!("measured on {}", names.join(" or ")))
            .secondary(context.config().written("device.model"), "the camera")
            .help(
                "use the calibration of this very camera, or remove the key: the camera then uses its own",
            ),
    )
}

fn uncalibrated(
    context: &Context<'_>,
    node: &NodeRef<'_>,
    stereo: &StereoDepthProperties,
    calibration: &EepromData,
    place: Option<Span>,
) -> Option<Diagnostic> {
    let input = |name| context.facts.input(node, name).socket;
    let inputs = ["left", "right"].into_iter().filter_map(input);
    let aligned = Some(stereo.depth_align_camera).filter(|socket| *socket != Socket::AUTO);
    let mut used: BTreeSet<_> = inputs.map(|socket| socket.value).chain(aligned).collect();
    used.retain(|socket| {
        let camera = calibration.camera_data.get(socket);
        !camera.is_some_and(is_calibrated)
    });
    used.first()?;
    let sockets: Vec<_> = used.iter().map(|socket| format!("{socket:?}")).collect();
    let message = format!(
        "the calibration has no camera on {}, which `{}` uses",
        sockets.join(" and "),
        node.name()
    );
    Some(
        Diagnostic::new(&RULE, message)
            .label(
                place,
                "depth is computed with assumed values, or not at all",
            )
            .secondary(
                node.config.kind_span,
                "needs the calibration of its cameras",
            )
            .help(
                "use a calibration of all cameras, or remove the key: the camera then uses its own",
            ),
    )
}
