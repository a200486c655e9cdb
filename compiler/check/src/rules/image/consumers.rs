//! Which inputs accept which images: the only table of this.

use oakc_core::syntax::Language;
use oakc_runtime_schema::image::FrameType;
use oakc_runtime_schema::image::FrameType as T;
use oakc_runtime_schema::nodes::Kind;

/// An input that accepts images.
pub(super) struct Consumer {
    /// Its name.
    pub(super) input: &'static str,
    /// The formats that it accepts.
    pub(super) accepts: &'static [FrameType],
    /// The same, for display.
    pub(super) shown: &'static str,
    /// What to do about other formats, besides changing the settings of their sender.
    pub(super) instead: fn(Language) -> String,
    /// Whether the firmware itself reports this. Otherwise it is inferred from examples and
    /// documentation.
    pub(super) certain: bool,
}

/// Nodes that find shapes by the brightness of an image.
const LUMA: &[FrameType] = &[
    T::RAW8,
    T::GRAY8,
    T::YUV400p,
    T::NV12,
    T::NV21,
    T::YUV420p,
    T::YUV422p,
    T::YUV444p,
];

/// All formats whose pixels are neither packed, nor encoded, nor looked up in a table.
const PIXELS: &[FrameType] = &[
    T::RAW8,
    T::GRAY8,
    T::GRAYF16,
    T::RAW16,
    T::YUV400p,
    T::YUV420p,
    T::YUV422i,
    T::YUV422p,
    T::YUV444i,
    T::YUV444p,
    T::NV12,
    T::NV21,
    T::RGB888p,
    T::RGB888i,
    T::BGR888p,
    T::BGR888i,
    T::RGBA8888,
    T::RGB161616,
    T::RGBF16F16F16p,
    T::RGBF16F16F16i,
    T::BGRF16F16F16p,
    T::BGRF16F16F16i,
];

/// Whether a node can produce this format by processing pixels.
pub(super) fn has_pixels(frame_type: FrameType) -> bool {
    PIXELS.contains(&frame_type)
}

/// Whether an input accepts images of this format.
pub(in crate::rules) fn takes(kind: Kind, input: &str, frame_type: FrameType) -> bool {
    let mut consumers = consumers(kind).iter();
    let consumer = consumers.find(|consumer| consumer.input == input);
    consumer.is_none_or(|consumer| consumer.accepts.contains(&frame_type))
}

/// The image inputs of a node of this kind, as far as the format matters.
pub(super) fn consumers(kind: Kind) -> &'static [Consumer] {
    match kind {
        Kind::AprilTag => APRIL_TAG,
        Kind::EdgeDetector | Kind::FeatureTracker => EDGES_AND_FEATURES,
        Kind::ImageAlign => IMAGE_ALIGN,
        Kind::ImageManip => IMAGE_MANIP,
        Kind::MobileNetSpatialDetectionNetwork
        | Kind::SpatialLocationCalculator
        | Kind::YoloSpatialDetectionNetwork => DEPTH_OF_BOXES,
        Kind::ObjectTracker => OBJECT_TRACKER,
        Kind::PointCloud => POINT_CLOUD,
        Kind::StereoDepth => STEREO_DEPTH,
        Kind::UVC => UVC,
        Kind::VideoEncoder => VIDEO_ENCODER,
        Kind::Warp => WARP,
        // They accept no images, or any; those of a network and of Cast are compared with their
        // model.
        Kind::Camera
        | Kind::Cast
        | Kind::ColorCamera
        | Kind::DetectionParser
        | Kind::IMU
        | Kind::MessageDemux
        | Kind::MobileNetDetectionNetwork
        | Kind::MonoCamera
        | Kind::NeuralNetwork
        | Kind::SPIIn
        | Kind::SPIOut
        | Kind::Script
        | Kind::Sync
        | Kind::SystemLogger
        | Kind::ToF
        | Kind::XLinkIn
        | Kind::XLinkOut
        | Kind::YoloDetectionNetwork => &[],
    }
}

const APRIL_TAG: &[Consumer] = &[Consumer {
    input: "inputImage",
    accepts: LUMA,
    shown: "NV12, NV21, planar YUV and 8-bit greyscale",
    instead: |_| "link `video` of a camera (NV12), or `out` of a MonoCamera".to_owned(),
    certain: true,
}];

