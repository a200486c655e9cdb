//! `Camera`: any sensor in; raw, processed, video, preview and still images out, undistorted on
//! request.

use std::sync::Arc;

use super::sensor::{self, ProcessesImage, ReadsSensor, Sensor};
use crate::camera::{CameraBoardSocket, CameraImageOrientation, CameraSensorType};
use crate::messages::CameraControl;
use crate::node::{ModelRole, NodeKind, Processors, Role, Sensors, Start};
use crate::reflect::{Bytes, Effects, Either, File, Reflect, Set, Setter, With};

/// Properties of `Camera`.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct CameraProperties {
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
    /// Width of `video` in pixels, more than 32. It must be set if `video` or `preview` is used.
    #[reflect(default = -1)]
    pub video_width: i32,
    /// Height of `video` in pixels, more than 32. It must be set if `video` or `preview` is used.
    #[reflect(default = -1)]
    pub video_height: i32,
    /// Width of `still` in pixels, more than 32. It must be set if `still` is used.
    #[reflect(default = -1)]
    pub still_width: i32,
    /// Height of `still` in pixels, more than 32. It must be set if `still` is used.
    #[reflect(default = -1)]
    pub still_height: i32,
    /// Minimum width of the sensor mode. -1: the device chooses.
    #[reflect(default = -1)]
    pub resolution_width: i32,
    /// Minimum height of the sensor mode. -1: the device chooses.
    #[reflect(default = -1)]
    pub resolution_height: i32,
    /// Frames per second; the device limits it to what the sensor supports at its resolution.
    #[reflect(default = 30.0)]
    pub fps: f32,
    /// How often per second exposure, focus and white balance are computed and controls are
    /// applied; 0: for each frame. A lower rate reduces the load on LEON_CSS, but the image takes
    /// longer to settle.
    pub isp3a_fps: i32,
    /// Left edge of the crop as a fraction, -1: centred; there is no setter for it.
    #[reflect(default = -1.0)]
    pub sensor_crop_x: f32,
    /// Top edge of the crop as a fraction, -1: centred; there is no setter for it.
    #[reflect(default = -1.0)]
    pub sensor_crop_y: f32,
    /// Whether `preview` is cropped from `video` with its own aspect ratio or squeezed; there is no
    /// setter for it.
    #[reflect(default = true)]
    pub preview_keep_aspect_ratio: bool,
    /// Scales the processed image down; there is no setter for it.
    pub isp_scale: IspScale,
    /// What kind of sensor it is, which decides how its images are processed; there is no setter
    /// for it.
    #[reflect(default = CameraSensorType::AUTO)]
    pub sensor_type: CameraSensorType,
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
    /// Source of the mesh that corrects lens distortion.
    #[reflect(default = WarpMeshSource::AUTO)]
    pub warp_mesh_source: WarpMeshSource,
    /// The asset that contains the mesh.
    pub warp_mesh_uri: String,
    /// Columns of the mesh; there is no setter for it.
    pub warp_mesh_width: i32,
    /// Rows of the mesh; there is no setter for it.
    pub warp_mesh_height: i32,
    /// How much of the image survives undistortion: 0 keeps only valid pixels, 1 keeps every pixel
    /// of the sensor; values below 0 crop more. Perspective lenses only.
    pub calib_alpha: Option<f32>,
    /// Pixels from one column of the mesh to the next.
    #[reflect(default = 32)]
    pub warp_mesh_step_width: i32,
    /// Pixels from one row of the mesh to the next.
    #[reflect(default = 32)]
    pub warp_mesh_step_height: i32,
    /// Whether `raw` frames are packed (RAW10: 4 pixels in 5 bytes, RAW12: 2 in 3) or each pixel
    /// takes 16 bits. Default: packed, except for sensors such as time of flight.
    pub raw_packed: Option<bool>,
}

/// Order of the colours of a pixel.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[reflect(name = "CameraProperties::ColorOrder")]
#[repr(i32)]
pub enum ColorOrder {
    /// Blue, green, red; what most networks need.
    #[default]
    BGR = 0,
    /// Red, green, blue.
    RGB = 1,
}

/// Scale of `isp` relative to the sensor image, per axis. In lowest terms, a numerator is at most
/// 16 and a denominator at most 63; 0 means no scaling.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "CameraProperties::IspScale")]
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

