//! `ImageAlign`: the pixels of one image as another camera sees them.
//!
//! In: the node's properties and its images. Out: the aligned image. Never: a size that neither the
//! properties nor the images tell.

use oakc_runtime_schema::nodes::image_align::ImageAlignProperties;

use super::sensor;
use crate::infer::{Fact, Flow, Inference, Size};

pub(super) fn infer(inference: &mut Inference<'_, '_>) {
    let node = inference.node;
    let Some(align) = node.properties::<ImageAlignProperties>() else {
        return;
    };
    let (input, target) = (inference.input("input"), inference.input("inputAlignTo"));
    let span = node.span(&["output_size", "align_width"]);
    let written = Size::of_pixels(align.align_width, align.align_height);
    let written = written.map(|size| Fact::new(size, span, "the output size"));
    let aligned = Flow {
        frame_type: input.frame_type.clone(),
        size: written.or(target.size),
        socket: target.socket,
        pool: sensor::pool(node, align.num_frames_pool, &["num_frames_pool"]),
        ..input.derived()
    };
    inference.output("outputAligned", aligned.with_frame_bytes());
    inference.output("passthroughInput", input);
}
