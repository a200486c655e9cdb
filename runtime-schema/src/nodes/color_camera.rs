//! `ColorCamera`: a colour sensor in; raw, processed, video, preview and still images out.

use super::sensor::{self, ProcessesImage, ReadsSensor, Sensor};
use crate::camera::{CameraBoardSocket, CameraImageOrientation};
use crate::messages::CameraControl;
use crate::node::{ModelRole, NodeKind, Processors, Role, Sensors, Start};
use crate::reflect::{Effects, Either, Reflect, Set, Setter, With};

/// Properties of `ColorCamera`.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct ColorCameraProperties {
    /// Initial exposure, focus, white balance and image tuning.
    pub initial_control: CameraControl,
    /// The connector of the camera. Two camera nodes cannot share one.
    #[reflect(default = CameraBoardSocket::AUTO)]
    pub board_socket: CameraBoardSocket,
    /// The name that the board gives the camera (`color`, `left`, `right`); empty: selected by
    /// connector.
    pub camera_name: String,
    /// The order in which the sensor reads its pixels out.
    #[reflect(default = CameraImageOrientation::AUTO)]
    pub image_orientation: CameraImageOrientation,
    /// Order of the colours in `preview`.
    pub color_order: ColorOrder,
    /// Whether `preview` is interleaved (HWC) or planar (CHW), which most networks need.
    #[reflect(default = true)]
    pub interleaved: bool,
    /// Whether `preview` contains half-precision floats from 0.0 to 255.0 instead of bytes.
    pub fp16: bool,
    /// Height of `preview` in pixels, more than 2.
    #[reflect(default = 300)]
    pub preview_height: u32,
    /// Width of `preview` in pixels, more than 2 and not more than the width of `video`.
    #[reflect(default = 300)]
    pub preview_width: u32,
    /// Width of `video` in pixels, more than 32; -1: as wide as the processed image allows, at most
    /// 3840.
    #[reflect(default = -1)]
    pub video_width: i32,
    /// Height of `video` in pixels, more than 32; -1: as high as the processed image allows, at
    /// most 2160.
    #[reflect(default = -1)]
    pub video_height: i32,
    /// Width of `still` in pixels, more than 32; -1: as wide as the device supports.
    #[reflect(default = -1)]
    pub still_width: i32,
    /// Height of `still` in pixels, more than 32; -1: as high as the device supports.
    #[reflect(default = -1)]
    pub still_height: i32,
    /// The mode of the sensor; an unsupported one is silently replaced.
    pub resolution: SensorResolution,
    /// Frames per second; the device limits it to what the sensor supports at its resolution.
    #[reflect(default = 30.0)]
    pub fps: f32,
    /// How often per second exposure, focus and white balance are computed and controls are
    /// applied; 0: for each frame. A lower rate reduces the load on LEON_CSS, but the image takes
    /// longer to settle.
    pub isp3a_fps: i32,
    /// Left edge of `video` in the processed image, as a fraction from 0 to less than 1; -1:
    /// centred.
    #[reflect(default = -1.0)]
    pub sensor_crop_x: f32,
    /// Top edge of `video` in the processed image, as a fraction from 0 to less than 1; -1:
    /// centred.
    #[reflect(default = -1.0)]
    pub sensor_crop_y: f32,
    /// Whether `preview` is cropped from `video` with its own aspect ratio or squeezed.
    #[reflect(default = true)]
    pub preview_keep_aspect_ratio: bool,
    /// Scales the processed image down before everything else is cropped from it.
    pub isp_scale: IspScale,
    /// Frames of `raw` in memory at once.
    #[reflect(default = 3)]
    pub num_frames_pool_raw: i32,
    /// Frames of `isp` in memory at once.
    #[reflect(default = 3)]
    pub num_frames_pool_isp: i32,
    /// Frames of `video` in memory at once.
    #[reflect(default = 4)]
    pub num_frames_pool_video: i32,
    /// Frames of `preview` in memory at once; `ImageManip` stalls if there are fewer than 2.
    #[reflect(default = 4)]
    pub num_frames_pool_preview: i32,
    /// Frames of `still` in memory at once.
    #[reflect(default = 4)]
    pub num_frames_pool_still: i32,
    /// Whether `raw` frames are packed (RAW10: 4 pixels in 5 bytes, RAW12: 2 in 3) or each pixel
    /// takes 16 bits. Default: packed, except for sensors such as time of flight.
    pub raw_packed: Option<bool>,
}

