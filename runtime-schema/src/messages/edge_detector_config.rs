//! Configuration of the `EdgeDetector` node: the two kernels of its Sobel filter.

use crate::reflect::{Reflect, Set, Setter};

/// How edges are found.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "RawEdgeDetectorConfig", setters = SETTERS)]
pub struct EdgeDetectorConfig {
    /// The kernels.
    pub config: EdgeDetectorConfigData,
}

/// The kernels of the Sobel filter. If they are empty, the device uses its own.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct EdgeDetectorConfigData {
    /// 3 rows of 3 coefficients from -31 to 31, for horizontal differences.
    pub sobel_filter_horizontal_kernel: Vec<Vec<i32>>,
    /// 3 rows of 3 coefficients from -31 to 31, for vertical differences.
    pub sobel_filter_vertical_kernel: Vec<Vec<i32>>,
}

static SETTERS: &[Setter] = &[Setter {
    key: "sobel_filter_kernels",
    methods: &["setSobelFilterKernels"],
    doc: "Both kernels of the Sobel filter: 3 rows of 3 coefficients from -31 to 31 each.",
    apply: &Set(|edges: &mut EdgeDetectorConfig, kernels: SobelKernels| {
        edges.config.sobel_filter_horizontal_kernel = kernels.horizontal_kernel;
        edges.config.sobel_filter_vertical_kernel = kernels.vertical_kernel;
    }),
}];

/// The kernels, as `setSobelFilterKernels` takes them.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub(crate) struct SobelKernels {
    /// 3 rows of 3 coefficients from -31 to 31.
    pub horizontal_kernel: Vec<Vec<i32>>,
    /// 3 rows of 3 coefficients from -31 to 31.
    pub vertical_kernel: Vec<Vec<i32>>,
}
