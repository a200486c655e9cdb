//! `EdgeDetector`.
//!
//! In: the node's properties and its image. Out: frames with one byte for each pixel of the image.

use oakc_runtime_schema::image::FrameType;
use oakc_runtime_schema::nodes::edge_detector::EdgeDetectorProperties;

use super::sensor;
use crate::infer::{Fact, Flow, Inference};

pub(super) fn infer(inference: &mut Inference<'_, '_>) {
    let node = inference.node;
    let Some(detector) = node.properties::<EdgeDetectorProperties>() else {
        return;
    };
    let input = inference.input("inputImage");
    let kind = node.config.kind_span;
    let edges = Flow {
        frame_type: Some(Fact::new(FrameType::RAW8, kind, "edges")),
        pool: sensor::pool(node, detector.num_frames_pool, &["num_frames_pool"]),
        ..input.derived()
    }
    .with_frame_bytes();
    inference.output("outputImage", edges.within(detector.output_frame_size));
    inference.output("passthroughInputImage", input);
}
