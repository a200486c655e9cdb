//! Ways to compute the depth of a region that need depth directly from stereo.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::messages::SpatialLocationCalculatorAlgorithm as Algorithm;
use oakc_runtime_schema::nodes::Kind;
use oakc_runtime_schema::nodes::spatial_detection_network::SpatialDetectionNetworkProperties;

use crate::{Check, Context};
use oakc_core::graph::LinkRef;

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK116",
    name: "spatial-algorithm",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["P10"],
    summary: "A way to compute the depth of a region that is not supported for this input.",
    docs: include_str!("spatial_algorithm.md"),
};

const KEYS: [&str; 2] = ["spatial_calculation_algorithm", "calculation_algorithm"];

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, spatial) in context.each::<SpatialDetectionNetworkProperties>() {
        let algorithm = spatial.calculation_algorithm;
        // If none is chosen, there is nothing to change.
        let chosen = node
            .written(&KEYS)
            .filter(|_| algorithm != Algorithm::AVERAGE);
        let changed = node
            .links_to("inputDepth")
            .find(|link| is_changed(context, link));
        let Some((place, link)) = chosen.zip(changed) else {
            continue;
        };
        let message = format!(
            "`{}` uses the mean of depth, not {algorithm:?}",
            node.name()
        );
        diagnostics.push(
            Diagnostic::new(&RULE, message)
                .label(place, "only supported with depth directly from StereoDepth")
                .secondary(link.span, "not directly from it")
                .help("link the StereoDepth directly, or write `\"AVERAGE\"`"),
        );
    }
}

/// Whether depth comes from a node that is known not to be stereo.
fn is_changed(context: &Context<'_>, link: &LinkRef<'_>) -> bool {
    let source = context.graph.config_of(link.from);
    source.is_some_and(|source| match source.kind {
        Kind::Cast | Kind::ImageAlign | Kind::ImageManip | Kind::ToF | Kind::Warp => true,
        // Stereo itself; nodes that pass their input on; nodes that send no images; and depth from
        // a program or another device.
        Kind::AprilTag
        | Kind::Camera
        | Kind::ColorCamera
        | Kind::DetectionParser
        | Kind::EdgeDetector
        | Kind::FeatureTracker
        | Kind::IMU
        | Kind::MessageDemux
        | Kind::MobileNetDetectionNetwork
        | Kind::MobileNetSpatialDetectionNetwork
        | Kind::MonoCamera
        | Kind::NeuralNetwork
        | Kind::ObjectTracker
        | Kind::PointCloud
        | Kind::SPIIn
        | Kind::SPIOut
        | Kind::Script
        | Kind::SpatialLocationCalculator
        | Kind::StereoDepth
        | Kind::Sync
        | Kind::SystemLogger
        | Kind::UVC
        | Kind::VideoEncoder
        | Kind::XLinkIn
        | Kind::XLinkOut
        | Kind::YoloDetectionNetwork
        | Kind::YoloSpatialDetectionNetwork => false,
    })
}
