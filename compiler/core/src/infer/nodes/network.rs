//! Nodes that run a model: tensors of the model's size, at a rate that nobody can know.

use oakc_blob::Tensor;
use oakc_runtime_schema::nodes::detection_network::DetectionNetworkProperties;
use oakc_runtime_schema::nodes::neural_network::NeuralNetworkProperties;
use oakc_runtime_schema::nodes::spatial_detection_network::SpatialDetectionNetworkProperties;

use crate::infer::{Fact, Flow, Inference};

/// `NeuralNetwork`: `out` are the tensors.
pub(super) fn neural(turn: &mut Inference<'_, '_>) {
    let Some(network) = turn.node.properties::<NeuralNetworkProperties>() else {
        return;
    };
    let tensors = tensors(turn, network.num_frames);
    turn.output("out", tensors);
    passthroughs(turn);
}

/// `MobileNetDetectionNetwork`, `YoloDetectionNetwork`: `out` are detections.
pub(super) fn detection(turn: &mut Inference<'_, '_>) {
    let Some(network) = turn.node.properties::<DetectionNetworkProperties>() else {
        return;
    };
    let tensors = tensors(turn, network.num_frames);
    turn.output("outNetwork", tensors);
    passthroughs(turn);
}

/// Their spatial variants.
pub(super) fn spatial(turn: &mut Inference<'_, '_>) {
    let Some(network) = turn.node.properties::<SpatialDetectionNetworkProperties>() else {
        return;
    };
    let tensors = tensors(turn, network.num_frames);
    turn.output("outNetwork", tensors);
    let depth = turn.input("inputDepth").at_any_rate();
    turn.output("passthroughDepth", depth);
    passthroughs(turn);
}

fn tensors(turn: &Inference<'_, '_>, frames: u32) -> Flow {
    let node = turn.node;
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
fn passthroughs(turn: &mut Inference<'_, '_>) {
    let frame = turn.input("in").at_any_rate();
    turn.output("passthrough", frame);
    let ports = turn.node.node.outputs.iter();
    let names = ports.filter(|port| port.group == "passthroughs");
    for name in names.map(|port| port.name.as_str()) {
        let frame = turn.input(name).at_any_rate();
        turn.output(name, frame);
    }
}
