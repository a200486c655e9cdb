//! The configuration of stereo matching: in `StereoDepth`'s properties and as a message at runtime.
//!
//! Depth is `focal length * baseline / disparity`; everything here works on the disparity, in whole
//! pixels or, with subpixel mode, in fractions of them.

use crate::image::MedianFilter;
use crate::reflect::{Reflect, Set, Setter};

/// How stereo matching works and how its result is filtered.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "RawStereoDepthConfig", setters = SETTERS)]
pub struct StereoDepthConfig {
    /// Modes of the matcher: left-right check, subpixel, extended range, alignment, unit.
    pub algorithm_control: AlgorithmControl,
    /// Filters that run on the finished disparity.
    pub post_processing: PostProcessing,
    /// How a pixel's neighbourhood becomes the bit pattern that is compared.
    pub census_transform: CensusTransform,
    /// How two patterns are compared, and which matches count.
    pub cost_matching: CostMatching,
    /// How costs are smoothed along rows and columns.
    pub cost_aggregation: CostAggregation,
}

/// The modes of the stereo matcher.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "RawStereoDepthConfig::AlgorithmControl")]
pub struct AlgorithmControl {
    /// The view that disparity and depth are aligned to. The node's `depth_align_camera` takes
    /// precedence. Any view other than the right one needs the left-right check.
    pub depth_align: DepthAlign,
    /// The unit of depth values.
    #[reflect(default = DepthUnit::MILLIMETER)]
    pub depth_unit: DepthUnit,
    /// Depth units per metre if the unit is `CUSTOM`; 1000 means millimetres.
    #[reflect(default = 1000.0)]
    pub custom_depth_unit_multiplier: f32,
    /// Matches in both directions and drops pixels where the results disagree, such as those that
    /// only one camera sees.
    #[reflect(default = true)]
    pub enable_left_right_check: bool,
    /// Doubles the disparity range (95 to 190) with a second pass at half size: sees closer
    /// objects, but takes more time per frame.
    pub enable_extended: bool,
    /// Interpolates between disparities: finer and smoother depth at long range; disparity becomes
    /// 16 bits wide.
    pub enable_subpixel: bool,
    /// Largest difference between the two directions that the left-right check accepts, 0 to 255;
    /// lower is stricter.
    #[reflect(default = 10)]
    pub left_right_check_threshold: i32,
    /// Fraction bits of a subpixel disparity: 3, 4 or 5. The median filter works only if the
    /// largest disparity is below 1024: with 3 bits and no extended range.
    #[reflect(default = 3)]
    pub subpixel_fractional_bits: i32,
    /// Shifts the disparity search range up by this many pixels: sees closer, but nothing far away.
    pub disparity_shift: i32,
    /// For debugging: 0 is the left view, 1 the right, and values between them a camera on the line
    /// between both. By default the device takes it from the calibration.
    pub center_alignment_shift_factor: Option<f32>,
    /// Number of columns to invalidate: at the left edge for left alignment, otherwise at the
    /// right.
    pub num_invalidate_edge_pixels: i32,
}

/// The filters after matching. A filter runs if it is enabled and listed in the order.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "RawStereoDepthConfig::PostProcessing")]
pub struct PostProcessing {
    /// The order of the filters, each at most once; `NONE` is an empty slot.
    #[reflect(default = [Filter::MEDIAN, Filter::DECIMATION, Filter::SPECKLE, Filter::SPATIAL, Filter::TEMPORAL])]
    pub filtering_order: [Filter; 5],
    /// Kernel size of the median filter, or off.
    #[reflect(default = MedianFilter::KERNEL_5x5)]
    pub median: MedianFilter,
    /// Strength of the bilateral filter; 0 is off. The device calls this filter deprecated.
    pub bilateral_sigma_value: i16,
    /// Smooths within surfaces and fills small holes.
    pub spatial_filter: SpatialFilter,
    /// Smooths over time and can keep old values if new ones are missing.
    pub temporal_filter: TemporalFilter,
    /// Drops depth outside a range.
    pub threshold_filter: ThresholdFilter,
    /// Drops pixels that were too dark or too bright to match.
    pub brightness_filter: BrightnessFilter,
    /// Drops small islands of disparity.
    pub speckle_filter: SpeckleFilter,
    /// Reduces the size of the map, which makes all later filters faster.
    pub decimation_filter: DecimationFilter,
}

