//! `DetectionParser`: the tensors of a detection network in, detections out.
//!
//! The setters of all nodes that decode detections are defined here once, for any
//! [`ParsesDetections`].

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::datatype::Datatype;
use crate::messages::TensorInfo;
use crate::node::{Accepts, Input, ModelRole, NodeKind, Output, Processors, Role, Start};
use crate::reflect::{Model, Reflect, Set, Setter};

/// Properties of `DetectionParser`.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct DetectionParserProperties {
    /// Messages in the pool of `out`.
    #[reflect(default = 8)]
    pub num_frames_pool: i32,
    /// The tensors to read, by name: the outputs of the network.
    pub network_inputs: BTreeMap<String, TensorInfo>,
    /// How they are decoded.
    pub parser: DetectionParserOptions,
}

/// How the tensors of a detection network are decoded. A new network node has a confidence
/// threshold of 0.5, a new parser node 0.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct DetectionParserOptions {
    /// The family of the network.
    pub nn_family: DetectionNetworkType,
    /// Detections below this confidence (0 to 1) are dropped.
    pub confidence_threshold: f32,
    /// YOLO: the number of classes. If it is 0, nothing is found.
    pub classes: i32,
    /// YOLO: how many numbers describe a box, in practice 4. If it is 0, nothing is found.
    pub coordinates: i32,
    /// YOLO: widths and heights of the anchor boxes, alternating, in pixels of the network input;
    /// empty for versions without anchors.
    pub anchors: Vec<f32>,
    /// YOLO: which anchors, counted from 0, belong to an output grid; `side26` is the grid 26 wide.
    /// A network with anchors needs an entry for each of its grids.
    pub anchor_masks: BTreeMap<String, Vec<i32>>,
    /// YOLO: of boxes that overlap by more than this fraction (0 to 1), only the best is kept.
    pub iou_threshold: f32,
}

/// How the detections of a model are decoded, as whoever trained it wrote it down. What is not known is `None`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decoding {
    /// The family of the network. Nothing of what follows is of use to a node of another.
    pub nn_family: Option<DetectionNetworkType>,
    /// Detections below this confidence (0 to 1) are dropped.
    pub confidence_threshold: Option<f32>,
    /// YOLO: the number of classes.
    pub classes: Option<i32>,
    /// YOLO: how many numbers describe a box.
    pub coordinates: Option<i32>,
    /// YOLO: widths and heights of the anchor boxes, alternating.
    pub anchors: Option<Vec<f32>>,
    /// YOLO: which anchors belong to an output grid.
    pub anchor_masks: Option<BTreeMap<String, Vec<i32>>>,
    /// YOLO: of boxes that overlap by more than this fraction, only the best is kept.
    pub iou_threshold: Option<f32>,
}

impl DetectionParserOptions {
    /// Takes over what is known about the decoding of a model of the same family.
    pub(super) fn adopt(&mut self, decoding: &Decoding) {
        if decoding.nn_family != Some(self.nn_family) {
            return;
        }
        set(
            &mut self.confidence_threshold,
            decoding.confidence_threshold.as_ref(),
        );
        set(&mut self.classes, decoding.classes.as_ref());
        set(&mut self.coordinates, decoding.coordinates.as_ref());
        set(&mut self.anchors, decoding.anchors.as_ref());
        set(&mut self.anchor_masks, decoding.anchor_masks.as_ref());
        set(&mut self.iou_threshold, decoding.iou_threshold.as_ref());
    }

    /// The options of a new network node.
    pub(super) fn of_network(nn_family: DetectionNetworkType) -> Self {
        Self {
            nn_family,
            confidence_threshold: 0.5,
            ..Self::default()
        }
    }
}

/// A family of detection networks.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[repr(i32)]
pub enum DetectionNetworkType {
    /// YOLO, any version.
    #[default]
    YOLO = 0,
    /// MobileNet-SSD and networks with the same output.
    MOBILENET = 1,
}

/// The node kind `DetectionParser`.
pub static KIND: NodeKind = NodeKind {
    schema_name: "DetectionParser",
    doc: "Decodes detections from the output tensors of a `NeuralNetwork`.",
    role: Role::Transform,
    model: ModelRole::ReadsResults,
    processors: Processors::NONE,
    start: Start::ALWAYS,
    properties: DetectionParserProperties::SHAPE,
    default_properties: || DetectionParserProperties::default().to_value(),
    setters: SETTERS,
    inputs: &[Input::blocking("in", 5, &[Accepts::family(Datatype::NNData)]).waiting()],
    outputs: &[Output::new(
        "out",
        &[Accepts::exactly(Datatype::ImgDetections)],
    )],
    input_map: None,
    output_map: None,
};

