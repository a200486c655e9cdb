//! What the setters of [`CameraControl`](super::CameraControl) take if one number is not enough.

use super::RegionParams;
use crate::reflect::{Either, Nanos, Reflect};

/// Frames per external trigger.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct ExternalTrigger {
    /// Frames that the camera takes for one trigger.
    pub num_frames_burst: u8,
    /// How many of the first of them are discarded because they may look worse.
    pub num_frames_discard: u8,
}

/// The output that drives a strobe.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct StrobeExternal {
    /// The device's GPIO.
    pub gpio_number: i8,
    /// The active level: 1 high, 0 low.
    #[reflect(default = 1)]
    pub active_level: u8,
}

/// The lens positions that autofocus moves between, each 0 to 255.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct LensRange {
    /// Lens position for infinity; the smaller of the two.
    pub infinity_position: u8,
    /// Lens position for the nearest distance.
    pub macro_position: u8,
}

/// A part of the image, in pixels of the sensor's resolution before any scaling.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct ImageRegion {
    /// Left edge.
    pub start_x: u16,
    /// Top edge.
    pub start_y: u16,
    /// Width.
    pub width: u16,
    /// Height.
    pub height: u16,
}

/// A manual exposure.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct ManualExposure {
    /// Exposure time: a time span, or a number of microseconds. At least 1 us, and shorter than a
    /// frame.
    #[reflect(default = Either::B(0))]
    pub exposure_time_us: Either<Nanos, u32>,
    /// Sensitivity as ISO: usually 100 to 1600.
    pub sensitivity_iso: u32,
}

/// A control that only some sensors support.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct MiscControl {
    /// Its name.
    pub control: String,
    /// Its value. The device gets text: integers as they are, other numbers with six decimals.
    #[reflect(default = Either::A(String::new()))]
    pub value: Either<String, Either<i32, f32>>,
}

impl From<ImageRegion> for RegionParams {
    fn from(region: ImageRegion) -> Self {
        Self {
            x: region.start_x,
            y: region.start_y,
            width: region.width,
            height: region.height,
            priority: 1,
        }
    }
}
