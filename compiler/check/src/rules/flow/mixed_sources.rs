//! Inputs that mix messages that do not belong together.

use std::collections::BTreeMap;

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::Kind;

use crate::{Check, Context};
use oakc_core::graph::{InputPort, LinkRef, NodeRef};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK174",
    name: "mixed-sources",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["3.4"],
    summary: "Several outputs are linked to one input that expects a single stream.",
    docs: include_str!("mixed_sources.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for node in context.nodes() {
        let mut sources: BTreeMap<usize, Vec<LinkRef<'_>>> = BTreeMap::new();
        for link in node
            .incoming()
            .filter(|link| is_one_stream(&node, link.input))
        {
            sources.entry(link.link.input).or_default().push(link);
        }
        let findings = sources.values().filter_map(|links| finding(&node, links));
        diagnostics.extend(findings);
    }
}

/// Whether the node relies on earlier messages on this input, or on messages on another.
fn is_one_stream(node: &NodeRef<'_>, input: &InputPort) -> bool {
    match node.kind() {
        Kind::Sync => true,
        Kind::StereoDepth
        | Kind::ObjectTracker
        | Kind::VideoEncoder
        | Kind::FeatureTracker
        | Kind::ImageAlign => input.name != "inputConfig",
        Kind::PointCloud
        | Kind::SpatialLocationCalculator
        | Kind::NeuralNetwork
        | Kind::MobileNetDetectionNetwork
        | Kind::MobileNetSpatialDetectionNetwork
        | Kind::YoloDetectionNetwork
        | Kind::YoloSpatialDetectionNetwork => {
            input.name == "inputDepth" || input.group == "inputs"
        }
        Kind::AprilTag
        | Kind::Camera
        | Kind::Cast
        | Kind::ColorCamera
        | Kind::DetectionParser
        | Kind::EdgeDetector
        | Kind::IMU
        | Kind::ImageManip
        | Kind::MessageDemux
        | Kind::MonoCamera
        | Kind::SPIIn
        | Kind::SPIOut
        | Kind::Script
        | Kind::SystemLogger
        | Kind::ToF
        | Kind::UVC
        | Kind::Warp
        | Kind::XLinkIn
        | Kind::XLinkOut => false,
    }
}

fn finding(node: &NodeRef<'_>, links: &[LinkRef<'_>]) -> Option<Diagnostic> {
    let [first, second, ..] = links else {
        return None;
    };
    let name = format!("{}.{}", node.name(), second.input.name);
    let is_static = second.input.group.is_empty();
    let one = if is_static {
        node.kind().name()
    } else {
        "input"
    };
    Some(
        Diagnostic::new(
            &RULE,
            format!("{} outputs are linked to `{name}`", links.len()),
        )
        .label(second.span, "its messages mix with those of the first")
        .secondary(first.span, "the first")
        .help(format!(
            "use one {one} for each source; `{name}` treats all messages as one stream"
        )),
    )
}
