//! What a camera is told: exposure, focus, white balance, image tuning, synchronisation.

mod arguments;
mod commands;

pub use arguments::{
    ExternalTrigger, ImageRegion, LensRange, ManualExposure, MiscControl, StrobeExternal,
};

use crate::reflect::Reflect;

/// Settings of a camera. The device looks only at the values whose bit in `cmd_mask` is set; every
/// setter of the same key sets it along. Without any, the camera exposes, focuses (continuously)
/// and balances colours by itself.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "RawCameraControl", setters = commands::SETTERS)]
pub struct CameraControl {
    /// One bit per command that the device shall carry out. Setters keep it; write it only to
    /// change a bit that none of them reaches.
    pub cmd_mask: u64,
    /// How the lens follows the scene.
    #[reflect(default = AutoFocusMode::CONTINUOUS_VIDEO)]
    pub auto_focus_mode: AutoFocusMode,
    /// Where the lens stands with manual focus: 0 to 255, 255 is nearest. Infinity is at about 120
    /// to 130 for many modules.
    pub lens_position: u8,
    /// Where the lens stands with manual focus, finer: 0 to 1.
    pub lens_position_raw: f32,
    /// Lens position that autofocus takes for infinity, 0 to 255.
    pub lens_pos_auto_infinity: u8,
    /// Lens position that autofocus takes for the nearest distance, 0 to 255; larger than
    /// `lens_pos_auto_infinity`.
    pub lens_pos_auto_macro: u8,
    /// Exposure when it is manual.
    pub exp_manual: ManualExposureParams,
    /// The part of the image that automatic exposure looks at.
    pub ae_region: RegionParams,
    /// The part of the image that autofocus looks at.
    pub af_region: RegionParams,
    /// How colours are balanced.
    pub awb_mode: AutoWhiteBalanceMode,
    /// The kind of scene that the automatics expect.
    pub scene_mode: SceneMode,
    /// How flicker of lamps is kept out of the image.
    pub anti_banding_mode: AntiBandingMode,
    /// Whether automatic exposure holds its present values.
    pub ae_lock_mode: bool,
    /// Whether automatic white balance holds its present values.
    pub awb_lock_mode: bool,
    /// What the images are for.
    pub capture_intent: CaptureIntent,
    /// Whether the automatics work at all.
    pub control_mode: ControlMode,
    /// A colour effect.
    pub effect_mode: EffectMode,
    /// What the sensor's frame synchronisation pin does.
    pub frame_sync_mode: FrameSyncMode,
    /// The output that drives a flash or an illuminator.
    pub strobe_config: StrobeConfig,
    /// When the strobe is on; no setter reaches it.
    pub strobe_timings: StrobeTimings,
    /// Longest exposure that automatic exposure may choose, in microseconds.
    pub ae_max_exposure_time_us: u32,
    /// Makes automatic exposure brighter or darker: -9 to 9.
    pub exp_compensation: i8,
    /// -10 to 10, 0 is neutral.
    pub brightness: i8,
    /// -10 to 10, 0 is neutral.
    pub contrast: i8,
    /// -10 to 10, 0 is neutral.
    pub saturation: i8,
    /// 0 to 4, usually 1.
    pub sharpness: u8,
    /// Noise removal in brightness: 0 to 4, usually 1.
    pub luma_denoise: u8,
    /// Noise removal in colour: 0 to 4, usually 1.
    pub chroma_denoise: u8,
    /// Colour temperature of the light for manual white balance, in kelvins: 1000 to 12000.
    pub wb_color_temp: u16,
    /// Frames that one external trigger makes the camera take.
    pub low_power_num_frames_burst: u8,
    /// How many of them, from the first, are thrown away.
    pub low_power_num_frames_discard: u8,
    /// Controls of one sensor or another, by name and value as text; the device carries them out in
    /// order, after all others.
    pub misc_controls: Vec<(String, String)>,
}

/// How the lens follows the scene.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[reflect(name = "RawCameraControl::AutoFocusMode")]
#[repr(u8)]
pub enum AutoFocusMode {
    /// The lens stays where it is told to be.
    #[default]
    OFF = 0,
    /// Focuses once for each trigger.
    AUTO = 1,
    /// Focuses once for each trigger, near things first.
    MACRO = 2,
    /// Follows all the time, slowly and without hunting.
    CONTINUOUS_VIDEO = 3,
    /// Follows all the time, as fast as it can.
    CONTINUOUS_PICTURE = 4,
    /// Extends the depth of field by computation; triggers do nothing.
    EDOF = 5,
}

/// Manual exposure.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "RawCameraControl::ManualExposureParams")]
pub struct ManualExposureParams {
    /// Exposure time in microseconds: 1 to 33000, and shorter than a frame.
    pub exposure_time_us: u32,
    /// Sensitivity as ISO: usually 100 to 1600.
    pub sensitivity_iso: u32,
    /// Time of a frame in microseconds; 0 leaves it to the frame rate. No setter reaches it.
    pub frame_duration_us: u32,
}

/// A rectangle of the image, in pixels of the sensor's resolution before any scaling.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "RawCameraControl::RegionParams")]
pub struct RegionParams {
    /// Left edge.
    pub x: u16,
    /// Top edge.
    pub y: u16,
    /// Width.
    pub width: u16,
    /// Height.
    pub height: u16,
    /// Weight of the region; the setters write 1.
    pub priority: u32,
}

