//! `VideoEncoder`: a bitstream of the input's rate.

use oakc_runtime_schema::image::FrameType;
use oakc_runtime_schema::nodes::video_encoder::VideoEncoderProperties;

use crate::infer::{Fact, Flow, Inference};

pub(super) fn infer(turn: &mut Inference<'_, '_>) {
    let node = turn.node;
    let Some(encoder) = node.properties::<VideoEncoderProperties>() else {
        return;
    };
    let limit = u64::try_from(encoder.output_frame_size).ok();
    let limit = limit.filter(|bytes| *bytes > 0);
    let keys = ["output_frame_size", "max_output_frame_size"];
    let span = node.span(&keys);
    let pool = node.span(&["num_frames_pool"]);
    let frames = match encoder.num_frames_pool {
        0 => DEFAULT_POOL,
        frames => u64::from(frames),
    };
    let kind = node.config.kind_span;
    let stream = Flow {
        frame_type: Some(Fact::new(FrameType::BITSTREAM, kind, "encoded video")),
        bytes: limit.map(|bytes| Fact::new(bytes, span, "the largest encoded frame")),
        pool: Some(Fact::new(frames, pool, "the pool's frames")),
        ..turn.input("in").derived()
    };
    turn.output("bitstream", stream.clone());
    turn.output("out", stream);
}

/// What the device chooses for a pool of 0 frames.
const DEFAULT_POOL: u64 = 4;
