//! DOC module nodes/color_camera

use crate::camera::{CameraBoardSocket, CameraImageOrientation};
use crate::datatype::Datatype;
use crate::messages::CameraControl;
use crate::node::{Accepts, Input, NodeKind, Output};
use crate::reflect::Reflect;

/// DOC ColorCameraProperties
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct ColorCameraProperties {
    /// DOC initialControl
    pub initial_control: CameraControl,
    /// DOC boardSocket
    #[reflect(default = CameraBoardSocket::AUTO)]
    pub board_socket: CameraBoardSocket,
    /// DOC cameraName
    pub camera_name: String,
    /// DOC imageOrientation
    #[reflect(default = CameraImageOrientation::AUTO)]
    pub image_orientation: CameraImageOrientation,
    /// DOC colorOrder
    pub color_order: ColorOrder,
    /// DOC interleaved
    #[reflect(default = true)]
    pub interleaved: bool,
    /// DOC fp16
    pub fp16: bool,
    /// DOC previewHeight
    #[reflect(default = 300)]
    pub preview_height: u32,
    /// DOC previewWidth
    #[reflect(default = 300)]
    pub preview_width: u32,
    /// DOC videoWidth
    #[reflect(default = -1)]
    pub video_width: i32,
    /// DOC videoHeight
    #[reflect(default = -1)]
    pub video_height: i32,
    /// DOC stillWidth
    #[reflect(default = -1)]
    pub still_width: i32,
    /// DOC stillHeight
    #[reflect(default = -1)]
    pub still_height: i32,
    /// DOC resolution
    pub resolution: SensorResolution,
    /// DOC fps
    #[reflect(default = 30.0)]
    pub fps: f32,
    /// DOC isp3aFps
    pub isp3a_fps: i32,
    /// DOC sensorCropX
    #[reflect(default = -1.0)]
    pub sensor_crop_x: f32,
    /// DOC sensorCropY
    #[reflect(default = -1.0)]
    pub sensor_crop_y: f32,
    /// DOC previewKeepAspectRatio
    #[reflect(default = true)]
    pub preview_keep_aspect_ratio: bool,
    /// DOC ispScale
    pub isp_scale: IspScale,
    /// DOC numFramesPoolRaw
    #[reflect(default = 3)]
    pub num_frames_pool_raw: i32,
    /// DOC numFramesPoolIsp
    #[reflect(default = 3)]
    pub num_frames_pool_isp: i32,
    /// DOC numFramesPoolVideo
    #[reflect(default = 4)]
    pub num_frames_pool_video: i32,
    /// DOC numFramesPoolPreview
    #[reflect(default = 4)]
    pub num_frames_pool_preview: i32,
    /// DOC numFramesPoolStill
    #[reflect(default = 4)]
    pub num_frames_pool_still: i32,
    /// DOC rawPacked
    pub raw_packed: Option<bool>,
}

/// DOC ColorCameraProperties::ColorOrder
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[reflect(name = "ColorCameraProperties::ColorOrder")]
#[repr(i32)]
pub enum ColorOrder {
    /// DOC BGR
    #[default]
    BGR = 0,
    /// DOC RGB
    RGB = 1,
}

/// DOC ColorCameraProperties::SensorResolution
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[reflect(name = "ColorCameraProperties::SensorResolution")]
#[repr(i32)]
pub enum SensorResolution {
    /// DOC THE_1080_P
    #[default]
    THE_1080_P = 0,
    /// DOC THE_4_K
    THE_4_K = 1,
    /// DOC THE_12_MP
    THE_12_MP = 2,
    /// DOC THE_13_MP
    THE_13_MP = 3,
    /// DOC THE_720_P
    THE_720_P = 4,
    /// DOC THE_800_P
    THE_800_P = 5,
    /// DOC THE_1200_P
    THE_1200_P = 6,
    /// DOC THE_5_MP
    THE_5_MP = 7,
    /// DOC THE_4000X3000
    THE_4000X3000 = 8,
    /// DOC THE_5312X6000
    THE_5312X6000 = 9,
    /// DOC THE_48_MP
    THE_48_MP = 10,
    /// DOC THE_1440X1080
    THE_1440X1080 = 11,
    /// DOC THE_1352X1012
    THE_1352X1012 = 12,
    /// DOC THE_2024X1520
    THE_2024X1520 = 13,
}

/// DOC ColorCameraProperties::IspScale
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "ColorCameraProperties::IspScale")]
pub struct IspScale {
    /// DOC horizNumerator
    pub horiz_numerator: i32,
    /// DOC horizDenominator
    pub horiz_denominator: i32,
    /// DOC vertNumerator
    pub vert_numerator: i32,
    /// DOC vertDenominator
    pub vert_denominator: i32,
}

/// The node kind `ColorCamera`.
pub static KIND: NodeKind = NodeKind {
    name: "ColorCamera",
    schema_name: "ColorCamera",
    doc: "DOC ColorCamera",
    properties: ColorCameraProperties::SHAPE,
    default_properties: || ColorCameraProperties::default().to_value(),
    setters: &[],
    inputs: &[
        Input::dropping(
            "inputConfig",
            8,
            &[Accepts::exactly(Datatype::ImageManipConfig)],
        ),
        Input::blocking(
            "inputControl",
            8,
            &[Accepts::exactly(Datatype::CameraControl)],
        ),
    ],
    outputs: &[
        Output::new("frameEvent", &[Accepts::exactly(Datatype::ImgFrame)]),
        Output::new("isp", &[Accepts::exactly(Datatype::ImgFrame)]),
        Output::new("preview", &[Accepts::exactly(Datatype::ImgFrame)]),
        Output::new("raw", &[Accepts::exactly(Datatype::ImgFrame)]),
        Output::new("still", &[Accepts::exactly(Datatype::ImgFrame)]),
        Output::new("video", &[Accepts::exactly(Datatype::ImgFrame)]),
    ],
    input_map: None,
    output_map: None,
};
