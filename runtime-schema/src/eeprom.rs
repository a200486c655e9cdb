//! Calibration data: what a camera's EEPROM holds, and what a pipeline can bring in its place.

use std::collections::BTreeMap;

use crate::camera::{CameraBoardSocket, CameraModel};
use crate::messages::Point3f;
use crate::reflect::{Bytes, Reflect};

/// What a camera's EEPROM holds: which board it is, and how its lenses were calibrated at the
/// factory.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct EepromData {
    /// Version of the layout; 7 is the current one. Intrinsics exist from 4 on.
    #[reflect(default = 7)]
    pub version: u32,
    /// Free text for custom boards.
    pub board_custom: String,
    /// Name of the board.
    pub board_name: String,
    /// Revision of the board.
    pub board_rev: String,
    /// Configuration of the board, as the factory codes it.
    pub board_conf: String,
    /// Configuration of the hardware, as the factory codes it.
    pub hardware_conf: String,
    /// The product the board is part of.
    pub product_name: String,
    /// The name of this one device.
    pub device_name: String,
    /// Not used any more.
    pub batch_name: String,
    /// When the batch was made, in seconds since 1970.
    pub batch_time: u64,
    /// Flags of the board.
    pub board_options: u32,
    /// Calibration of each camera, by board socket.
    pub camera_data: BTreeMap<CameraBoardSocket, CameraInfo>,
    /// How the pair of stereo cameras is rectified.
    pub stereo_rectification_data: StereoRectification,
    /// Where a camera is, seen from the motion sensor.
    pub imu_extrinsics: Extrinsics,
    /// Where a camera is, seen from the housing.
    pub housing_extrinsics: Extrinsics,
    /// Free bytes.
    pub miscellaneous_data: Bytes,
    /// Take distances between cameras from the drawing instead of the calibration.
    #[reflect(default = true)]
    pub stereo_use_spec_translation: bool,
    /// Whether stereo frames need their lens distortion corrected.
    pub stereo_enable_distortion_correction: bool,
    /// The camera above or below the stereo pair, where there is one; AUTO is none.
    #[reflect(default = CameraBoardSocket::AUTO)]
    pub vertical_camera_socket: CameraBoardSocket,
}

/// Calibration of one camera.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct CameraInfo {
    /// The lens model that the coefficients belong to.
    pub camera_type: CameraModel,
    /// Width in pixels of the frames it was calibrated with.
    pub width: u16,
    /// Height in pixels of the frames it was calibrated with.
    pub height: u16,
    /// Horizontal field of view by its data sheet, in degrees.
    pub spec_hfov_deg: f32,
    /// Lens position (0 to 255) during calibration; 0 for fixed focus.
    pub lens_position: u8,
    /// 3 rows of 3: focal lengths and optical centre in pixels at `width` by `height`.
    pub intrinsic_matrix: Vec<Vec<f32>>,
    /// Distortion coefficients: 14 for a perspective lens, of which a fisheye lens uses the first
    /// 4.
    pub distortion_coeff: Vec<f32>,
    /// Where another camera is, seen from this one.
    pub extrinsics: Extrinsics,
}

/// Rectification of a stereo pair.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct StereoRectification {
    /// 3 rows of 3: rotation that rectifies the left camera.
    pub rectified_rotation_left: Vec<Vec<f32>>,
    /// 3 rows of 3: rotation that rectifies the right camera.
    pub rectified_rotation_right: Vec<Vec<f32>>,
    /// Board socket of the left camera.
    #[reflect(default = CameraBoardSocket::AUTO)]
    pub left_camera_socket: CameraBoardSocket,
    /// Board socket of the right camera.
    #[reflect(default = CameraBoardSocket::AUTO)]
    pub right_camera_socket: CameraBoardSocket,
}

/// From one camera (or sensor) to another.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct Extrinsics {
    /// 3 rows of 3: rotation between the two.
    pub rotation_matrix: Vec<Vec<f32>>,
    /// Translation in centimetres, as calibrated.
    pub translation: Point3f,
    /// Translation in centimetres, as drawn.
    pub spec_translation: Point3f,
    /// Board socket of the other one; AUTO is none.
    #[reflect(default = CameraBoardSocket::AUTO)]
    pub to_camera_socket: CameraBoardSocket,
}
