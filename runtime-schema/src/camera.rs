//! Camera hardware as the device names it: sockets, kinds of sensors, orientation, lens models.

use crate::reflect::Reflect;

/// The connector on the board that a camera is attached to. Which connectors exist, and which
/// sensor is on which, depends on the product.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[repr(i32)]
pub enum CameraBoardSocket {
    /// The device chooses: the colour camera for colour nodes, a mono camera for `MonoCamera`.
    AUTO = -1,
    /// Usually the centre camera, which is a colour camera on most products.
    #[reflect(alias = "RGB", alias = "CENTER")]
    #[default]
    CAM_A = 0,
    /// Usually the left camera of the stereo pair.
    #[reflect(alias = "LEFT")]
    CAM_B = 1,
    /// Usually the right camera of the stereo pair.
    #[reflect(alias = "RIGHT")]
    CAM_C = 2,
    /// Fourth connector, on boards that have it.
    CAM_D = 3,
    /// Fifth connector, on boards that have it.
    CAM_E = 4,
    /// Sixth connector, on boards that have it.
    CAM_F = 5,
    /// Seventh connector, on boards that have it.
    CAM_G = 6,
    /// Eighth connector, on boards that have it.
    CAM_H = 7,
    /// Ninth connector, on boards that have it.
    CAM_I = 8,
    /// Tenth connector, on boards that have it.
    CAM_J = 9,
}

/// The order in which the sensor reads its pixels out. Quarter turns are not possible here; use
/// `ImageManip` or `Warp` for them.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[repr(i32)]
pub enum CameraImageOrientation {
    /// The device chooses what is upright for the product.
    AUTO = -1,
    /// As the sensor is mounted.
    #[default]
    NORMAL = 0,
    /// Left and right swapped.
    HORIZONTAL_MIRROR = 1,
    /// Top and bottom swapped.
    VERTICAL_FLIP = 2,
    /// Upside down.
    ROTATE_180_DEG = 3,
}

/// What kind of images a sensor produces, which determines how they are processed.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[repr(i32)]
pub enum CameraSensorType {
    /// The device asks the sensor.
    AUTO = -1,
    /// Colour images.
    #[default]
    COLOR = 0,
    /// Brightness only.
    MONO = 1,
    /// Time of flight: phases from which depth is computed.
    TOF = 2,
    /// Temperature.
    THERMAL = 3,
}

/// The lens model that a calibration uses.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[repr(i8)]
pub enum CameraModel {
    /// Pinhole camera with radial and tangential distortion.
    #[default]
    Perspective = 0,
    /// Fisheye lens with four distortion coefficients.
    Fisheye = 1,
    /// Projection to longitude and latitude instead of a plane.
    Equirectangular = 2,
    /// Radial distortion by the division model.
    RadialDivision = 3,
}

/// An event of a frame that a camera can report.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[repr(i32)]
pub enum FrameEvent {
    /// None.
    #[default]
    NONE = 0,
    /// The sensor begins to send the frame.
    READOUT_START = 1,
    /// The sensor has sent the frame.
    READOUT_END = 2,
}

/// The socket for a camera number of the library's first releases.
pub(crate) fn socket_of_cam_id(number: u32) -> Result<CameraBoardSocket, String> {
    match number {
        0 => Ok(CameraBoardSocket::CAM_A),
        1 => Ok(CameraBoardSocket::CAM_B),
        2 => Ok(CameraBoardSocket::CAM_C),
        3 => Ok(CameraBoardSocket::CAM_D),
        _ => Err("a camera number must be 0, 1, 2 or 3".to_owned()),
    }
}
