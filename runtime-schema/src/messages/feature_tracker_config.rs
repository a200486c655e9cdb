//! The configuration of feature tracking: in `FeatureTracker`'s properties and as a message at
//! runtime.

use crate::reflect::{Either, Reflect, Set, Setter};

/// How features are found, tracked and kept.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "RawFeatureTrackerConfig", setters = SETTERS)]
pub struct FeatureTrackerConfig {
    /// How features are found.
    pub corner_detector: CornerDetector,
    /// How features are tracked into the next frame.
    pub motion_estimator: MotionEstimator,
    /// Which of the tracked features are kept.
    pub feature_maintainer: FeatureMaintainer,
}

/// The search for corners, cell by cell.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "RawFeatureTrackerConfig::CornerDetector")]
pub struct CornerDetector {
    /// The corner measure.
    pub r#type: CornerDetectorType,
    /// The image is divided into this many cells in both directions, 1 to 4, so that features
    /// spread over it.
    #[reflect(default = 4)]
    pub cell_grid_dimension: i32,
    /// How many features to look for in the image; the device clamps it to what its memory slices hold.
    #[reflect(default = 320)]
    pub num_target_features: i32,
    /// Hard limit on the number of features; 0 means as many as the memory allows.
    pub num_max_features: i32,
    /// How strong a corner must be; rarely needed.
    pub thresholds: Thresholds,
    /// Computes gradients with a 3x3 Sobel filter, which is smoother, instead of simple
    /// differences.
    #[reflect(default = true)]
    pub enable_sobel: bool,
    /// Sorts features by strength; required for dropping features that are too close to each other.
    #[reflect(default = true)]
    pub enable_sorting: bool,
}

/// Tracking of known features in a new frame.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "RawFeatureTrackerConfig::MotionEstimator")]
pub struct MotionEstimator {
    /// Whether features are tracked from frame to frame; the device then also turns the maintainer
    /// on.
    #[reflect(default = true)]
    pub enable: bool,
    /// The method.
    pub r#type: MotionEstimatorType,
    /// Settings of `LUCAS_KANADE_OPTICAL_FLOW`.
    pub optical_flow: OpticalFlow,
}

/// Drops features that are too close to each other, too weak or lost.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "RawFeatureTrackerConfig::FeatureMaintainer")]
pub struct FeatureMaintainer {
    /// Whether it is active.
    #[reflect(default = true)]
    pub enable: bool,
    /// Features closer than this are thinned out: the square of a distance in pixels, at least 1.
    #[reflect(default = 50.0)]
    pub minimum_distance_between_features: f32,
    /// A feature whose tracking error is above this is lost.
    #[reflect(default = 50_000.0)]
    pub lost_feature_error_threshold: f32,
    /// A tracked feature is dropped if its corner strength falls below this; usually lower than the
    /// threshold for finding it.
    #[reflect(default = 200_000.0)]
    pub tracked_feature_threshold: f32,
}

/// The corner measure.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[reflect(name = "RawFeatureTrackerConfig::CornerDetector::Type")]
#[repr(i32)]
pub enum CornerDetectorType {
    /// Harris.
    #[default]
    HARRIS = 0,
    /// Shi and Tomasi.
    SHI_THOMASI = 1,
}

/// How strong a corner must be. Each cell of the grid adapts its own threshold.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "RawFeatureTrackerConfig::CornerDetector::Thresholds")]
pub struct Thresholds {
    /// Fixed threshold; 0 lets it adapt to the scene.
    pub initial_value: f32,
    /// Lower bound of the adaptive threshold; 0 means 6000000 with `HARRIS` and 1200 with
    /// `SHI_THOMASI`.
    pub min: f32,
    /// Upper bound of the adaptive threshold; 0 lets the device choose.
    pub max: f32,
    /// Factor by which a cell's threshold is lowered.
    #[reflect(default = 0.9)]
    pub decrease_factor: f32,
    /// Factor by which a cell's threshold is raised.
    #[reflect(default = 1.1)]
    pub increase_factor: f32,
}

/// How features are tracked.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[reflect(name = "RawFeatureTrackerConfig::MotionEstimator::Type")]
#[repr(i32)]
pub enum MotionEstimatorType {
    /// Optical flow over an image pyramid, on SHAVEs.
    #[default]
    LUCAS_KANADE_OPTICAL_FLOW = 0,
    /// Block matching in hardware; needs no SHAVEs and no memory slices.
    HW_MOTION_ESTIMATION = 1,
}

