//! Nodes whose own messages are no images, and that pass their inputs on.

use crate::infer::Inference;

/// An output, and the input that it repeats.
type Pairs = &'static [(&'static str, &'static str)];

/// By node kind. Some of them are slower than what they get, so the rate of all is unknown.
static PASSED_ON: &[(&str, Pairs)] = &[
    ("AprilTag", &[("passthroughInputImage", "inputImage")]),
    ("FeatureTracker", &[("passthroughInputImage", "inputImage")]),
    (
        "ObjectTracker",
        &[
            ("passthroughTrackerFrame", "inputTrackerFrame"),
            ("passthroughDetectionFrame", "inputDetectionFrame"),
            ("passthroughDetections", "inputDetections"),
        ],
    ),
    (
        "SpatialLocationCalculator",
        &[("passthroughDepth", "inputDepth")],
    ),
];

/// Says what those outputs send.
pub(super) fn infer(turn: &mut Inference<'_, '_>) {
    let kind = turn.node.kind();
    let pairs = PASSED_ON.iter().find(|(name, _)| *name == kind);
    for (output, input) in pairs.map_or(&[][..], |(_, pairs)| pairs) {
        let frame = turn.input(input).at_any_rate();
        turn.output(output, frame);
    }
}