/// Order of the colours of a pixel.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[reflect(name = "ColorCameraProperties::ColorOrder")]
#[repr(i32)]
pub enum ColorOrder {
    /// Blue, green, red; what most networks need.
    #[default]
    BGR = 0,
    /// Red, green, blue.
    RGB = 1,
}

/// Modes of colour sensors. Each sensor supports some of them.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[reflect(name = "ColorCameraProperties::SensorResolution")]
#[repr(i32)]
pub enum SensorResolution {
    /// 1920 x 1080.
    #[default]
    THE_1080_P = 0,
    /// 3840 x 2160.
    THE_4_K = 1,
    /// 4056 x 3040.
    THE_12_MP = 2,
    /// 4208 x 3120.
    THE_13_MP = 3,
    /// 1280 x 720.
    THE_720_P = 4,
    /// 1280 x 800.
    THE_800_P = 5,
    /// 1920 x 1200.
    THE_1200_P = 6,
    /// 2592 x 1944.
    THE_5_MP = 7,
    /// 4000 x 3000.
    THE_4000X3000 = 8,
    /// 5312 x 6000.
    THE_5312X6000 = 9,
    /// 8000 x 6000.
    THE_48_MP = 10,
    /// 1440 x 1080.
    THE_1440X1080 = 11,
    /// 1352 x 1012.
    THE_1352X1012 = 12,
    /// 2024 x 1520.
    THE_2024X1520 = 13,
}

/// Scale of `isp` relative to the sensor image, per axis. In lowest terms, a numerator is at most
/// 16 and a denominator at most 63; 0 means no scaling.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "ColorCameraProperties::IspScale")]
pub struct IspScale {
    /// Numerator of the horizontal factor.
    pub horiz_numerator: i32,
    /// Denominator of the horizontal factor.
    pub horiz_denominator: i32,
    /// Numerator of the vertical factor.
    pub vert_numerator: i32,
    /// Denominator of the vertical factor.
    pub vert_denominator: i32,
}

/// The node kind `ColorCamera`.
pub static KIND: NodeKind = NodeKind {
    schema_name: "ColorCamera",
    doc: "A colour camera: `raw` from the sensor, `isp` processed, `video` and `still` in NV12, \
          `preview` in BGR or RGB; `still` sends only when requested by a control message.",
    role: Role::Camera(Sensors::Pictures),
    model: ModelRole::None,
    processors: Processors::NONE,
    start: Start::ALWAYS,
    properties: ColorCameraProperties::SHAPE,
    default_properties: || ColorCameraProperties::default().to_value(),
    setters: SETTERS,
    inputs: sensor::PROCESSING_INPUTS,
    outputs: sensor::PROCESSING_OUTPUTS,
    input_map: None,
    output_map: None,
};

static SETTERS: &[Setter] = &[
    sensor::cam_id::<ColorCameraProperties>(),
    sensor::camera::<ColorCameraProperties>(),
    sensor::preview_size::<ColorCameraProperties>(),
    sensor::video_size::<ColorCameraProperties>(),
    sensor::still_size::<ColorCameraProperties>(),
    Setter {
        key: "isp_scale",
        methods: &["setIspScale"],
        doc: "Scales `isp` down: [numerator, denominator] for both axes, [[numerator, \
              denominator], [numerator, denominator]] for horizontal and vertical, or the four \
              numbers in one list.",
        apply: &Set(isp_scale),
    },
    Setter {
        key: "sensor_center_crop",
        methods: &["sensorCenterCrop"],
        doc: "`true` centres the crop of `video`.",
        apply: &Set(sensor_center_crop),
    },
    Setter {
        key: "sensor_crop",
        methods: &["setSensorCrop"],
        doc: "Left and top edge of `video` in the processed image: [x, y], each from 0 to less than 1.",
        apply: &With(sensor_crop),
    },
    Setter {
        key: "wait_for_config_input",
        methods: &["setWaitForConfigInput"],
        doc: "Whether the camera waits for a message on `inputConfig` for each frame.",
        apply: &With(|_: &mut ColorCameraProperties, wait, effects| {
            effects.wait_for_message("inputConfig", wait);
            Ok(())
        }),
    },
    Setter {
        key: "num_frames_pool",
        methods: &["setNumFramesPool"],
        doc: "Frames of each output in memory at once.",
        apply: &Set(num_frames_pool),
    },
    sensor::raw_num_frames_pool::<ColorCameraProperties>(),
    Setter {
        key: "isp_num_frames_pool",
        methods: &["setIspNumFramesPool"],
        doc: "Frames of `isp` in memory at once; the same as `num_frames_pool_isp`.",
        apply: &Set(|camera: &mut ColorCameraProperties, value| camera.num_frames_pool_isp = value),
    },
    Setter {
        key: "preview_num_frames_pool",
        methods: &["setPreviewNumFramesPool"],
        doc: "Frames of `preview` in memory at once; the same as `num_frames_pool_preview`.",
        apply: &Set(|camera: &mut ColorCameraProperties, value| {
            camera.num_frames_pool_preview = value;
        }),
    },
    Setter {
        key: "video_num_frames_pool",
        methods: &["setVideoNumFramesPool"],
        doc: "Frames of `video` in memory at once; the same as `num_frames_pool_video`.",
        apply: &Set(|camera: &mut ColorCameraProperties, value| {
            camera.num_frames_pool_video = value;
        }),
    },
    Setter {
        key: "still_num_frames_pool",
        methods: &["setStillNumFramesPool"],
        doc: "Frames of `still` in memory at once; the same as `num_frames_pool_still`.",
        apply: &Set(|camera: &mut ColorCameraProperties, value| {
            camera.num_frames_pool_still = value;
        }),
    },
    sensor::raw_output_packed::<ColorCameraProperties>(),
    sensor::frame_event_filter::<ColorCameraProperties>(),
];

