//! Inputs that a ToF node cannot decode.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::image::FrameType;
use oakc_runtime_schema::nodes::tof::ToFProperties;

use super::tof_camera::TofCamera;
use crate::{Check, Context};
use oakc_core::graph::LinkRef;
use oakc_core::hardware::sensors::Kind;

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK140",
    name: "tof-input",
    level: Severity::Error,
    adjustable: true,
    constraints: &["TF1"],
    summary: "A ToF node that gets something other than raw frames of a time-of-flight sensor.",
    docs: include_str!("tof_input.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, _) in context.each::<ToFProperties>() {
        for link in node.links_to("input") {
            let Some((problem, help)) = problem(context, &link) else {
                continue;
            };
            let message = format!("`{}` cannot decode this input", node.name());
            diagnostics.push(
                Diagnostic::new(&RULE, message)
                    .label(link.span, problem)
                    .help(help),
            );
        }
    }
}

/// What is wrong with the messages on a link, and the correction.
fn problem(context: &Context<'_>, link: &LinkRef<'_>) -> Option<(String, &'static str)> {
    let sent = context.facts.of(link).frame_type.as_ref();
    if let Some(sent) = sent.filter(|sent| !is_raw(sent.value)) {
        let problem = format!("{:?} instead of raw frames", sent.value);
        return Some((problem, "link the `raw` output of the sensor's camera node"));
    }
    let camera = TofCamera::of(context, link)?;
    let suits = |_: &_| true;
    let place = context.camera?.place(camera.socket, &camera.name, suits)?;
    let could_be = |kind| place.candidates().iter().any(|sensor| sensor.kind == kind);
    (!could_be(Kind::TimeOfFlight)).then(|| {
        let problem = format!("there is no time-of-flight sensor on {:?}", place.socket);
        (problem, "use the camera node of the socket that has one")
    })
}

fn is_raw(frame_type: FrameType) -> bool {
    use FrameType as T;
    [T::RAW10, T::RAW12, T::RAW14, T::RAW16, T::PACK10, T::PACK12].contains(&frame_type)
}
