//! Camera controls outside their ranges.

use std::ops::RangeInclusive;

use oakc_diag::{Diagnostic, Diagnostics, Fix, Rule, Severity};
use oakc_runtime_schema::messages::CameraControl;
use oakc_runtime_schema::nodes::camera::CameraProperties;
use oakc_runtime_schema::nodes::color_camera::ColorCameraProperties;
use oakc_runtime_schema::nodes::mono_camera::MonoCameraProperties;

use crate::{Check, Context};
use oakc_core::graph::NodeRef;

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK038",
    name: "control-range",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["C21"],
    summary: "A camera control outside its range.",
    docs: include_str!("control_range.md"),
};

/// A control: its key, its value, its range.
type Control = (&'static str, i64, RangeInclusive<i64>);

fn controls(control: &CameraControl) -> [Control; 8] {
    [
        ("brightness", control.brightness.into(), -10..=10),
        ("contrast", control.contrast.into(), -10..=10),
        ("saturation", control.saturation.into(), -10..=10),
        ("sharpness", control.sharpness.into(), 0..=4),
        ("luma_denoise", control.luma_denoise.into(), 0..=4),
        ("chroma_denoise", control.chroma_denoise.into(), 0..=4),
        (
            "auto_exposure_compensation",
            control.exp_compensation.into(),
            -9..=9,
        ),
        (
            "manual_white_balance",
            control.wb_color_temp.into(),
            1000..=12_000,
        ),
    ]
}

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, camera) in context.each::<ColorCameraProperties>() {
        check_control(&node, &camera.initial_control, camera.fps, diagnostics);
    }
    for (node, camera) in context.each::<CameraProperties>() {
        check_control(&node, &camera.initial_control, camera.fps, diagnostics);
    }
    for (node, camera) in context.each::<MonoCameraProperties>() {
        check_control(&node, &camera.initial_control, camera.fps, diagnostics);
    }
}

fn check_control(
    node: &NodeRef<'_>,
    control: &CameraControl,
    fps: f32,
    diagnostics: &mut Diagnostics,
) {
    let out_of_range = |control| out_of_range(node, control);
    diagnostics.extend(controls(control).into_iter().filter_map(out_of_range));
    diagnostics.extend(exposure(node, control, fps));
    diagnostics.extend(sensitivity(node, control));
}

fn out_of_range(node: &NodeRef<'_>, (key, value, range): Control) -> Option<Diagnostic> {
    // A control that is not written is not applied.
    let span = node.written(&[&format!("initial_control.{key}")])?;
    if range.contains(&value) {
        return None;
    }
    let (least, most) = (*range.start(), *range.end());
    let nearest = value.clamp(least, most).to_string();
    let message = format!("`{key}` of `{}` is {value}", node.name());
    Some(
        Diagnostic::new(&RULE, message)
            .label(span, format!("must be from {least} to {most}"))
            .help(format!("write {nearest}"))
            .fix(Fix::suggested(format!("write {nearest}")).edit(span, nearest)),
    )
}

/// The longest exposure that the library documents, in microseconds.
const LONGEST_US: u32 = 33_000;

fn exposure(node: &NodeRef<'_>, control: &CameraControl, fps: f32) -> Option<Diagnostic> {
    let span = node.written(&["initial_control.manual_exposure"])?;
    let exposure = control.exp_manual.exposure_time_us;
    let message = format!("`{}` has an exposure time of {exposure} us", node.name());
    let diagnostic = Diagnostic::new(&RULE, message);
    let frame = 1e6 / f64::from(fps);
    if exposure == 0 || exposure > LONGEST_US {
        let why = format!("must be from 1 to {LONGEST_US} us");
        return Some(
            diagnostic
                .label(span, why)
                .help(format!("write {} us", exposure.clamp(1, LONGEST_US))),
        );
    }
    (fps > 0.0 && f64::from(exposure) > frame).then(|| {
        let help = format!("use less than {frame:.0} us, or lower `fps`");
        let diagnostic = diagnostic.label(span, "longer than a frame").help(help);
        diagnostic.secondary(
            node.written(&["fps"]),
            format!("a frame takes {frame:.0} us"),
        )
    })
}

fn sensitivity(node: &NodeRef<'_>, control: &CameraControl) -> Option<Diagnostic> {
    let span = node.written(&["initial_control.manual_exposure"])?;
    let iso = control.exp_manual.sensitivity_iso;
    (!(100..=1600).contains(&iso)).then(|| {
        Diagnostic::new(
            &RULE,
            format!("`{}` has a sensitivity of ISO {iso}", node.name()),
        )
        .label(span, "must be from 100 to 1600")
        .help(format!("write ISO {}", iso.clamp(100, 1600)))
    })
}
