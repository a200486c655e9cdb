//! How long nodes take: a kind of node in, a duration out.
//!
//! None of these was measured on a camera by oakc: they are estimates from the rates that Luxonis publishes for its
//! examples, rounded, and docs/desk.md says so. A scenario replaces them.

use std::collections::BTreeMap;
use std::time::Duration;

use oakc_runtime_schema::nodes::Kind;

use crate::choices::{Choices, Question};

/// Durations by the name of a node; a node that is not named takes the estimate for its kind.
pub type Latencies = BTreeMap<String, Duration>;

/// The estimate for a kind of node: from the last message that it needs to what it sends.
pub const fn estimate(kind: Kind) -> Duration {
    Duration::from_micros(match kind {
        // What only moves messages.
        Kind::Sync | Kind::MessageDemux | Kind::Script => 100,
        Kind::XLinkIn | Kind::XLinkOut | Kind::SPIIn | Kind::SPIOut | Kind::UVC => 500,
        // From the end of the exposure to the frame, and from the frame to its encoding.
        Kind::ColorCamera | Kind::MonoCamera | Kind::Camera | Kind::ToF | Kind::VideoEncoder => {
            10_000
        }
        Kind::IMU | Kind::SystemLogger => 1_000,
        // Filters.
        Kind::Cast | Kind::EdgeDetector | Kind::ImageManip | Kind::Warp => 8_000,
        Kind::ImageAlign | Kind::PointCloud => 15_000,
        Kind::FeatureTracker | Kind::SpatialLocationCalculator => 5_000,
        Kind::StereoDepth => 20_000,
        Kind::AprilTag => 60_000,
        // What follows a network.
        Kind::DetectionParser | Kind::ObjectTracker => 3_000,
        // Networks differ the most: a small detector at 300x300.
        Kind::NeuralNetwork
        | Kind::MobileNetDetectionNetwork
        | Kind::MobileNetSpatialDetectionNetwork
        | Kind::YoloDetectionNetwork
        | Kind::YoloSpatialDetectionNetwork => 35_000,
    })
}

/// A duration, and what the seed adds to it: up to `most` parts of 100.
pub(crate) fn varied(duration: Duration, most: u32, choices: &mut Choices) -> Duration {
    let parts = choices.choose(Question::Delay);
    let more = duration.as_nanos() * u128::from(parts) * u128::from(most);
    let more = more / u128::from(Question::PARTS) / 100;
    duration.saturating_add(Duration::from_nanos(u64::try_from(more).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_makes_things_take_longer_within_a_bound() {
        let duration = Duration::from_millis(10);
        assert_eq!(varied(duration, 20, &mut Choices::nominal()), duration);
        let mut choices = Choices::seeded(1);
        let all: Vec<_> = (0..200)
            .map(|_| varied(duration, 20, &mut choices))
            .collect();
        assert!(
            all.iter()
                .all(|varied| (10..=12).contains(&varied.as_millis()))
        );
        assert!(all.iter().any(|varied| *varied > duration));
    }
}
