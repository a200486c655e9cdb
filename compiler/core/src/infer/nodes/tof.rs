//! `ToF`.
//!
//! In: the raw frames of a time-of-flight sensor. Out: frames of the size of the sensor, with 16
//! bits for each pixel. Never: a rate: several raw frames make one.

use oakc_runtime_schema::image::FrameType;
use oakc_runtime_schema::nodes::tof::ToFProperties;

use super::sensor;
use crate::infer::{Fact, Flow, Inference, Size};

/// The image of the only sensors that there are (S5K33D, S5K63D).
const SIZE: Size = Size::new(640, 480);

pub(super) fn infer(inference: &mut Inference<'_, '_>) {
    let node = inference.node;
    let Some(tof) = node.properties::<ToFProperties>() else {
        return;
    };
    let kind = node.config.kind_span;
    let input = inference.input("input");
    // The rate is not the input's: several raw frames make one.
    let phase = Flow {
        size: Some(Fact::new(SIZE, kind, "the time-of-flight sensor")),
        socket: input.socket,
        pool: sensor::pool(node, tof.num_frames_pool, &["num_frames_pool"]),
        ..Flow::default()
    };
    let frame = Flow {
        frame_type: Some(Fact::new(FrameType::RAW16, kind, "a time-of-flight image")),
        ..phase.clone()
    }
    .with_frame_bytes();
    for output in ["depth", "amplitude", "intensity"] {
        inference.output(output, frame.clone());
    }
    // It has 32-bit floats, for which there is no frame type.
    inference.output("phase", phase);
}
