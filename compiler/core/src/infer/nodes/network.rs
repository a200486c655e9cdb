//! Nodes that run a model.
//!
//! In: the node's model and input. Out: tensors of the sizes that the model names, and the frames
//! passed through. Never: a rate, because nobody can know how long an inference takes.

use oakc_blob::Tensor;
use oakc_runtime_schema::nodes::detection_network::DetectionNetworkProperties;
use oakc_runtime_schema::nodes::neural_network::NeuralNetworkProperties;
use oakc_runtime_schema::nodes::spatial_detection_network::SpatialDetectionNetworkProperties;

use crate::infer::{Fact, Flow, Inference};

/// `NeuralNetwork`: `out` are the tensors.
pub(super) fn neural(inference: &mut Inference<'_, '_>) {
    let Some(network) = inference.node.properties::<NeuralNetworkProperties>() else {
        return;
    };
    let tensors = tensors(inference, network.num_frames);
    inference.output("out", tensors);
    passthroughs(inference);
}

/// `MobileNetDetectionNetwork`, `YoloDetectionNetwork`: `out` are detections.
pub(super) fn detection(inference: &mut Inference<'_, '_>) {
    let Some(network) = inference.node.properties::<DetectionNetworkProperties>() else {
        return;
    };
    let tensors = tensors(inference, network.num_frames);
    inference.output("outNetwork", tensors);
    passthroughs(inference);
}

/// Their spatial variants.
pub(super) fn spatial(inference: &mut Inference<'_, '_>) {
    let Some(network) = inference
        .node
        .properties::<SpatialDetectionNetworkProperties>()
    else {
        return;
    };
    let tensors = tensors(inference, network.num_frames);
    inference.output("outNetwork", tensors);
    let depth = inference.input("inputDepth").at_any_rate();
    inference.output("passthroughDepth", depth);
    passthroughs(inference);
}

fn tensors(inference: &Inference<'_, '_>, frames: u32) -> Flow {
    let node = inference.node;
    let pool = node.span(&["num_frames", "num_pool_frames"]);
    let bytes = node.config.model.as_ref().and_then(|model| {
        let sizes = model.blob.outputs.iter().map(Tensor::packed_size);
        let sizes: Option<Vec<u64>> = sizes.collect();
        let sum = sizes?.into_iter().fold(0, u64::saturating_add);
        Some(Fact::new(sum, model.span, "the outputs of the model"))
    });
    Flow {
        bytes,
        pool: Some(Fact::new(u64::from(frames), pool, "the pool's frames")),
        ..Flow::default()
    }
}

/// Frames come through as they went in, those that the network had time for.
fn passthroughs(inference: &mut Inference<'_, '_>) {
    let frame = inference.input("in").at_any_rate();
    inference.output("passthrough", frame);
    let ports = inference.node.node.outputs.iter();
    let names = ports.filter(|port| port.group == "passthroughs");
    for name in names.map(|port| port.name.as_str()) {
        let frame = inference.input(name).at_any_rate();
        inference.output(name, frame);
    }
}
