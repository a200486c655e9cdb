//! `VideoEncoder`.
//!
//! In: the node's properties and its frames. Out: a bitstream at the rate of the frames; and the
//! limits of each codec, for the rules. Never: an output that hides that the encoder refuses its
//! frames.

use oakc_runtime_schema::image::FrameType;
use oakc_runtime_schema::nodes::video_encoder::{Profile, VideoEncoderProperties};

use crate::infer::{Fact, Flow, Inference, Refusal, Size};

pub(super) fn infer(inference: &mut Inference<'_, '_>) {
    let node = inference.node;
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
    let input = inference.input("in");
    let limits = Limits::of(encoder.profile);
    let unfit = |size: &Fact<Size>| limits.nearest(size.value) != size.value;
    let unencodable = |frames| Refusal::Unencodable { frames, limits };
    let stream = Flow {
        frame_type: Some(Fact::new(FrameType::BITSTREAM, kind, "encoded video")),
        bytes: limit.map(|bytes| Fact::new(bytes, span, "the largest encoded frame")),
        pool: Some(Fact::new(frames, pool, "the pool's frames")),
        refused: input.size.clone().filter(unfit).map(unencodable),
        ..input.derived()
    };
    inference.output("bitstream", stream.clone());
    inference.output("out", stream);
}

/// What the device chooses for a pool of 0 frames.
const DEFAULT_POOL: u64 = 4;

/// What a family of profiles takes, in pixels (docs/constraints.md, V1 to V3).
#[derive(Debug, PartialEq)]
pub struct Limits {
    /// What the format is called in messages.
    pub name: &'static str,
    /// Width and height have to be multiples of these.
    pub steps: Size,
    /// The largest frame.
    pub most: Size,
}

static H26X: Limits = Limits {
    name: "H.264 and H.265",
    steps: Size::new(32, 8),
    most: Size::new(4096, 4096),
};

static MJPEG: Limits = Limits {
    name: "MJPEG",
    steps: Size::new(32, 2),
    most: Size::new(16384, 8192),
};

impl Limits {
    /// The limits of the codec of a profile.
    pub fn of(profile: Profile) -> &'static Self {
        match profile {
            Profile::MJPEG => &MJPEG,
            _ => &H26X,
        }
    }

    /// The nearest size that works and is not larger, but for frames smaller than a step.
    pub fn nearest(&self, size: Size) -> Size {
        let down = |pixels: u64, step: u64, most: u64| (pixels.min(most) / step * step).max(step);
        Size::new(
            down(size.width, self.steps.width, self.most.width),
            down(size.height, self.steps.height, self.most.height),
        )
    }
}
