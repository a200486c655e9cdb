//! Boxes in a picture of one camera, depth from the view of another.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::camera::CameraBoardSocket;
use oakc_runtime_schema::nodes::spatial_detection_network::SpatialDetectionNetworkProperties;

use crate::{Check, Context};
use oakc_core::graph::NodeRef;
use oakc_core::infer::Fact;

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK114",
    name: "depth-camera",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["P4"],
    summary: "Depth aligned to a different camera from the image.",
    docs: include_str!("depth_camera.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, _) in context.each::<SpatialDetectionNetworkProperties>() {
        let picture = context.facts.input(&node, "in").socket;
        let depth = context.facts.input(&node, "inputDepth").socket;
        let both = picture.zip(depth);
        let both = both.filter(|(picture, depth)| picture.value != depth.value);
        diagnostics.extend(both.map(|(picture, depth)| finding(&node, &picture, &depth)));
    }
}

fn finding(
    node: &NodeRef<'_>,
    picture: &Fact<CameraBoardSocket>,
    depth: &Fact<CameraBoardSocket>,
) -> Diagnostic {
    let (seen, aligned) = (picture.value, depth.value);
    let link = node.links_to("inputDepth").next();
    let place = link.map_or(node.config.kind_span, |link| link.span);
    let diagnostic = Diagnostic::new(
        &RULE,
        format!(
            "`{}` detects objects in the image of {seen:?}, but its depth is aligned to {aligned:?}",
            node.name()
        ),
    )
    .label(place, "positions are measured next to the box")
    .help(format!(
        "set {} on the StereoDepth",
        node.language().setting("depth_align", format!("{seen:?}"))
    ));
    let diagnostic = picture.explain(diagnostic, format!("{seen:?}"));
    depth.explain(diagnostic, format!("{aligned:?}"))
}
