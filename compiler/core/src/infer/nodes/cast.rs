//! `Cast`.
//!
//! In: an image, or the only tensor of a network. Out: an image of that size. Never: a size where
//! several nodes feed the input, or where the model has several outputs.

use oakc_blob::Axis;
use oakc_runtime_schema::nodes::cast::CastProperties;

use super::sensor;
use crate::infer::{Fact, Flow, Inference, Size};

pub(super) fn infer(inference: &mut Inference<'_, '_>) {
    let node = inference.node;
    let Some(cast) = node.properties::<CastProperties>() else {
        return;
    };
    let input = inference.input("input");
    let span = node.span(&["output_frame_type", "output_type"]);
    let image = Flow {
        frame_type: Some(Fact::new(cast.output_type, span, "the frame type")),
        size: input.size.clone().or_else(|| tensor_size(inference)),
        pool: sensor::pool(node, cast.num_frames_pool, &["num_frames_pool"]),
        ..input.derived()
    };
    inference.output("output", image.with_frame_bytes());
    inference.output("passthroughInput", input);
}

fn tensor_size(inference: &Inference<'_, '_>) -> Option<Fact<Size>> {
    let mut links = inference.node.links_to("input");
    let (Some(link), None) = (links.next(), links.next()) else {
        return None;
    };
    let network = inference.node.graph().node_ref(link.from)?;
    let model = network.config.model.as_ref()?;
    let [tensor] = model.blob.outputs.as_slice() else {
        return None;
    };
    let width = tensor.extent(Axis::Width)?;
    let height = tensor.extent(Axis::Height)?;
    let size = Size::new(width.into(), height.into());
    Some(Fact::new(size, model.span, "the output of the model"))
}
