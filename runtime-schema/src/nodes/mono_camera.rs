//! DOC module nodes/mono_camera

use crate::camera::{CameraBoardSocket, CameraImageOrientation};
use crate::datatype::Datatype;
use crate::messages::CameraControl;
use crate::node::{Accepts, Input, NodeKind, Output};
use crate::reflect::Reflect;

/// DOC MonoCameraProperties
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct MonoCameraProperties {
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
    /// DOC resolution
    pub resolution: SensorResolution,
    /// DOC fps
    #[reflect(default = 30.0)]
    pub fps: f32,
    /// DOC isp3aFps
    pub isp3a_fps: i32,
    /// DOC numFramesPool
    #[reflect(default = 3)]
    pub num_frames_pool: i32,
    /// DOC numFramesPoolRaw
    #[reflect(default = 3)]
    pub num_frames_pool_raw: i32,
    /// DOC rawPacked
    pub raw_packed: Option<bool>,
}

/// DOC MonoCameraProperties::SensorResolution
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[reflect(name = "MonoCameraProperties::SensorResolution")]
#[repr(i32)]
pub enum SensorResolution {
    /// DOC THE_720_P
    #[default]
    THE_720_P = 0,
    /// DOC THE_800_P
    THE_800_P = 1,
    /// DOC THE_400_P
    THE_400_P = 2,
    /// DOC THE_480_P
    THE_480_P = 3,
    /// DOC THE_1200_P
    THE_1200_P = 4,
}

/// The node kind `MonoCamera`.
pub static KIND: NodeKind = NodeKind {
    name: "MonoCamera",
    schema_name: "MonoCamera",
    doc: "DOC MonoCamera",
    properties: MonoCameraProperties::SHAPE,
    default_properties: || MonoCameraProperties::default().to_value(),
    setters: &[],
    inputs: &[Input::blocking(
        "inputControl",
        8,
        &[Accepts::exactly(Datatype::CameraControl)],
    )],
    outputs: &[
        Output::new("frameEvent", &[Accepts::exactly(Datatype::ImgFrame)]),
        Output::new("out", &[Accepts::exactly(Datatype::ImgFrame)]),
        Output::new("raw", &[Accepts::exactly(Datatype::ImgFrame)]),
    ],
    input_map: None,
    output_map: None,
};
