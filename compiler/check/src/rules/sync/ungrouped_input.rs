//! Messages other than groups linked to a node that splits groups.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::Kind;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK152",
    name: "ungrouped-input",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["SY3"],
    summary: "A MessageDemux that gets something other than groups.",
    docs: include_str!("ungrouped_input.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let demuxes = context
        .nodes()
        .filter(|node| node.kind() == Kind::MessageDemux);
    for demux in demuxes {
        for link in demux.links_to("input") {
            let source = context.graph.config_of(link.from);
            let Some(source) = source.filter(|source| !may_send_groups(source.kind)) else {
                continue;
            };
            let message = format!(
                "`{}` splits groups, but `{}.{}` does not send groups",
                demux.name(),
                source.name,
                link.output.name
            );
            diagnostics.push(
                Diagnostic::new(&RULE, message)
                    .label(link.span, "single messages stop the node")
                    .help("link the `out` of a Sync"),
            );
        }
    }
}

/// A Script or an external sender can send anything.
fn may_send_groups(kind: Kind) -> bool {
    match kind {
        Kind::MessageDemux | Kind::SPIIn | Kind::Script | Kind::Sync | Kind::XLinkIn => true,
        Kind::AprilTag
        | Kind::Camera
        | Kind::Cast
        | Kind::ColorCamera
        | Kind::DetectionParser
        | Kind::EdgeDetector
        | Kind::FeatureTracker
        | Kind::IMU
        | Kind::ImageAlign
        | Kind::ImageManip
        | Kind::MobileNetDetectionNetwork
        | Kind::MobileNetSpatialDetectionNetwork
        | Kind::MonoCamera
        | Kind::NeuralNetwork
        | Kind::ObjectTracker
        | Kind::PointCloud
        | Kind::SPIOut
        | Kind::SpatialLocationCalculator
        | Kind::StereoDepth
        | Kind::SystemLogger
        | Kind::ToF
        | Kind::UVC
        | Kind::VideoEncoder
        | Kind::Warp
        | Kind::XLinkOut
        | Kind::YoloDetectionNetwork
        | Kind::YoloSpatialDetectionNetwork => false,
    }
}