/// The census transform: one bit for each neighbour that is brighter than the reference.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "RawStereoDepthConfig::CensusTransform")]
pub struct CensusTransform {
    /// The neighbourhood.
    #[reflect(default = KernelSize::AUTO)]
    pub kernel_size: KernelSize,
    /// One bit for each pixel of the neighbourhood that is used. 0 lets the device choose by
    /// resolution and kernel.
    pub kernel_mask: u64,
    /// Compares with the mean of the neighbourhood instead of its centre pixel.
    #[reflect(default = true)]
    pub enable_mean_mode: bool,
    /// How much brighter a neighbour must be to count, in grey levels.
    pub threshold: u32,
}

/// How candidates are compared and which are accepted.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "RawStereoDepthConfig::CostMatching")]
pub struct CostMatching {
    /// How many disparities are searched.
    #[reflect(default = DisparityWidth::DISPARITY_96)]
    pub disparity_width: DisparityWidth,
    /// Searches farther (up to 176) by skipping candidates at large disparities. Affects depth, not
    /// the disparity output; cannot be combined with the extended range.
    pub enable_companding: bool,
    /// For debugging: the value of a pixel without a match. Filters support only 0.
    pub invalid_disparity_value: u8,
    /// Matches whose confidence value is below this are kept, 0 to 255: lower keeps fewer and better ones.
    #[reflect(default = 245)]
    pub confidence_threshold: u8,
    /// Weights of the cost.
    pub linear_equation_parameters: LinearEquationParameters,
}

/// Penalties of semi-global matching: low-texture pixels follow their neighbours.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "RawStereoDepthConfig::CostAggregation")]
pub struct CostAggregation {
    /// Divisor of the costs before they are summed.
    #[reflect(default = 1)]
    pub division_factor: u8,
    /// Penalty along a row for a disparity step of one.
    #[reflect(default = 250)]
    pub horizontal_penalty_cost_p1: u16,
    /// Penalty along a row for a larger step.
    #[reflect(default = 500)]
    pub horizontal_penalty_cost_p2: u16,
    /// Penalty along a column for a disparity step of one.
    #[reflect(default = 250)]
    pub vertical_penalty_cost_p1: u16,
    /// Penalty along a column for a larger step.
    #[reflect(default = 500)]
    pub vertical_penalty_cost_p2: u16,
}

/// The view that disparity and depth are aligned to.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[reflect(name = "RawStereoDepthConfig::AlgorithmControl::DepthAlign")]
#[repr(i32)]
pub enum DepthAlign {
    /// As the rectified right camera sees it.
    #[default]
    RECTIFIED_RIGHT = 0,
    /// As the rectified left camera sees it.
    RECTIFIED_LEFT = 1,
    /// As a camera halfway between the two would see it.
    CENTER = 2,
}

/// The unit of depth values.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[reflect(name = "RawStereoDepthConfig::AlgorithmControl::DepthUnit")]
#[repr(i32)]
pub enum DepthUnit {
    /// One metre.
    #[default]
    METER = 0,
    /// One centimetre.
    CENTIMETER = 1,
    /// One millimetre.
    MILLIMETER = 2,
    /// One inch.
    INCH = 3,
    /// One foot.
    FOOT = 4,
    /// As set by `custom_depth_unit_multiplier`.
    CUSTOM = 5,
}

/// A filter after matching.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[reflect(name = "RawStereoDepthConfig::PostProcessing::Filter")]
#[repr(i32)]
pub enum Filter {
    /// An empty slot in the order.
    #[default]
    NONE = 0,
    /// The decimation filter.
    DECIMATION = 1,
    /// The speckle filter.
    SPECKLE = 2,
    /// The median filter.
    MEDIAN = 3,
    /// The spatial filter.
    SPATIAL = 4,
    /// The temporal filter.
    #[reflect(alias = "FILTER_COUNT")]
    TEMPORAL = 5,
}

/// An edge-preserving filter that smooths along rows and columns.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "RawStereoDepthConfig::PostProcessing::SpatialFilter")]
pub struct SpatialFilter {
    /// Whether it is enabled.
    pub enable: bool,
    /// How many pixels away along a row the value for filling a hole may come from.
    #[reflect(default = 2)]
    pub hole_filling_radius: u8,
    /// Weight of the new pixel in the running average: 1 has no effect, 0 never adopts new values.
    #[reflect(default = 0.5)]
    pub alpha: f32,
    /// A step larger than this is an edge and stays sharp, in disparity units. 0 means three whole
    /// pixels (in subpixel mode, three times the units per pixel).
    pub delta: i32,
    /// Number of passes over the map, each in both directions.
    #[reflect(default = 1)]
    pub num_iterations: i32,
}

