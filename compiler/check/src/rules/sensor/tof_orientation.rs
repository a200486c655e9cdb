//! Mirrored images that a ToF node cannot decode.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::camera::CameraImageOrientation as Orientation;
use oakc_runtime_schema::nodes::tof::ToFProperties;

use super::tof_camera::TofCamera;
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK141",
    name: "tof-orientation",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["TF2"],
    summary: "A time-of-flight camera whose image is mirrored.",
    docs: include_str!("tof_orientation.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, _) in context.each::<ToFProperties>() {
        for link in node.links_to("input") {
            let Some(camera) = TofCamera::of(context, &link) else {
                continue;
            };
            let mirrored = [Orientation::HORIZONTAL_MIRROR, Orientation::VERTICAL_FLIP];
            if !mirrored.contains(&camera.orientation) {
                continue;
            }
            let message = format!(
                "`{}` mirrors the image of a time-of-flight sensor",
                camera.node.name()
            );
            diagnostics.push(
                Diagnostic::new(&RULE, message)
                    .label(
                        camera.node.span(&["image_orientation"]),
                        "not supported with this sensor",
                    )
                    .secondary(link.span, "decoded here")
                    .help("write `NORMAL` or `ROTATE_180_DEG`"),
            );
        }
    }
}
