//! Who takes which images: the one table of it.

use oakc_runtime_schema::image::FrameType;
use oakc_runtime_schema::image::FrameType as T;

/// An input that takes images.
pub(super) struct Consumer {
    /// The node kinds that have it.
    pub(super) kinds: &'static [&'static str],
    /// Its name.
    pub(super) input: &'static str,
    /// The formats that it takes.
    pub(super) accepts: &'static [FrameType],
    /// The same, as a person reads it.
    pub(super) shown: &'static str,
    /// What to do about another format.
    pub(super) instead: &'static str,
    /// Whether the firmware itself says so. Otherwise it follows from examples and documentation.
    pub(super) certain: bool,
}

/// Nodes that look for shapes, in the brightness of an image.
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

/// Everything with pixels that are neither packed, nor encoded, nor looked up in a table.
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

/// Whether a node can have made images of this format by working on pixels.
pub(super) fn has_pixels(frame_type: FrameType) -> bool {
    PIXELS.contains(&frame_type)
}

/// Whether an input takes images of this format.
pub(in crate::rules) fn takes(kind: &str, input: &str, frame_type: FrameType) -> bool {
    let consumer = CONSUMERS
        .iter()
        .find(|consumer| consumer.kinds.contains(&kind) && consumer.input == input);
    consumer.is_none_or(|consumer| consumer.accepts.contains(&frame_type))
}

/// The inputs, by kind.
pub(super) static CONSUMERS: &[Consumer] = &[
    Consumer {
        kinds: &["AprilTag"],
        input: "inputImage",
        accepts: LUMA,
        shown: "NV12, NV21, planar YUV and 8-bit gray",
        instead: "link `video` of a camera (NV12), or `out` of a MonoCamera",
        certain: true,
    },
    Consumer {
        kinds: &["EdgeDetector", "FeatureTracker"],
        input: "inputImage",
        accepts: LUMA,
        shown: "8-bit gray, and images that begin with it (NV12, YUV420p)",
        instead: "link `video` of a camera (NV12), or `out` of a MonoCamera",
        certain: false,
    },
    Consumer {
        kinds: &["ImageAlign"],
        input: "input",
        accepts: PIXELS,
        shown: "depth, gray and YUV420p",
        instead: "link `depth`, `out` of a MonoCamera, or `isp` of a camera",
        certain: false,
    },
    Consumer {
        kinds: &["ImageAlign"],
        input: "inputAlignTo",
        accepts: PIXELS,
        shown: "depth, gray and YUV420p",
        instead: "link `isp` of a camera, or `out` of a MonoCamera",
        certain: false,
    },
    Consumer {
        kinds: &["ImageManip"],
        input: "inputImage",
        accepts: PIXELS,
        shown: "RGB, BGR, NV12, YUV420p and gray",
        instead: "link an output with processed images: `isp`, `video`, `preview`, `out`",
        certain: false,
    },
    Consumer {
        kinds: &[
            "MobileNetSpatialDetectionNetwork",
            "SpatialLocationCalculator",
            "YoloSpatialDetectionNetwork",
        ],
        input: "inputDepth",
        accepts: &[T::RAW16],
        shown: "depth (RAW16)",
        instead: "link `depth` of a StereoDepth or ToF",
        certain: false,
    },
    Consumer {
        kinds: &["ObjectTracker"],
        input: "inputTrackerFrame",
        accepts: &[T::NV12, T::YUV420p, T::BGR888p],
        shown: "NV12, YUV420p and BGR888p",
        instead: "write `interleaved = false` at the camera whose preview this is, or link `video`",
        certain: true,
    },
    Consumer {
        kinds: &["PointCloud"],
        input: "inputDepth",
        accepts: &[T::RAW16],
        shown: "depth (RAW16)",
        instead: "link `depth` of a StereoDepth or ToF",
        certain: true,
    },
    Consumer {
        kinds: &["StereoDepth"],
        input: "left",
        accepts: LUMA,
        shown: "8-bit gray and YUV420p",
        instead: "link `out` of a MonoCamera, or `isp` of a colour camera",
        certain: false,
    },
    Consumer {
        kinds: &["StereoDepth"],
        input: "right",
        accepts: LUMA,
        shown: "8-bit gray and YUV420p",
        instead: "link `out` of a MonoCamera, or `isp` of a colour camera",
        certain: false,
    },
    Consumer {
        kinds: &["UVC"],
        input: "in",
        accepts: &[
            T::NV12,
            T::YUV420p,
            T::GRAY8,
            T::RAW8,
            T::RAW16,
            T::BITSTREAM,
        ],
        shown: "NV12, YUV420p, gray, RAW16 and H.264",
        instead: "link `video` of a camera (NV12)",
        certain: true,
    },
    Consumer {
        kinds: &["VideoEncoder"],
        input: "in",
        accepts: &[T::NV12, T::RAW8, T::GRAY8, T::YUV400p],
        shown: "NV12 and 8-bit gray",
        instead: "link `video` of a camera, or put an ImageManip with `frame_type = \"NV12\"` between",
        certain: true,
    },
    Consumer {
        kinds: &["Warp"],
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
        instead: "write `interleaved = false` at the camera whose preview this is, or link `isp`",
        certain: true,
    },
];
