//! Calibration data: what a camera's EEPROM holds, and what a pipeline can provide instead.

use std::collections::BTreeMap;

use crate::camera::{CameraBoardSocket, CameraModel};
use crate::messages::Point3f;
use crate::reflect::{Bytes, Reflect};

/// What a camera's EEPROM holds: which board it is, and how its lenses were calibrated at the
/// factory.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct EepromData {
    /// Version of the layout; 7 is the current one. Intrinsics exist since 4.
    #[reflect(default = 7)]
    pub version: u32,
    /// Free text for custom boards.
    pub board_custom: String,
    /// Name of the board.
    pub board_name: String,
    /// Revision of the board.
    pub board_rev: String,
    /// Configuration of the board, in the factory's own notation.
    pub board_conf: String,
    /// Configuration of the hardware, in the factory's own notation.
    pub hardware_conf: String,
    /// The product the board is part of.
    pub product_name: String,
    /// The name of this individual device.
    pub device_name: String,
    /// No longer used.
    pub batch_name: String,
    /// When the batch was made, in seconds since 1970-01-01.
    pub batch_time: u64,
    /// Flags of the board.
    pub board_options: u32,
    /// Calibration of each camera, by board socket.
    pub camera_data: BTreeMap<CameraBoardSocket, CameraInfo>,
    /// Rectification of the pair of stereo cameras.
    pub stereo_rectification_data: StereoRectification,
    /// Position of a camera relative to the motion sensor.
    pub imu_extrinsics: Extrinsics,
    /// Position of a camera relative to the housing.
    pub housing_extrinsics: Extrinsics,
    /// Reserved bytes.
    pub miscellaneous_data: Bytes,
    /// Use the distances between cameras from the design instead of the calibration.
    #[reflect(default = true)]
    pub stereo_use_spec_translation: bool,
    /// Whether stereo frames need their lens distortion corrected.
    pub stereo_enable_distortion_correction: bool,
    /// The camera above or below the stereo pair, if there is one; AUTO means none.
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
    /// Horizontal field of view according to the data sheet, in degrees.
    pub spec_hfov_deg: f32,
    /// Lens position (0 to 255) during calibration; 0 for fixed focus.
    pub lens_position: u8,
    /// 3 rows of 3: focal lengths and optical centre in pixels at `width` by `height`.
    pub intrinsic_matrix: Vec<Vec<f32>>,
    /// Distortion coefficients: 14 for a perspective lens, of which a fisheye lens uses the first
    /// 4.
    pub distortion_coeff: Vec<f32>,
    /// Position of another camera relative to this one.
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

/// The transformation from one camera (or sensor) to another.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct Extrinsics {
    /// 3 rows of 3: rotation between the two.
    pub rotation_matrix: Vec<Vec<f32>>,
    /// Translation in centimetres, as calibrated.
    pub translation: Point3f,
    /// Translation in centimetres, as designed.
    pub spec_translation: Point3f,
    /// Board socket of the other camera; AUTO means none.
    #[reflect(default = CameraBoardSocket::AUTO)]
    pub to_camera_socket: CameraBoardSocket,
}
