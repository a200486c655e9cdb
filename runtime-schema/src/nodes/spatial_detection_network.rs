//! `MobileNetSpatialDetectionNetwork` and `YoloSpatialDetectionNetwork`: frames and depth in,
//! detections with their position in space out.
//!
//! To the device both are one kind of node, distinguished by the parser's family.

use crate::datatype::Datatype;
use crate::messages::{
    SpatialLocationCalculatorAlgorithm, SpatialLocationCalculatorConfigThresholds,
};
use crate::node::{
    Accepts, Input, InputMap, ModelRole, NodeKind, Output, OutputMap, Processors, Role, Share,
    Start,
};
use crate::nodes::detection_parser::{
    self as parser, Decoding, DetectionNetworkType, DetectionParserOptions, ParsesDetections,
};
use crate::nodes::neural_network::{self as network, InferenceFields, RunsModel};
use crate::reflect::{Reflect, Set, Setter, Value};

/// Properties of `MobileNetSpatialDetectionNetwork` and `YoloSpatialDetectionNetwork`.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct SpatialDetectionNetworkProperties {
    /// Size of the blob in bytes.
    pub blob_size: Option<u32>,
    /// The asset that contains the blob; empty for none.
    pub blob_uri: String,
    /// Results in the pool; at least as many as threads.
    #[reflect(default = 8)]
    pub num_frames: u32,
    /// Inferences that run in parallel, each on the SHAVEs that the blob was compiled for; 0 lets
    /// the device choose.
    pub num_threads: u32,
    /// Neural compute engines for each thread, out of two in total; 0 lets the device choose.
    #[reflect(name = "numNCEPerThread")]
    pub num_nce_per_thread: u32,
    /// How detections are decoded from the tensors.
    pub parser: DetectionParserOptions,
    /// The fraction of a box, around its centre, whose depth is used: greater than 0, up to 1.
    #[reflect(name = "detectedBBScaleFactor", default = 1.0)]
    pub detected_bb_scale_factor: f32,
    /// Which depth values count.
    pub depth_thresholds: SpatialLocationCalculatorConfigThresholds,
    /// How the depth values of a box are combined into one.
    #[reflect(default = SpatialLocationCalculatorAlgorithm::MEDIAN)]
    pub calculation_algorithm: SpatialLocationCalculatorAlgorithm,
    /// Step in pixels between the depth values that are used. -1 means 2 with `MODE` and `MEDIAN`,
    /// otherwise 1.
    #[reflect(default = -1)]
    pub step_size: i32,
}

impl RunsModel for SpatialDetectionNetworkProperties {
    fn inference(&mut self) -> InferenceFields<'_> {
        InferenceFields {
            blob_size: &mut self.blob_size,
            blob_uri: &mut self.blob_uri,
            num_frames: &mut self.num_frames,
            num_threads: &mut self.num_threads,
            num_nce_per_thread: &mut self.num_nce_per_thread,
        }
    }

    fn adopt(&mut self, decoding: &Decoding) {
        self.parser.adopt(decoding);
    }
}

impl ParsesDetections for SpatialDetectionNetworkProperties {
    fn parser(&mut self) -> &mut DetectionParserOptions {
        &mut self.parser
    }
}

/// The node kind `MobileNetSpatialDetectionNetwork`.
pub static MOBILENET_SPATIAL_DETECTION_NETWORK: NodeKind = NodeKind {
    doc: "Runs a MobileNet-SSD model on frames and sends what it detects, with its position in \
          space computed from depth.",
    default_properties: || defaults(DetectionNetworkType::MOBILENET),
    ..SPATIAL_DETECTION_NETWORK
};

/// The node kind `YoloSpatialDetectionNetwork`.
pub static YOLO_SPATIAL_DETECTION_NETWORK: NodeKind = NodeKind {
    doc: "Runs a YOLO model on frames and sends what it detects, with its position in space \
          computed from depth.",
    default_properties: || defaults(DetectionNetworkType::YOLO),
    setters: YOLO_SETTERS,
    ..SPATIAL_DETECTION_NETWORK
};

/// The library's abstract class: what both kinds share.
const SPATIAL_DETECTION_NETWORK: NodeKind = NodeKind {
    schema_name: "SpatialDetectionNetwork",
    doc: "Runs a detection model on frames and sends what it detects, with its position in space.",
    role: Role::Transform,
    model: ModelRole::Runs(network::read_inference::<SpatialDetectionNetworkProperties>),
    processors: Processors::shaves(Share::Common("all spatial calculations together")),
    start: Start::ALWAYS,
    properties: SpatialDetectionNetworkProperties::SHAPE,
    default_properties: || SpatialDetectionNetworkProperties::default().to_value(),
    setters: SETTERS,
    inputs: &[
        Input::blocking("in", 5, &[Accepts::exactly(Datatype::ImgFrame)]).waiting(),
        Input::dropping("inputDepth", 4, &[Accepts::exactly(Datatype::ImgFrame)]).waiting(),
    ],
    outputs: &[
        Output::new(
            "boundingBoxMapping",
            &[Accepts::exactly(Datatype::SpatialLocationCalculatorConfig)],
        ),
        Output::new("out", &[Accepts::exactly(Datatype::SpatialImgDetections)]).main(),
        Output::new("passthrough", &[Accepts::exactly(Datatype::ImgFrame)]),
        Output::new("passthroughDepth", &[Accepts::exactly(Datatype::ImgFrame)]),
        Output::new("outNetwork", &[Accepts::exactly(Datatype::NNData)]).unregistered(),
        Output::new(
            "spatialLocationCalculatorOutput",
            &[Accepts::exactly(Datatype::SpatialLocationCalculatorData)],
        )
        .unregistered(),
    ],
    input_map: Some(InputMap {
        group: "inputs",
        entry: Input::dropping("", 1, &[Accepts::family(Datatype::Buffer)]).waiting(),
    }),
    output_map: Some(OutputMap {
        group: "passthroughs",
        entry: Output::new("", &[Accepts::family(Datatype::Buffer)]),
    }),
};

