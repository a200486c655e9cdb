//! Why the device does not make the messages of an output. Inference decides it, once; rules only say it.

use super::nodes::video_encoder::Limits;
use super::{Fact, Size};

/// Why the device refuses to make the messages of an output.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// A camera would have to cut a larger image out of its processed one.
    LargerThanProcessed {
        /// The processed image.
        processed: Fact<Size>,
    },
    /// A camera does not make images that are so small.
    TooSmall {
        /// Width and height have to be larger, in pixels.
        least: u64,
    },
    /// A preview is wider than the video that it is cut from.
    WiderThanVideo {
        /// The video.
        video: Fact<Size>,
    },
    /// A preview is cut from a video that is refused.
    OfRefusedVideo,
    /// Stereo matching gets frames of two sizes.
    UnequalInputs {
        /// The frames on the left.
        left: Fact<Size>,
        /// The frames on the right.
        right: Fact<Size>,
    },
    /// Stereo matching gets frames of a width that it does not take.
    UnmatchableWidth {
        /// The frames.
        frames: Fact<Size>,
        /// The input at which they arrive; none where only the configuration says how large they are.
        input: Option<&'static str>,
        /// Whether they are too wide. If not, their width is not a multiple of what it has to be.
        too_wide: bool,
    },
    /// An encoder gets frames of a size that its codec does not take.
    Unencodable {
        /// The frames.
        frames: Fact<Size>,
        /// What the codec takes.
        limits: &'static Limits,
    },
    /// A message would have more bytes than the node's own limit.
    TooManyBytes {
        /// Its bytes.
        bytes: u64,
        /// The limit.
        most: u64,
    },
}
