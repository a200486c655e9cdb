//! Stills that are never requested.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::messages::CameraControl;
use oakc_runtime_schema::nodes::camera::CameraProperties;
use oakc_runtime_schema::nodes::color_camera::ColorCameraProperties;

use crate::{Check, Context};
use oakc_core::graph::NodeRef;

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK035",
    name: "still-without-trigger",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["C14"],
    summary: "A `still` output that is never triggered.",
    docs: include_str!("still_without_trigger.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    // A link that could not be read may be the missing one.
    if !context.graph.is_complete() {
        return;
    }
    for (node, camera) in context.each::<ColorCameraProperties>() {
        diagnostics.extend(untriggered(&node, &camera.initial_control));
    }
    for (node, camera) in context.each::<CameraProperties>() {
        diagnostics.extend(untriggered(&node, &camera.initial_control));
    }
}

fn untriggered(node: &NodeRef<'_>, control: &CameraControl) -> Option<Diagnostic> {
    let link = node.links_from("still").next()?;
    let triggered = node.links_to("inputControl").next().is_some() || control.captures_still();
    (!triggered).then(|| {
        Diagnostic::new(
            &RULE,
            format!("nothing requests a still from `{}`", node.name()),
        )
        .label(link.span, "no image ever arrives here")
        .help(format!(
            "send it a CameraControl with `setCaptureStill(True)` from a Script: {}; or use \
             `{}.video`",
            node.language()
                .setting("inputs.inputControl", "script.control"),
            node.name()
        ))
    })
}