impl ReadsSensor for ColorCameraProperties {
    fn sensor(&mut self) -> Sensor<'_> {
        Sensor {
            board_socket: &mut self.board_socket,
            camera_name: &mut self.camera_name,
            num_frames_pool_raw: &mut self.num_frames_pool_raw,
            raw_packed: &mut self.raw_packed,
        }
    }
}

impl ProcessesImage for ColorCameraProperties {
    fn preview_size(&mut self) -> [&mut u32; 2] {
        [&mut self.preview_width, &mut self.preview_height]
    }

    fn video_size(&mut self) -> [&mut i32; 2] {
        [&mut self.video_width, &mut self.video_height]
    }

    fn still_size(&mut self) -> [&mut i32; 2] {
        [&mut self.still_width, &mut self.still_height]
    }
}

/// Frames of each output in memory at once.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct FramePools {
    /// Of `raw`.
    #[reflect(default = 3)]
    pub raw: i32,
    /// Of `isp`.
    #[reflect(default = 3)]
    pub isp: i32,
    /// Of `preview`.
    #[reflect(default = 4)]
    pub preview: i32,
    /// Of `video`.
    #[reflect(default = 4)]
    pub video: i32,
    /// Of `still`.
    #[reflect(default = 4)]
    pub still: i32,
}

/// The argument of `isp_scale`: one fraction, two, or the property itself.
type IspScaleForms = Either<[i32; 2], Either<[[i32; 2]; 2], IspScale>>;

fn isp_scale(camera: &mut ColorCameraProperties, forms: IspScaleForms) {
    let [horizontal, vertical] = match forms {
        Either::A(both) => [both, both],
        Either::B(Either::A(each)) => each,
        Either::B(Either::B(scale)) => {
            camera.isp_scale = scale;
            return;
        }
    };
    camera.isp_scale = IspScale {
        horiz_numerator: horizontal[0],
        horiz_denominator: horizontal[1],
        vert_numerator: vertical[0],
        vert_denominator: vertical[1],
    };
}

fn sensor_center_crop(camera: &mut ColorCameraProperties, center: bool) {
    if center {
        camera.sensor_crop_x = -1.0;
        camera.sensor_crop_y = -1.0;
    }
}

fn sensor_crop(
    camera: &mut ColorCameraProperties,
    [x, y]: [f32; 2],
    _: &mut Effects,
) -> Result<(), String> {
    let edge = 0.0..1.0;
    if !edge.contains(&x) || !edge.contains(&y) {
        return Err(
            "the edges of a sensor crop must be fractions from 0 to less than 1".to_owned(),
        );
    }
    camera.sensor_crop_x = x;
    camera.sensor_crop_y = y;
    Ok(())
}

fn num_frames_pool(camera: &mut ColorCameraProperties, pools: FramePools) {
    camera.num_frames_pool_raw = pools.raw;
    camera.num_frames_pool_isp = pools.isp;
    camera.num_frames_pool_preview = pools.preview;
    camera.num_frames_pool_video = pools.video;
    camera.num_frames_pool_still = pools.still;
}