/// How colours are balanced.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[reflect(name = "RawCameraControl::AutoWhiteBalanceMode")]
#[repr(u8)]
pub enum AutoWhiteBalanceMode {
    /// Not at all.
    #[default]
    OFF = 0,
    /// By what the scene looks like.
    AUTO = 1,
    /// For light bulbs.
    INCANDESCENT = 2,
    /// For fluorescent tubes.
    FLUORESCENT = 3,
    /// For warm fluorescent tubes.
    WARM_FLUORESCENT = 4,
    /// For sunlight.
    DAYLIGHT = 5,
    /// For an overcast sky.
    CLOUDY_DAYLIGHT = 6,
    /// For dusk.
    TWILIGHT = 7,
    /// For shade on a sunny day.
    SHADE = 8,
}

/// A kind of scene that the automatics can be tuned to.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[reflect(name = "RawCameraControl::SceneMode")]
#[repr(u8)]
pub enum SceneMode {
    /// None.
    #[default]
    UNSUPPORTED = 0,
    /// Faces matter most.
    FACE_PRIORITY = 1,
    /// Things that move fast.
    ACTION = 2,
    /// Still people.
    PORTRAIT = 3,
    /// Distant things.
    LANDSCAPE = 4,
    /// Little light.
    NIGHT = 5,
    /// Still people in little light.
    NIGHT_PORTRAIT = 6,
    /// Dim rooms where no flash may fire.
    THEATRE = 7,
    /// A bright beach.
    BEACH = 8,
    /// Bright snow.
    SNOW = 9,
    /// The setting sun.
    SUNSET = 10,
    /// A camera that shakes a little.
    STEADYPHOTO = 11,
    /// Fireworks at night.
    FIREWORKS = 12,
    /// People who move fast.
    SPORTS = 13,
    /// People who move in dim rooms.
    PARTY = 14,
    /// Light of candles.
    CANDLELIGHT = 15,
    /// Barcodes that are to be read.
    BARCODE = 16,
}

/// How flicker of lamps on mains power is kept out of the image: automatic exposure takes whole
/// half-periods of the mains.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[reflect(name = "RawCameraControl::AntiBandingMode")]
#[repr(u8)]
pub enum AntiBandingMode {
    /// Any exposure time.
    #[default]
    OFF = 0,
    /// Multiples of 10 ms; what a camera begins with.
    MAINS_50_HZ = 1,
    /// Multiples of 8.33 ms.
    MAINS_60_HZ = 2,
    /// The device finds out.
    AUTO = 3,
}

/// What the images are for, which the automatics take into account.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[reflect(name = "RawCameraControl::CaptureIntent")]
#[repr(u8)]
pub enum CaptureIntent {
    /// Nothing in particular; as for a preview.
    #[default]
    CUSTOM = 0,
    /// To be looked at live.
    PREVIEW = 1,
    /// Single pictures.
    STILL_CAPTURE = 2,
    /// Video.
    VIDEO_RECORD = 3,
    /// Pictures while a video is taken, without disturbing its frame rate.
    VIDEO_SNAPSHOT = 4,
    /// A stream from which pictures are picked later.
    ZERO_SHUTTER_LAG = 5,
}

/// Whether exposure, white balance and focus are automatic.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[reflect(name = "RawCameraControl::ControlMode")]
#[repr(u8)]
pub enum ControlMode {
    /// None of them; everything is set by hand.
    #[default]
    OFF = 0,
    /// Each as its own mode says.
    AUTO = 1,
    /// As the scene mode says; their own modes do nothing.
    USE_SCENE_MODE = 2,
}

/// A colour effect.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[reflect(name = "RawCameraControl::EffectMode")]
#[repr(u8)]
pub enum EffectMode {
    /// None.
    #[default]
    OFF = 0,
    /// One colour, usually grey.
    MONO = 1,
    /// Inverted colours.
    NEGATIVE = 2,
    /// Bright tones reversed.
    SOLARIZE = 3,
    /// Warm brown tones.
    SEPIA = 4,
    /// A few flat tones.
    POSTERIZE = 5,
    /// White with dark details.
    WHITEBOARD = 6,
    /// Black with bright details.
    BLACKBOARD = 7,
    /// A blue tint.
    AQUA = 8,
}

/// What the sensor's frame synchronisation pin (FSIN, FSYNC) does.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[reflect(name = "RawCameraControl::FrameSyncMode")]
#[repr(u8)]
pub enum FrameSyncMode {
    /// Nothing; the sensor runs freely.
    #[default]
    OFF = 0,
    /// Tells other sensors when a frame begins.
    OUTPUT = 1,
    /// Waits for a pulse to begin each frame.
    INPUT = 2,
}

/// The output that is on while the sensor exposes.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "RawCameraControl::StrobeConfig")]
pub struct StrobeConfig {
    /// 1: on, 0: off.
    pub enable: u8,
    /// The level that means on: 1 is high, 0 is low. Many sensors know only high.
    pub active_level: u8,
    /// The device's GPIO that drives it; -1: the sensor's own pin.
    pub gpio_number: i8,
}

/// When the strobe is on, relative to the exposure.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "RawCameraControl::StrobeTimings")]
pub struct StrobeTimings {
    /// Microseconds from the begin of the exposure to the begin of the pulse.
    pub exposure_begin_offset_us: i32,
    /// Microseconds from the end of the exposure to the end of the pulse.
    pub exposure_end_offset_us: i32,
    /// Length of the pulse in microseconds, whatever the exposure is; 0: as the offsets say.
    pub duration_us: u32,
}
