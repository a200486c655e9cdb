//! `VideoEncoder`: raw frames in, H.264, H.265 or MJPEG out.

use crate::datatype::Datatype;
use crate::node::{Accepts, Input, ModelRole, NodeKind, Output, Processors, Role, Start};
use crate::reflect::{Reflect, Set, Setter, With};

/// Properties of `VideoEncoder`.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct VideoEncoderProperties {
    /// Bits per second, H.26x only. 0 lets the device choose from size and frame rate.
    pub bitrate: i32,
    /// Frames from one key frame to the next, H.26x only.
    #[reflect(default = 30)]
    pub keyframe_frequency: i32,
    /// Upper bound of the bit rate in bits per second, H.26x only; there is no setter for it.
    pub max_bitrate: i32,
    /// Bidirectional frames between two reference frames, H.26x only.
    pub num_b_frames: i32,
    /// Encoded frames that can be in use at once. 0 lets the device choose (4).
    pub num_frames_pool: u32,
    /// Largest encoded frame in bytes. 0 lets the device choose from the frame size.
    pub output_frame_size: i32,
    /// The coding standard and its profile.
    pub profile: Profile,
    /// MJPEG only: 0 to 100, 100 is best.
    #[reflect(default = 80)]
    pub quality: i32,
    /// MJPEG only: lossless; frames become several times larger.
    pub lossless: bool,
    /// How the encoder controls the bit rate, H.26x only.
    pub rate_ctrl_mode: RateControlMode,
    /// Frames per second that rate control and the encoder budget assume; no frames are dropped to
    /// reach it.
    #[reflect(default = 30.0)]
    pub frame_rate: f32,
}

/// Coding standard and profile.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[reflect(name = "VideoEncoderProperties::Profile")]
#[repr(i32)]
pub enum Profile {
    /// H.264 without B-frames; the simplest to decode.
    #[default]
    H264_BASELINE = 0,
    /// H.264, best quality per bit.
    H264_HIGH = 1,
    /// H.264, between baseline and high.
    H264_MAIN = 2,
    /// H.265 (HEVC).
    H265_MAIN = 3,
    /// One JPEG per frame.
    MJPEG = 4,
}

/// How the bit rate is controlled.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[reflect(name = "VideoEncoderProperties::RateControlMode")]
#[repr(i32)]
pub enum RateControlMode {
    /// Constant bit rate.
    #[default]
    CBR = 0,
    /// Variable bit rate.
    VBR = 1,
}

/// The node kind `VideoEncoder`.
pub static KIND: NodeKind = NodeKind {
    schema_name: "VideoEncoder",
    doc: "Encodes frames to H.264, H.265 or MJPEG in hardware.",
    role: Role::Transform,
    model: ModelRole::None,
    processors: Processors::NONE,
    start: Start::ALWAYS,
    properties: VideoEncoderProperties::SHAPE,
    default_properties: || VideoEncoderProperties::default().to_value(),
    setters: SETTERS,
    inputs: &[Input::blocking("in", 4, &[Accepts::family(Datatype::ImgFrame)]).waiting()],
    outputs: &[
        Output::new("bitstream", &[Accepts::exactly(Datatype::ImgFrame)]),
        Output::new("out", &[Accepts::exactly(Datatype::EncodedFrame)]),
    ],
    input_map: None,
    output_map: None,
};

static SETTERS: &[Setter] = &[
    Setter {
        key: "default_profile_preset",
        methods: &["setDefaultProfilePreset"],
        doc: "Profile and frame rate with the settings that go with them: quality 95 for MJPEG; one \
              key frame per second and an automatic bit rate for H.26x.",
        apply: &Set(default_profile_preset),
    },
    Setter {
        key: "bitrate_kbps",
        methods: &["setBitrateKbps"],
        doc: "Kilobits per second (1000 bits), H.26x only.",
        apply: &With(|encoder: &mut VideoEncoderProperties, kbps: i32, _| {
            let bits = kbps.checked_mul(1000);
            encoder.bitrate = bits.ok_or("the bit rate does not fit in 32 bits")?;
            Ok(())
        }),
    },
    Setter {
        key: "num_frames_pool",
        methods: &["setNumFramesPool"],
        doc: "Encoded frames that can be in use at once; the queue of `in` gets the same length.",
        apply: &With(
            |encoder: &mut VideoEncoderProperties, frames: u32, effects| {
                encoder.num_frames_pool = frames;
                effects.queue_size("in", i32::try_from(frames).unwrap_or(i32::MAX));
                Ok(())
            },
        ),
    },
    Setter {
        key: "max_output_frame_size",
        methods: &["setMaxOutputFrameSize"],
        doc: "Largest encoded frame in bytes; the same as `output_frame_size`.",
        apply: &Set(|encoder: &mut VideoEncoderProperties, bytes| {
            encoder.output_frame_size = bytes;
        }),
    },
    Setter {
        key: "rate_control_mode",
        methods: &["setRateControlMode"],
        doc: "How the bit rate is controlled; the same as `rate_ctrl_mode`.",
        apply: &Set(|encoder: &mut VideoEncoderProperties, mode| encoder.rate_ctrl_mode = mode),
    },
];

/// Frame rate and profile, as `setDefaultProfilePreset` takes them.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct ProfilePreset {
    /// Frames per second.
    #[reflect(default = 30.0)]
    pub fps: f32,
    /// The profile.
    pub profile: Profile,
}

#[expect(clippy::cast_possible_truncation, reason = "the library truncates too")]
fn default_profile_preset(encoder: &mut VideoEncoderProperties, preset: ProfilePreset) {
    encoder.profile = preset.profile;
    encoder.frame_rate = preset.fps;
    if preset.profile == Profile::MJPEG {
        encoder.quality = 95;
    } else {
        encoder.keyframe_frequency = preset.fps as i32;
        encoder.bitrate = 0;
    }
}
