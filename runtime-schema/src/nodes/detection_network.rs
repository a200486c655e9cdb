//! `MobileNetDetectionNetwork` and `YoloDetectionNetwork`: frames in, detections out.
//!
//! To the device both are one kind of node, distinguished by the parser's family.

use crate::datatype::Datatype;
use crate::node::{
    Accepts, Input, InputMap, ModelRole, NodeKind, Output, OutputMap, Processors, Role, Start,
};
use crate::nodes::detection_parser::{
    self as parser, Decoding, DetectionNetworkType, DetectionParserOptions, ParsesDetections,
};
use crate::nodes::neural_network::{self as network, InferenceFields, RunsModel};
use crate::reflect::{Reflect, Setter};

/// Properties of `MobileNetDetectionNetwork` and `YoloDetectionNetwork`.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct DetectionNetworkProperties {
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
}

impl RunsModel for DetectionNetworkProperties {
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

impl ParsesDetections for DetectionNetworkProperties {
    fn parser(&mut self) -> &mut DetectionParserOptions {
        &mut self.parser
    }
}

/// The node kind `MobileNetDetectionNetwork`.
pub static MOBILENET_DETECTION_NETWORK: NodeKind = NodeKind {
    doc: "Runs a MobileNet-SSD model on frames and sends what it detects.",
    default_properties: || {
        let parser = DetectionParserOptions::of_network(DetectionNetworkType::MOBILENET);
        let defaults = DetectionNetworkProperties::default();
        DetectionNetworkProperties { parser, ..defaults }.to_value()
    },
    ..DETECTION_NETWORK
};

/// The node kind `YoloDetectionNetwork`.
pub static YOLO_DETECTION_NETWORK: NodeKind = NodeKind {
    doc: "Runs a YOLO model on frames and sends what it detects.",
    default_properties: || {
        let mut parser = DetectionParserOptions::of_network(DetectionNetworkType::YOLO);
        parser.iou_threshold = 0.5;
        let defaults = DetectionNetworkProperties::default();
        DetectionNetworkProperties { parser, ..defaults }.to_value()
    },
    setters: YOLO_SETTERS,
    ..DETECTION_NETWORK
};

/// The library's abstract class: what both kinds share.
const DETECTION_NETWORK: NodeKind = NodeKind {
    schema_name: "DetectionNetwork",
    doc: "Runs a detection model on frames and sends what it detects.",
    role: Role::Transform,
    model: ModelRole::Runs(network::read_inference::<DetectionNetworkProperties>),
    processors: Processors::NONE,
    start: Start::ALWAYS,
    properties: DetectionNetworkProperties::SHAPE,
    default_properties: || DetectionNetworkProperties::default().to_value(),
    setters: SETTERS,
    inputs: &[Input::blocking("in", 5, &[Accepts::family(Datatype::Buffer)]).waiting()],
    outputs: &[
        Output::new("out", &[Accepts::exactly(Datatype::ImgDetections)]),
        Output::new("passthrough", &[Accepts::family(Datatype::Buffer)]),
        Output::new("outNetwork", &[Accepts::exactly(Datatype::NNData)]).unregistered(),
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

static SETTERS: &[Setter] = &[
    network::model::<DetectionNetworkProperties>(),
    network::blob::<DetectionNetworkProperties>(),
    network::blob_path::<DetectionNetworkProperties>(),
    network::num_pool_frames::<DetectionNetworkProperties>(),
    network::num_inference_threads::<DetectionNetworkProperties>(),
    network::num_nce_per_inference_thread::<DetectionNetworkProperties>(),
    parser::confidence_threshold::<DetectionNetworkProperties>(),
];

static YOLO_SETTERS: &[Setter] = &[
    network::model::<DetectionNetworkProperties>(),
    network::blob::<DetectionNetworkProperties>(),
    network::blob_path::<DetectionNetworkProperties>(),
    network::num_pool_frames::<DetectionNetworkProperties>(),
    network::num_inference_threads::<DetectionNetworkProperties>(),
    network::num_nce_per_inference_thread::<DetectionNetworkProperties>(),
    parser::confidence_threshold::<DetectionNetworkProperties>(),
    parser::num_classes::<DetectionNetworkProperties>(),
    parser::coordinate_size::<DetectionNetworkProperties>(),
    parser::anchors::<DetectionNetworkProperties>(),
    parser::anchor_masks::<DetectionNetworkProperties>(),
    parser::iou_threshold::<DetectionNetworkProperties>(),
];
