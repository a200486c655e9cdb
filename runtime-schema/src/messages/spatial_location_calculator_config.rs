//! The regions whose position in space is calculated, and how: in the properties of
//! `SpatialLocationCalculator` and as a message at runtime.

use crate::messages::Rect;
use crate::reflect::{Reflect, Set, Setter};

/// Which depth values count, in depth units (millimetres by default).
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct SpatialLocationCalculatorConfigThresholds {
    /// Values up to this are left out.
    pub lower_threshold: u32,
    /// Values from this on are left out.
    #[reflect(default = 65_535)]
    pub upper_threshold: u32,
}

/// How many depth values become one. All but `AVERAGE` need depth straight from `StereoDepth`.
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
    /// The one in the middle.
    MEDIAN = 4,
}

/// The regions to locate.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "RawSpatialLocationCalculatorConfig", setters = SETTERS)]
pub struct SpatialLocationCalculatorConfig {
    /// One entry for each region; without any the node drops its frames.
    pub config: Vec<SpatialLocationCalculatorConfigData>,
}

/// One region to locate.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct SpatialLocationCalculatorConfigData {
    /// The region on the depth map: in pixels where all four numbers are whole, else (and where it
    /// ends at 1 or before) in parts of width and height.
    pub roi: Rect,
    /// Which depth values count.
    pub depth_thresholds: SpatialLocationCalculatorConfigThresholds,
    /// How the values of the region become one.
    #[reflect(default = SpatialLocationCalculatorAlgorithm::MEDIAN)]
    pub calculation_algorithm: SpatialLocationCalculatorAlgorithm,
    /// Every how many pixels a value is taken. -1 stands for 2 with `MODE` and `MEDIAN`, else 1.
    #[reflect(default = -1)]
    pub step_size: i32,
}

static SETTERS: &[Setter] = &[
    Setter {
        key: "rois",
        methods: &["setROIs"],
        doc: "The regions to locate, in place of all before.",
        apply: &Set(|config: &mut SpatialLocationCalculatorConfig, regions| {
            config.config = regions;
        }),
    },
    Setter {
        key: "add_roi",
        methods: &["addROI"],
        doc: "More regions to locate, after those of `rois`.",
        apply: &Set(
            |config: &mut SpatialLocationCalculatorConfig,
             regions: Vec<SpatialLocationCalculatorConfigData>| {
                config.config.extend(regions);
            },
        ),
    },
];