/// Settings of the Lucas-Kanade method.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "RawFeatureTrackerConfig::MotionEstimator::OpticalFlow")]
pub struct OpticalFlow {
    /// Levels of the image pyramid: 3 or 4; 0 means 3 up to a width of 640 and 4 above it.
    pub pyramid_levels: i32,
    /// Width of the tracked patch in pixels: 3, 5, 7 or 9. It can move by half of that on each
    /// level; wider is slower.
    #[reflect(default = 5)]
    pub search_window_width: i32,
    /// Height of the tracked patch in pixels: 3, 5, 7 or 9. It can move by half of that on each
    /// level; higher is slower.
    #[reflect(default = 5)]
    pub search_window_height: i32,
    /// The search on a level ends when a step is shorter than this, in pixels.
    #[reflect(default = 0.01)]
    pub epsilon: f32,
    /// The search on a level ends after at most this many steps.
    #[reflect(default = 9)]
    pub max_iterations: i32,
}

static SETTERS: &[Setter] = &[
    Setter {
        key: "corner_detector",
        methods: &["setCornerDetector"],
        doc: "How features are found: just the corner measure, or a table of all settings.",
        apply: &Set(
            |config: &mut FeatureTrackerConfig, detector| match detector {
                Either::A(kind) => config.corner_detector.r#type = kind,
                Either::B(detector) => config.corner_detector = detector,
            },
        ),
    },
    Setter {
        key: "num_target_features",
        methods: &["setNumTargetFeatures"],
        doc: "How many features to look for in the image.",
        apply: &Set(|config: &mut FeatureTrackerConfig, features| {
            config.corner_detector.num_target_features = features;
        }),
    },
    Setter {
        key: "motion_estimator",
        methods: &["setMotionEstimator"],
        doc: "How features are tracked: just whether they are, or a table of all settings.",
        apply: &Set(
            |config: &mut FeatureTrackerConfig, estimator| match estimator {
                Either::A(on) => config.motion_estimator.enable = on,
                Either::B(estimator) => config.motion_estimator = estimator,
            },
        ),
    },
    Setter {
        key: "optical_flow",
        methods: &["setOpticalFlow"],
        doc: "Tracks features by optical flow: `true`, or a table of its settings.",
        apply: &Set(optical_flow),
    },
    Setter {
        key: "hw_motion_estimation",
        methods: &["setHwMotionEstimation"],
        doc: "`true` tracks features by block matching in hardware; `false` changes nothing.",
        apply: &Set(|config: &mut FeatureTrackerConfig, on| {
            if on {
                follow(config, MotionEstimatorType::HW_MOTION_ESTIMATION);
            }
        }),
    },
    Setter {
        key: "feature_maintainer",
        methods: &["setFeatureMaintainer"],
        doc: "Which features are kept: just whether the maintainer runs, or a table of all settings.",
        apply: &Set(
            |config: &mut FeatureTrackerConfig, maintainer| match maintainer {
                Either::A(on) => config.feature_maintainer.enable = on,
                Either::B(maintainer) => config.feature_maintainer = maintainer,
            },
        ),
    },
];

fn optical_flow(config: &mut FeatureTrackerConfig, settings: Either<bool, OpticalFlow>) {
    match settings {
        Either::A(false) => return,
        Either::A(true) => {}
        Either::B(flow) => config.motion_estimator.optical_flow = flow,
    }
    follow(config, MotionEstimatorType::LUCAS_KANADE_OPTICAL_FLOW);
}

fn follow(config: &mut FeatureTrackerConfig, method: MotionEstimatorType) {
    config.motion_estimator.r#type = method;
    config.motion_estimator.enable = true;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choosing_optical_flow_switches_tracking_on() {
        let mut config = FeatureTrackerConfig::default();
        config.motion_estimator.enable = false;
        config.motion_estimator.r#type = MotionEstimatorType::HW_MOTION_ESTIMATION;
        let before = config.clone();

        optical_flow(&mut config, Either::A(false));
        assert_eq!(config, before);

        let settings = OpticalFlow {
            pyramid_levels: 3,
            ..OpticalFlow::default()
        };
        optical_flow(&mut config, Either::B(settings.clone()));
        let expected = MotionEstimator {
            optical_flow: settings,
            ..MotionEstimator::default()
        };
        assert_eq!(config.motion_estimator, expected);
    }
}
