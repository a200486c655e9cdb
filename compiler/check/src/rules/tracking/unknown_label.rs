//! Labels that no detection can have.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::detection_network::DetectionNetworkProperties;
use oakc_runtime_schema::nodes::object_tracker::ObjectTrackerProperties;
use oakc_runtime_schema::nodes::spatial_detection_network::SpatialDetectionNetworkProperties;

use crate::{Check, Context};
use oakc_core::graph::NodeRef;

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK123",
    name: "unknown-label",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["T9"],
    summary: "A label to track that the detector does not have.",
    docs: include_str!("unknown_label.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, tracker) in context.each::<ObjectTrackerProperties>() {
        let mut links = node.links_to("inputDetections");
        let (Some(link), None) = (links.next(), links.next()) else {
            continue;
        };
        let detector = context.graph.node_ref(link.from);
        let known = detector.and_then(|node| Some((node, classes(&node)?)));
        let Some((detector, classes)) = known else {
            continue;
        };
        let mut labels = tracker.detection_labels_to_track.iter();
        if let Some(label) = labels.find(|label| **label >= classes) {
            diagnostics.push(finding(&node, *label, &detector, classes));
        }
    }
}

fn finding(node: &NodeRef<'_>, label: u32, detector: &NodeRef<'_>, classes: u32) -> Diagnostic {
    let place = node.span(&["detection_labels_to_track"]);
    let told = detector.span(&["num_classes", "parser.classes"]);
    let message = format!(
        "`{}` is set to track label {label}, which `{}` does not have",
        node.name(),
        detector.name()
    );
    Diagnostic::new(&RULE, message)
        .label(place, "no detection has this label")
        .secondary(told, format!("{classes} classes, counted from 0"))
        .help(format!("write labels from 0 to {}", classes - 1))
}

/// The number of classes configured for a YOLO detector.
fn classes(node: &NodeRef<'_>) -> Option<u32> {
    let network = node.properties::<DetectionNetworkProperties>();
    let spatial = || node.properties::<SpatialDetectionNetworkProperties>();
    let parser = network.map(|network| network.parser);
    let parser = parser.or_else(|| Some(spatial()?.parser))?;
    u32::try_from(parser.classes)
        .ok()
        .filter(|classes| *classes > 0)
}