static SETTERS: &[Setter] = &[
    Setter {
        key: "model",
        methods: &["setBlob"],
        doc: "The model whose outputs are decoded: its name in `models`, or the path of its blob. \
              The blob itself is not stored with this node.",
        apply: &Set(read_outputs),
    },
    Setter {
        key: "blob",
        methods: &["setBlob"],
        doc: "The same as `model`.",
        apply: &Set(read_outputs),
    },
    Setter {
        key: "nn_family",
        methods: &["setNNFamily"],
        doc: "The family of the network.",
        apply: &Set(|node: &mut DetectionParserProperties, family| node.parser.nn_family = family),
    },
    confidence_threshold::<DetectionParserProperties>(),
    num_classes::<DetectionParserProperties>(),
    coordinate_size::<DetectionParserProperties>(),
    anchors::<DetectionParserProperties>(),
    anchor_masks::<DetectionParserProperties>(),
    iou_threshold::<DetectionParserProperties>(),
];

fn read_outputs(node: &mut DetectionParserProperties, model: Arc<Model>) {
    let by_name = |tensor: &TensorInfo| (tensor.name.clone(), tensor.clone());
    node.network_inputs = model.outputs.iter().map(by_name).collect();
    // A parser is of no family before it has a model.
    set(
        &mut node.parser.nn_family,
        model.decoding.nn_family.as_ref(),
    );
    node.parser.adopt(&model.decoding);
}

/// Sets what is known.
fn set<T: Clone>(target: &mut T, known: Option<&T>) {
    if let Some(known) = known {
        target.clone_from(known);
    }
}

/// Properties of a node that decodes detections.
pub(super) trait ParsesDetections: Reflect + 'static {
    /// How it decodes them.
    fn parser(&mut self) -> &mut DetectionParserOptions;
}

impl ParsesDetections for DetectionParserProperties {
    fn parser(&mut self) -> &mut DetectionParserOptions {
        &mut self.parser
    }
}

pub(super) const fn confidence_threshold<P: ParsesDetections>() -> Setter {
    Setter {
        key: "confidence_threshold",
        methods: &["setConfidenceThreshold"],
        doc: "Detections below this confidence (0 to 1) are dropped.",
        apply: &Set(|node: &mut P, threshold| node.parser().confidence_threshold = threshold),
    }
}

pub(super) const fn num_classes<P: ParsesDetections>() -> Setter {
    Setter {
        key: "num_classes",
        methods: &["setNumClasses"],
        doc: "YOLO: the number of classes.",
        apply: &Set(|node: &mut P, classes| node.parser().classes = classes),
    }
}

pub(super) const fn coordinate_size<P: ParsesDetections>() -> Setter {
    Setter {
        key: "coordinate_size",
        methods: &["setCoordinateSize"],
        doc: "YOLO: how many numbers describe a box, in practice 4.",
        apply: &Set(|node: &mut P, coordinates| node.parser().coordinates = coordinates),
    }
}

pub(super) const fn anchors<P: ParsesDetections>() -> Setter {
    Setter {
        key: "anchors",
        methods: &["setAnchors"],
        doc: "YOLO: widths and heights of the anchor boxes, alternating; empty for versions \
              without anchors.",
        apply: &Set(|node: &mut P, anchors| node.parser().anchors = anchors),
    }
}

pub(super) const fn anchor_masks<P: ParsesDetections>() -> Setter {
    Setter {
        key: "anchor_masks",
        methods: &["setAnchorMasks"],
        doc: "YOLO: which anchors belong to an output grid; `side26` is the grid 26 wide.",
        apply: &Set(|node: &mut P, masks| node.parser().anchor_masks = masks),
    }
}

pub(super) const fn iou_threshold<P: ParsesDetections>() -> Setter {
    Setter {
        key: "iou_threshold",
        methods: &["setIouThreshold"],
        doc: "YOLO: of boxes that overlap by more than this fraction (0 to 1), only the best is kept.",
        apply: &Set(|node: &mut P, threshold| node.parser().iou_threshold = threshold),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parser_reads_the_outputs_of_its_model_by_name() {
        let named = |name: &str| TensorInfo {
            name: name.to_owned(),
            ..TensorInfo::default()
        };
        let model = Model {
            bytes: Arc::from([]),
            outputs: vec![named("scores"), named("boxes")],
            decoding: Decoding::default(),
        };
        let mut node = DetectionParserProperties::default();
        read_outputs(&mut node, Arc::new(model));
        let keys: Vec<_> = node.network_inputs.keys().collect();
        assert_eq!(keys, ["boxes", "scores"]);
        assert_eq!(node.network_inputs["boxes"], named("boxes"));
    }
}
