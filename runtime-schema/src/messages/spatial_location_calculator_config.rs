//! The regions whose position in space is calculated, and how: in the properties of
//! `SpatialLocationCalculator` and as a message at runtime.

use crate::messages::Rect;
use crate::reflect::{Reflect, Set, Setter};

/// Which depth values count, in depth units (millimetres by default).
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct SpatialLocationCalculatorConfigThresholds {
    /// Values up to and including this are ignored.
    pub lower_threshold: u32,
    /// Values from this upwards are ignored.
    #[reflect(default = 65_535)]
    pub upper_threshold: u32,
}

/// How depth values are combined into one. All except `AVERAGE` need depth directly from
/// `StereoDepth`.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u32)]
pub enum SpatialLocationCalculatorAlgorithm {
    /// The mean.
    #[reflect(alias = "MEAN")]
    #[default]
    AVERAGE = 0,
    /// The nearest.
    MIN = 1,
    /// The farthest.
    MAX = 2,
    /// The most frequent.
    MODE = 3,
    /// The median.
    MEDIAN = 4,
}

/// The regions to locate.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "RawSpatialLocationCalculatorConfig", setters = SETTERS)]
pub struct SpatialLocationCalculatorConfig {
    /// One entry for each region; if there are none, the node drops its frames.
    pub config: Vec<SpatialLocationCalculatorConfigData>,
}

/// One region to locate.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct SpatialLocationCalculatorConfigData {
    /// The region on the depth map: in pixels if all four numbers are integers; otherwise, and if
    /// it ends at 1 or below, in fractions of width and height.
    pub roi: Rect,
    /// Which depth values count.
    pub depth_thresholds: SpatialLocationCalculatorConfigThresholds,
    /// How the values of the region are combined into one.
    #[reflect(default = SpatialLocationCalculatorAlgorithm::MEDIAN)]
    pub calculation_algorithm: SpatialLocationCalculatorAlgorithm,
    /// Step in pixels between the values that are used. -1 means 2 with `MODE` and `MEDIAN`,
    /// otherwise 1.
    #[reflect(default = -1)]
    pub step_size: i32,
}

static SETTERS: &[Setter] = &[
    Setter {
        key: "rois",
        methods: &["setROIs"],
        doc: "The regions to locate; replaces all earlier ones.",
        apply: &Set(|config: &mut SpatialLocationCalculatorConfig, regions| {
            config.config = regions;
        }),
    },
    Setter {
        key: "add_roi",
        methods: &["addROI"],
        doc: "More regions to locate, in addition to those of `rois`.",
        apply: &Set(
            |config: &mut SpatialLocationCalculatorConfig,
             regions: Vec<SpatialLocationCalculatorConfigData>| {
                config.config.extend(regions);
            },
        ),
    },
];
