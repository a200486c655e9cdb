//! DOC module nodes/camera

use crate::camera::{CameraBoardSocket, CameraImageOrientation, CameraSensorType};
use crate::datatype::Datatype;
use crate::messages::CameraControl;
use crate::node::{Accepts, Input, NodeKind, Output};
use crate::reflect::Reflect;

/// DOC CameraProperties
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct CameraProperties {
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
    /// DOC resolutionWidth
    #[reflect(default = -1)]
    pub resolution_width: i32,
    /// DOC resolutionHeight
    #[reflect(default = -1)]
    pub resolution_height: i32,
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
    /// DOC sensorType
    #[reflect(default = CameraSensorType::AUTO)]
    pub sensor_type: CameraSensorType,
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
    /// DOC warpMeshSource
    #[reflect(default = WarpMeshSource::AUTO)]
    pub warp_mesh_source: WarpMeshSource,
    /// DOC warpMeshUri
    pub warp_mesh_uri: String,
    /// DOC warpMeshWidth
    pub warp_mesh_width: i32,
    /// DOC warpMeshHeight
    pub warp_mesh_height: i32,
    /// DOC calibAlpha
    pub calib_alpha: Option<f32>,
    /// DOC warpMeshStepWidth
    #[reflect(default = 32)]
    pub warp_mesh_step_width: i32,
    /// DOC warpMeshStepHeight
    #[reflect(default = 32)]
    pub warp_mesh_step_height: i32,
    /// DOC rawPacked
    pub raw_packed: Option<bool>,
}

/// DOC CameraProperties::ColorOrder
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[reflect(name = "CameraProperties::ColorOrder")]
#[repr(i32)]
pub enum ColorOrder {
    /// DOC BGR
    #[default]
    BGR = 0,
    /// DOC RGB
    RGB = 1,
}

/// DOC CameraProperties::IspScale
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "CameraProperties::IspScale")]
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

/// DOC CameraProperties::WarpMeshSource
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[reflect(name = "CameraProperties::WarpMeshSource")]
#[repr(i32)]
pub enum WarpMeshSource {
    /// DOC AUTO
    AUTO = -1,
    /// DOC NONE
    #[default]
    NONE = 0,
    /// DOC CALIBRATION
    CALIBRATION = 1,
    /// DOC URI
    URI = 2,
}

/// The node kind `Camera`.
pub static KIND: NodeKind = NodeKind {
    name: "Camera",
    schema_name: "Camera",
    doc: "DOC Camera",
    properties: CameraProperties::SHAPE,
    default_properties: || CameraProperties::default().to_value(),
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