const EDGES_AND_FEATURES: &[Consumer] = &[Consumer {
    input: "inputImage",
    accepts: LUMA,
    shown: "8-bit greyscale, and images that begin with it (NV12, YUV420p)",
    instead: |_| "link `video` of a camera (NV12), or `out` of a MonoCamera".to_owned(),
    certain: false,
}];

const IMAGE_ALIGN: &[Consumer] = &[
    Consumer {
        input: "input",
        accepts: PIXELS,
        shown: "depth, greyscale and YUV420p",
        instead: |_| "link `depth`, `out` of a MonoCamera, or `isp` of a camera".to_owned(),
        certain: false,
    },
    Consumer {
        input: "inputAlignTo",
        accepts: PIXELS,
        shown: "depth, greyscale and YUV420p",
        instead: |_| "link `isp` of a camera, or `out` of a MonoCamera".to_owned(),
        certain: false,
    },
];

const IMAGE_MANIP: &[Consumer] = &[Consumer {
    input: "inputImage",
    accepts: PIXELS,
    shown: "RGB, BGR, NV12, YUV420p and greyscale",
    instead: |_| {
        "link an output with processed images: `isp`, `video`, `preview`, `out`".to_owned()
    },
    certain: false,
}];

const DEPTH_OF_BOXES: &[Consumer] = &[Consumer {
    input: "inputDepth",
    accepts: &[T::RAW16],
    shown: "depth (RAW16)",
    instead: |_| "link `depth` of a StereoDepth or ToF".to_owned(),
    certain: false,
}];

const OBJECT_TRACKER: &[Consumer] = &[Consumer {
    input: "inputTrackerFrame",
    accepts: &[T::NV12, T::YUV420p, T::BGR888p],
    shown: "NV12, YUV420p and BGR888p",
    instead: |_| "link `video` of a camera (NV12)".to_owned(),
    certain: true,
}];

const POINT_CLOUD: &[Consumer] = &[Consumer {
    input: "inputDepth",
    accepts: &[T::RAW16],
    shown: "depth (RAW16)",
    instead: |_| "link `depth` of a StereoDepth or ToF".to_owned(),
    certain: true,
}];

const STEREO_DEPTH: &[Consumer] = &[
    Consumer {
        input: "left",
        accepts: LUMA,
        shown: "8-bit greyscale and YUV420p",
        instead: |_| "link `out` of a MonoCamera, or `isp` of a colour camera".to_owned(),
        certain: false,
    },
    Consumer {
        input: "right",
        accepts: LUMA,
        shown: "8-bit greyscale and YUV420p",
        instead: |_| "link `out` of a MonoCamera, or `isp` of a colour camera".to_owned(),
        certain: false,
    },
];

const UVC: &[Consumer] = &[Consumer {
    input: "in",
    accepts: &[
        T::NV12,
        T::YUV420p,
        T::GRAY8,
        T::RAW8,
        T::RAW16,
        T::BITSTREAM,
    ],
    shown: "NV12, YUV420p, greyscale, RAW16 and H.264",
    instead: |_| "link `video` of a camera (NV12)".to_owned(),
    certain: true,
}];

const VIDEO_ENCODER: &[Consumer] = &[Consumer {
    input: "in",
    accepts: &[T::NV12, T::RAW8, T::GRAY8, T::YUV400p],
    shown: "NV12 and 8-bit greyscale",
    instead: |language| {
        let setting = language.setting("frame_type", "NV12");
        format!("link `video` of a camera, or put an ImageManip with {setting} between")
    },
    certain: true,
}];

const WARP: &[Consumer] = &[Consumer {
    input: "inputImage",
    accepts: &[
        T::RAW8,
        T::GRAY8,
        T::RAW16,
        T::GRAYF16,
        T::RGB888p,
        T::BGR888p,
        T::YUV420p,
    ],
    shown: "planar RGB and BGR, YUV420p, RAW8, GRAY8, RAW16 and GRAYF16",
    instead: |_| "link `isp` of a camera (YUV420p), or `out` of a MonoCamera".to_owned(),
    certain: true,
}];
