//! `Warp`.
//!
//! In: the node's properties and its image. Out: frames of the same type, in the size that is
//! configured. Never: a size that is not configured.

use oakc_runtime_schema::nodes::warp::WarpProperties;

use super::sensor;
use crate::infer::{Fact, Flow, Inference, Size};

pub(super) fn infer(inference: &mut Inference<'_, '_>) {
    let node = inference.node;
    let Some(warp) = node.properties::<WarpProperties>() else {
        return;
    };
    let input = inference.input("inputImage");
    let span = node.span(&["output_size", "output_width"]);
    let size = Size::of_pixels(warp.output_width, warp.output_height);
    let flow = Flow {
        frame_type: input.frame_type.clone(),
        size: size.map(|size| Fact::new(size, span, "the output size")),
        pool: sensor::pool(node, warp.num_frames_pool, &["num_frames_pool"]),
        ..input.derived()
    }
    .with_frame_bytes();
    inference.output("out", flow.within(warp.output_frame_size));
}