/// A filter over successive frames.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "RawStereoDepthConfig::PostProcessing::TemporalFilter")]
pub struct TemporalFilter {
    /// Whether it is enabled.
    pub enable: bool,
    /// When an old value replaces a missing one.
    #[reflect(default = PersistencyMode::VALID_2_IN_LAST_4)]
    pub persistency_mode: PersistencyMode,
    /// Weight of the new frame in the running average: 1 has no effect, 0 never adopts new values.
    #[reflect(default = 0.4)]
    pub alpha: f32,
    /// A change larger than this is adopted immediately, in disparity units. 0 means three whole
    /// pixels (in subpixel mode, three times the units per pixel).
    pub delta: i32,
}

/// Depth outside the range becomes invalid.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "RawStereoDepthConfig::PostProcessing::ThresholdFilter")]
pub struct ThresholdFilter {
    /// Nearest depth that is kept, in depth units.
    pub min_range: i32,
    /// Farthest depth that is kept, in depth units.
    #[reflect(default = 65_535)]
    pub max_range: i32,
}

/// Pixels outside the range of brightness become invalid.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "RawStereoDepthConfig::PostProcessing::BrightnessFilter")]
pub struct BrightnessFilter {
    /// Input pixels up to this grey level are too dark, 0 to 255.
    pub min_brightness: i32,
    /// Input pixels from this grey level upwards are too bright; 256 keeps them all.
    #[reflect(default = 256)]
    pub max_brightness: i32,
}

/// Removes small regions that differ from their surroundings.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "RawStereoDepthConfig::PostProcessing::SpeckleFilter")]
pub struct SpeckleFilter {
    /// Whether it is enabled.
    pub enable: bool,
    /// How far it searches; larger removes larger speckles and needs more memory.
    #[reflect(default = 50)]
    pub speckle_range: u32,
    /// Largest difference between neighbours in one region, in whole disparities.
    #[reflect(default = 2)]
    pub difference_threshold: u32,
}

/// Reduces width and height of disparity and depth.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "RawStereoDepthConfig::PostProcessing::DecimationFilter")]
pub struct DecimationFilter {
    /// Width and height are divided by this, 1 to 4; 1 is off.
    #[reflect(default = 1)]
    pub decimation_factor: u32,
    /// How several pixels are combined into one.
    pub decimation_mode: DecimationMode,
}

/// The neighbourhood of the census transform.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[reflect(name = "RawStereoDepthConfig::CensusTransform::KernelSize")]
#[repr(i32)]
pub enum KernelSize {
    /// The device chooses.
    AUTO = -1,
    /// 5 by 5 pixels.
    #[default]
    KERNEL_5x5 = 0,
    /// 7 by 7 pixels.
    KERNEL_7x7 = 1,
    /// 7 by 9 pixels.
    KERNEL_7x9 = 2,
}

/// How many disparities are searched.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[reflect(name = "RawStereoDepthConfig::CostMatching::DisparityWidth")]
#[repr(u32)]
pub enum DisparityWidth {
    /// 64: faster, nothing very close.
    #[default]
    DISPARITY_64 = 0,
    /// 96.
    DISPARITY_96 = 1,
}

/// Cost of a match: `alpha` times the brightness difference plus `beta` times the census difference.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "RawStereoDepthConfig::CostMatching::LinearEquationParameters")]
pub struct LinearEquationParameters {
    /// Weight of the difference in brightness.
    pub alpha: u8,
    /// Weight of the difference in census bits.
    #[reflect(default = 2)]
    pub beta: u8,
    /// Upper limit of the costs.
    #[reflect(default = 127)]
    pub threshold: u8,
}

/// When the temporal filter replaces a missing value by an old one.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[reflect(name = "RawStereoDepthConfig::PostProcessing::TemporalFilter::PersistencyMode")]
#[repr(i32)]
pub enum PersistencyMode {
    /// Never.
    #[default]
    PERSISTENCY_OFF = 0,
    /// The pixel was valid in all of the last 8 frames.
    VALID_8_OUT_OF_8 = 1,
    /// The pixel was valid in 2 of the last 3 frames.
    VALID_2_IN_LAST_3 = 2,
    /// The pixel was valid in 2 of the last 4 frames.
    VALID_2_IN_LAST_4 = 3,
    /// The pixel was valid in 2 of the last 8 frames.
    VALID_2_OUT_OF_8 = 4,
    /// The pixel was valid in 1 of the last 2 frames.
    VALID_1_IN_LAST_2 = 5,
    /// The pixel was valid in 1 of the last 5 frames.
    VALID_1_IN_LAST_5 = 6,
    /// The pixel was valid in 1 of the last 8 frames.
    VALID_1_IN_LAST_8 = 7,
    /// Always: a value stays until a new one comes.
    PERSISTENCY_INDEFINITELY = 8,
}

