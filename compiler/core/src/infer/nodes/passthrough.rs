//! Nodes that pass their inputs on, and whose own messages are not images.
//!
//! In: pairs of an output and the input that it repeats. Out: what those outputs send. Never: a
//! rate, because some of the nodes are slower than their inputs.

use crate::infer::Inference;

/// An output, and the input that it repeats.
type Pair = (&'static str, &'static str);

/// What an object tracker passes on.
pub(super) const TRACKER: &[Pair] = &[
    ("passthroughTrackerFrame", "inputTrackerFrame"),
    ("passthroughDetectionFrame", "inputDetectionFrame"),
    ("passthroughDetections", "inputDetections"),
];

/// Says what those outputs send. Some of the nodes are slower than what they get, so the rate of all
/// is unknown.
pub(super) fn infer(inference: &mut Inference<'_, '_>, pairs: &[Pair]) {
    for (output, input) in pairs {
        let frame = inference.input(input).at_any_rate();
        inference.output(output, frame);
    }
}