/// Source of the mesh that corrects lens distortion.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[reflect(name = "CameraProperties::WarpMeshSource")]
#[repr(i32)]
pub enum WarpMeshSource {
    /// From the calibration for very wide lenses; otherwise none.
    AUTO = -1,
    /// No mesh: the image stays distorted.
    #[default]
    NONE = 0,
    /// Computed from the calibration that the device holds.
    CALIBRATION = 1,
    /// From the file named by `load_mesh_file`.
    URI = 2,
}

/// The node kind `Camera`.
pub static KIND: NodeKind = NodeKind {
    schema_name: "Camera",
    doc: "A camera with any sensor, with optional undistortion: `raw` from the sensor, `isp` \
          processed, `video` and `still` in NV12, `preview` in BGR or RGB.",
    role: Role::Camera(Sensors::All),
    model: ModelRole::None,
    processors: Processors::NONE,
    start: Start::ALWAYS,
    properties: CameraProperties::SHAPE,
    default_properties: || CameraProperties::default().to_value(),
    setters: SETTERS,
    inputs: sensor::PROCESSING_INPUTS,
    outputs: sensor::PROCESSING_OUTPUTS,
    input_map: None,
    output_map: None,
};

static SETTERS: &[Setter] = &[
    sensor::camera::<CameraProperties>(),
    Setter {
        key: "size",
        methods: &["setSize"],
        doc: "Minimum size of the sensor mode: [width, height]. The device does not scale to this \
              size.",
        apply: &Set(|camera: &mut CameraProperties, [width, height]: [i32; 2]| {
            camera.resolution_width = width;
            camera.resolution_height = height;
        }),
    },
    sensor::preview_size::<CameraProperties>(),
    sensor::video_size::<CameraProperties>(),
    sensor::still_size::<CameraProperties>(),
    Setter {
        key: "mesh_source",
        methods: &["setMeshSource"],
        doc: "Source of the mesh that corrects lens distortion; the same as `warp_mesh_source`.",
        apply: &Set(|camera: &mut CameraProperties, value| camera.warp_mesh_source = value),
    },
    Setter {
        key: "load_mesh_file",
        methods: &["loadMeshFile"],
        doc: "A file with the mesh that corrects lens distortion; needs `mesh_source = \"URI\"`.",
        apply: &With(|camera: &mut CameraProperties, file: Arc<File>, effects| {
            load_mesh(camera, &file.bytes, effects)
        }),
    },
    Setter {
        key: "load_mesh_data",
        methods: &["loadMeshData"],
        doc: "The mesh itself, as a list of bytes, or a file that contains it.",
        apply: &With(
            |camera: &mut CameraProperties, mesh: Either<Arc<File>, Bytes>, effects| match mesh {
                Either::A(file) => load_mesh(camera, &file.bytes, effects),
                Either::B(bytes) => load_mesh(camera, &bytes.0.into(), effects),
            },
        ),
    },
    Setter {
        key: "mesh_step",
        methods: &["setMeshStep"],
        doc: "Pixels from one point of the mesh to the next: [horizontal, vertical].",
        apply: &Set(|camera: &mut CameraProperties, [width, height]: [i32; 2]| {
            camera.warp_mesh_step_width = width;
            camera.warp_mesh_step_height = height;
        }),
    },
    Setter {
        key: "calibration_alpha",
        methods: &["setCalibrationAlpha"],
        doc: "How much of the image survives undistortion; the same as `calib_alpha`.",
        apply: &Set(|camera: &mut CameraProperties, value| camera.calib_alpha = Some(value)),
    },
    sensor::raw_output_packed::<CameraProperties>(),
];

impl ReadsSensor for CameraProperties {
    fn sensor(&mut self) -> Sensor<'_> {
        Sensor {
            board_socket: &mut self.board_socket,
            camera_name: &mut self.camera_name,
            num_frames_pool_raw: &mut self.num_frames_pool_raw,
            raw_packed: &mut self.raw_packed,
        }
    }
}

impl ProcessesImage for CameraProperties {
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

fn load_mesh(
    camera: &mut CameraProperties,
    mesh: &Arc<[u8]>,
    effects: &mut Effects,
) -> Result<(), String> {
    if mesh.is_empty() {
        return Err("a warp mesh must not be empty".to_owned());
    }
    camera.warp_mesh_uri = effects.asset("warpMesh", Arc::clone(mesh));
    Ok(())
}