/// A new node. Unlike `YoloDetectionNetwork`, the YOLO kind starts with an overlap threshold of 0,
/// as in the library.
fn defaults(family: DetectionNetworkType) -> Value {
    let parser = DetectionParserOptions::of_network(family);
    let defaults = SpatialDetectionNetworkProperties::default();
    SpatialDetectionNetworkProperties { parser, ..defaults }.to_value()
}

static SETTERS: &[Setter] = &[
    network::model::<SpatialDetectionNetworkProperties>(),
    network::blob::<SpatialDetectionNetworkProperties>(),
    network::blob_path::<SpatialDetectionNetworkProperties>(),
    network::num_pool_frames::<SpatialDetectionNetworkProperties>(),
    network::num_inference_threads::<SpatialDetectionNetworkProperties>(),
    network::num_nce_per_inference_thread::<SpatialDetectionNetworkProperties>(),
    parser::confidence_threshold::<SpatialDetectionNetworkProperties>(),
    bounding_box_scale_factor(),
    depth_lower_threshold(),
    depth_upper_threshold(),
    spatial_calculation_algorithm(),
    spatial_calculation_step_size(),
];

static YOLO_SETTERS: &[Setter] = &[
    network::model::<SpatialDetectionNetworkProperties>(),
    network::blob::<SpatialDetectionNetworkProperties>(),
    network::blob_path::<SpatialDetectionNetworkProperties>(),
    network::num_pool_frames::<SpatialDetectionNetworkProperties>(),
    network::num_inference_threads::<SpatialDetectionNetworkProperties>(),
    network::num_nce_per_inference_thread::<SpatialDetectionNetworkProperties>(),
    parser::confidence_threshold::<SpatialDetectionNetworkProperties>(),
    parser::num_classes::<SpatialDetectionNetworkProperties>(),
    parser::coordinate_size::<SpatialDetectionNetworkProperties>(),
    parser::anchors::<SpatialDetectionNetworkProperties>(),
    parser::anchor_masks::<SpatialDetectionNetworkProperties>(),
    parser::iou_threshold::<SpatialDetectionNetworkProperties>(),
    bounding_box_scale_factor(),
    depth_lower_threshold(),
    depth_upper_threshold(),
    spatial_calculation_algorithm(),
    spatial_calculation_step_size(),
];

const fn bounding_box_scale_factor() -> Setter {
    Setter {
        key: "bounding_box_scale_factor",
        methods: &["setBoundingBoxScaleFactor"],
        doc: "The fraction of a box, around its centre, whose depth is used: greater than 0, up to 1.",
        apply: &Set(|node: &mut SpatialDetectionNetworkProperties, scale| {
            node.detected_bb_scale_factor = scale;
        }),
    }
}

const fn depth_lower_threshold() -> Setter {
    Setter {
        key: "depth_lower_threshold",
        methods: &["setDepthLowerThreshold"],
        doc: "Depth values up to and including this are ignored, in depth units (millimetres by \
              default).",
        apply: &Set(|node: &mut SpatialDetectionNetworkProperties, depth| {
            node.depth_thresholds.lower_threshold = depth;
        }),
    }
}

const fn depth_upper_threshold() -> Setter {
    Setter {
        key: "depth_upper_threshold",
        methods: &["setDepthUpperThreshold"],
        doc: "Depth values from this upwards are ignored, in depth units (millimetres by default).",
        apply: &Set(|node: &mut SpatialDetectionNetworkProperties, depth| {
            node.depth_thresholds.upper_threshold = depth;
        }),
    }
}

const fn spatial_calculation_algorithm() -> Setter {
    Setter {
        key: "spatial_calculation_algorithm",
        methods: &["setSpatialCalculationAlgorithm"],
        doc: "How the depth values of a box are combined into one; the same as \
              `calculation_algorithm`.",
        apply: &Set(|node: &mut SpatialDetectionNetworkProperties, algorithm| {
            node.calculation_algorithm = algorithm;
        }),
    }
}

const fn spatial_calculation_step_size() -> Setter {
    Setter {
        key: "spatial_calculation_step_size",
        methods: &["setSpatialCalculationStepSize"],
        doc: "Step in pixels between the depth values that are used; the same as `step_size`.",
        apply: &Set(|node: &mut SpatialDetectionNetworkProperties, pixels| {
            node.step_size = pixels;
        }),
    }
}