/// How the decimation filter combines several pixels into one.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[reflect(name = "RawStereoDepthConfig::PostProcessing::DecimationFilter::DecimationMode")]
#[repr(i32)]
pub enum DecimationMode {
    /// Takes one and ignores the others.
    #[default]
    PIXEL_SKIPPING = 0,
    /// The median of the valid ones.
    NON_ZERO_MEDIAN = 1,
    /// The mean of the valid ones.
    NON_ZERO_MEAN = 2,
}

static SETTERS: &[Setter] = &[
    Setter {
        key: "depth_align",
        methods: &["setDepthAlign"],
        doc: "The view that disparity and depth are aligned to.",
        apply: &Set(|config: &mut StereoDepthConfig, view| {
            config.algorithm_control.depth_align = view;
        }),
    },
    Setter {
        key: "depth_unit",
        methods: &["setDepthUnit"],
        doc: "The unit of depth values.",
        apply: &Set(|config: &mut StereoDepthConfig, unit| {
            config.algorithm_control.depth_unit = unit;
        }),
    },
    Setter {
        key: "left_right_check",
        methods: &["setLeftRightCheck"],
        doc: "Matches in both directions and drops pixels where the results disagree.",
        apply: &Set(|config: &mut StereoDepthConfig, on| {
            config.algorithm_control.enable_left_right_check = on;
        }),
    },
    Setter {
        key: "left_right_check_threshold",
        methods: &["setLeftRightCheckThreshold"],
        doc: "Largest difference that the left-right check accepts, 0 to 255; lower is stricter.",
        apply: &Set(|config: &mut StereoDepthConfig, threshold| {
            config.algorithm_control.left_right_check_threshold = threshold;
        }),
    },
    Setter {
        key: "extended_disparity",
        methods: &["setExtendedDisparity"],
        doc: "Doubles the disparity range: sees closer objects.",
        apply: &Set(|config: &mut StereoDepthConfig, on| {
            config.algorithm_control.enable_extended = on;
        }),
    },
    Setter {
        key: "subpixel",
        methods: &["setSubpixel"],
        doc: "Fractional disparities: finer depth at long range.",
        apply: &Set(|config: &mut StereoDepthConfig, on| {
            config.algorithm_control.enable_subpixel = on;
        }),
    },
    Setter {
        key: "subpixel_fractional_bits",
        methods: &["setSubpixelFractionalBits"],
        doc: "Fraction bits of a subpixel disparity: 3, 4 or 5.",
        apply: &Set(|config: &mut StereoDepthConfig, bits| {
            config.algorithm_control.subpixel_fractional_bits = bits;
        }),
    },
    Setter {
        key: "disparity_shift",
        methods: &["setDisparityShift"],
        doc: "Shifts the disparity search range up by this many pixels.",
        apply: &Set(|config: &mut StereoDepthConfig, pixels| {
            config.algorithm_control.disparity_shift = pixels;
        }),
    },
    Setter {
        key: "num_invalidate_edge_pixels",
        methods: &["setNumInvalidateEdgePixels"],
        doc: "Number of columns at the edge to invalidate.",
        apply: &Set(|config: &mut StereoDepthConfig, pixels| {
            config.algorithm_control.num_invalidate_edge_pixels = pixels;
        }),
    },
    Setter {
        key: "confidence_threshold",
        methods: &["setConfidenceThreshold"],
        doc: "0 to 255; lower keeps fewer and better matches.",
        apply: &Set(|config: &mut StereoDepthConfig, threshold| {
            config.cost_matching.confidence_threshold = threshold;
        }),
    },
    Setter {
        key: "median_filter",
        methods: &["setMedianFilter"],
        doc: "Kernel size of the median filter, or off.",
        apply: &Set(|config: &mut StereoDepthConfig, kernel| {
            config.post_processing.median = kernel;
        }),
    },
    Setter {
        key: "bilateral_filter_sigma",
        methods: &["setBilateralFilterSigma"],
        doc: "Strength of the bilateral filter; 0 is off.",
        // The library takes an unsigned 16-bit number and stores it as a signed one.
        apply: &Set(|config: &mut StereoDepthConfig, sigma: u16| {
            config.post_processing.bilateral_sigma_value = sigma.cast_signed();
        }),
    },
];
