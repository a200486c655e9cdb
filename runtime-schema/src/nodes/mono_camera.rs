//! `MonoCamera`: a mono sensor in, greyscale images out.

use super::sensor::{self, ReadsSensor, Sensor};
use crate::camera::{CameraBoardSocket, CameraImageOrientation};
use crate::datatype::Datatype;
use crate::messages::CameraControl;
use crate::node::{Accepts, Input, ModelRole, NodeKind, Output, Processors, Role, Sensors, Start};
use crate::reflect::{Reflect, Setter};

/// Properties of `MonoCamera`.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct MonoCameraProperties {
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
    /// The mode of the sensor; an unsupported one is replaced with a warning. OAK-D Lite supports
    /// only 480P and 400P.
    pub resolution: SensorResolution,
    /// Frames per second; the device limits it to what the sensor supports at its resolution.
    #[reflect(default = 30.0)]
    pub fps: f32,
    /// How often per second exposure, focus and white balance are computed and controls are
    /// applied; 0: for each frame. A lower rate reduces the load on LEON_CSS, but the image takes
    /// longer to settle.
    pub isp3a_fps: i32,
    /// Frames of `out` in memory at once.
    #[reflect(default = 3)]
    pub num_frames_pool: i32,
    /// Frames of `raw` in memory at once.
    #[reflect(default = 3)]
    pub num_frames_pool_raw: i32,
    /// Whether `raw` frames are packed (RAW10: 4 pixels in 5 bytes, RAW12: 2 in 3) or each pixel
    /// takes 16 bits. Default: packed, except for sensors such as time of flight.
    pub raw_packed: Option<bool>,
}

/// Modes of mono sensors. Each sensor supports some of them.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[reflect(name = "MonoCameraProperties::SensorResolution")]
#[repr(i32)]
pub enum SensorResolution {
    /// 1280 x 720.
    #[default]
    THE_720_P = 0,
    /// 1280 x 800.
    THE_800_P = 1,
    /// 640 x 400.
    THE_400_P = 2,
    /// 640 x 480.
    THE_480_P = 3,
    /// 1920 x 1200.
    THE_1200_P = 4,
}

/// The node kind `MonoCamera`.
pub static KIND: NodeKind = NodeKind {
    schema_name: "MonoCamera",
    doc: "A mono camera: `out` processed to 8 bits of brightness per pixel, and `raw` from the \
          sensor.",
    role: Role::Camera(Sensors::Monochrome),
    model: ModelRole::None,
    processors: Processors::NONE,
    start: Start::ALWAYS,
    properties: MonoCameraProperties::SHAPE,
    default_properties: || MonoCameraProperties::default().to_value(),
    setters: SETTERS,
    inputs: &[Input::blocking(
        "inputControl",
        8,
        &[Accepts::exactly(Datatype::CameraControl)],
    )],
    outputs: &[
        Output::new("frameEvent", &[Accepts::exactly(Datatype::ImgFrame)]),
        Output::new("out", &[Accepts::exactly(Datatype::ImgFrame)]).main(),
        Output::new("raw", &[Accepts::exactly(Datatype::ImgFrame)]),
    ],
    input_map: None,
    output_map: None,
};

static SETTERS: &[Setter] = &[
    sensor::cam_id::<MonoCameraProperties>(),
    sensor::camera::<MonoCameraProperties>(),
    sensor::raw_num_frames_pool::<MonoCameraProperties>(),
    sensor::raw_output_packed::<MonoCameraProperties>(),
    sensor::frame_event_filter::<MonoCameraProperties>(),
];

impl ReadsSensor for MonoCameraProperties {
    fn sensor(&mut self) -> Sensor<'_> {
        Sensor {
            board_socket: &mut self.board_socket,
            camera_name: &mut self.camera_name,
            num_frames_pool_raw: &mut self.num_frames_pool_raw,
            raw_packed: &mut self.raw_packed,
        }
    }
}
