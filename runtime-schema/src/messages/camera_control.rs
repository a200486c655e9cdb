//! The settings of a camera: exposure, focus, white balance, image tuning, synchronisation.

mod arguments;
mod commands;

pub use arguments::{
    ExternalTrigger, ImageRegion, LensRange, ManualExposure, MiscControl, StrobeExternal,
};

use crate::reflect::Reflect;

/// Settings of a camera. The device looks only at the values whose bit in `cmd_mask` is set; the
/// setter with the same key also sets that bit. By default, the camera controls exposure, focus
/// (continuously) and white balance itself.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "RawCameraControl", setters = commands::SETTERS)]
pub struct CameraControl {
    /// One bit for each command that the device is to carry out. Setters maintain it; set it
    /// yourself only for a bit that has no setter.
    pub cmd_mask: u64,
    /// How the camera focuses.
    #[reflect(default = AutoFocusMode::CONTINUOUS_VIDEO)]
    pub auto_focus_mode: AutoFocusMode,
    /// Lens position for manual focus: 0 to 255, where 255 is nearest. Infinity is at about 120 to
    /// 130 for many modules.
    pub lens_position: u8,
    /// Lens position for manual focus, in finer steps: 0 to 1.
    pub lens_position_raw: f32,
    /// Lens position that autofocus uses for infinity, 0 to 255.
    pub lens_pos_auto_infinity: u8,
    /// Lens position that autofocus uses for the nearest distance, 0 to 255; greater than
    /// `lens_pos_auto_infinity`.
    pub lens_pos_auto_macro: u8,
    /// Manual exposure.
    pub exp_manual: ManualExposureParams,
    /// The part of the image that automatic exposure evaluates.
    pub ae_region: RegionParams,
    /// The part of the image that autofocus evaluates.
    pub af_region: RegionParams,
    /// White balance mode.
    pub awb_mode: AutoWhiteBalanceMode,
    /// The kind of scene that the automatic modes are tuned for.
    pub scene_mode: SceneMode,
    /// How flicker from lamps is suppressed.
    pub anti_banding_mode: AntiBandingMode,
    /// Whether automatic exposure keeps its current values.
    pub ae_lock_mode: bool,
    /// Whether automatic white balance keeps its current values.
    pub awb_lock_mode: bool,
    /// What the images are used for.
    pub capture_intent: CaptureIntent,
    /// Whether the automatic modes are active at all.
    pub control_mode: ControlMode,
    /// A colour effect.
    pub effect_mode: EffectMode,
    /// What the sensor's frame synchronisation pin does.
    pub frame_sync_mode: FrameSyncMode,
    /// The output that drives a flash or an illuminator.
    pub strobe_config: StrobeConfig,
    /// When the strobe is on; there is no setter for it.
    pub strobe_timings: StrobeTimings,
    /// Longest exposure time that automatic exposure may choose, in microseconds.
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
    /// Luma noise reduction: 0 to 4, usually 1.
    pub luma_denoise: u8,
    /// Chroma noise reduction: 0 to 4, usually 1.
    pub chroma_denoise: u8,
    /// Colour temperature for manual white balance, in kelvins: 1000 to 12000.
    pub wb_color_temp: u16,
    /// Frames that the camera takes for one external trigger.
    pub low_power_num_frames_burst: u8,
    /// How many of the first of them are discarded.
    pub low_power_num_frames_discard: u8,
    /// Sensor-specific controls, by name and value as text; the device applies them in order, after
    /// all others.
    pub misc_controls: Vec<(String, String)>,
}

/// How the camera focuses.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[reflect(name = "RawCameraControl::AutoFocusMode")]
#[repr(u8)]
pub enum AutoFocusMode {
    /// The lens stays at the manual position.
    #[default]
    OFF = 0,
    /// Focuses once for each trigger.
    AUTO = 1,
    /// Focuses once for each trigger, on near objects first.
    MACRO = 2,
    /// Focuses continuously, slowly and without hunting.
    CONTINUOUS_VIDEO = 3,
    /// Focuses continuously, as fast as possible.
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
    /// Frame duration in microseconds; 0 derives it from the frame rate. There is no setter for it.
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

/// White balance mode.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[reflect(name = "RawCameraControl::AutoWhiteBalanceMode")]
#[repr(u8)]
pub enum AutoWhiteBalanceMode {
    /// No white balance.
    #[default]
    OFF = 0,
    /// Adapts to the scene.
    AUTO = 1,
    /// For incandescent lamps.
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

/// A kind of scene that the automatic modes can be tuned for.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[reflect(name = "RawCameraControl::SceneMode")]
#[repr(u8)]
pub enum SceneMode {
    /// None.
    #[default]
    UNSUPPORTED = 0,
    /// Faces have priority.
    FACE_PRIORITY = 1,
    /// Fast-moving objects.
    ACTION = 2,
    /// People who stand still.
    PORTRAIT = 3,
    /// Landscapes and other distant scenes.
    LANDSCAPE = 4,
    /// Low light.
    NIGHT = 5,
    /// People who stand still, in low light.
    NIGHT_PORTRAIT = 6,
    /// Dim rooms where flash is not allowed.
    THEATRE = 7,
    /// A bright beach.
    BEACH = 8,
    /// Bright snow.
    SNOW = 9,
    /// Sunsets.
    SUNSET = 10,
    /// A slightly shaking camera.
    STEADYPHOTO = 11,
    /// Fireworks at night.
    FIREWORKS = 12,
    /// People in fast motion.
    SPORTS = 13,
    /// People in motion in dim rooms.
    PARTY = 14,
    /// Candlelight.
    CANDLELIGHT = 15,
    /// Barcodes to be read.
    BARCODE = 16,
}

/// How flicker from lamps on mains power is suppressed: automatic exposure uses whole half-periods
/// of the mains frequency.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[reflect(name = "RawCameraControl::AntiBandingMode")]
#[repr(u8)]
pub enum AntiBandingMode {
    /// Any exposure time.
    #[default]
    OFF = 0,
    /// Multiples of 10 ms (50 Hz mains); the initial mode.
    MAINS_50_HZ = 1,
    /// Multiples of 8.33 ms (60 Hz mains).
    MAINS_60_HZ = 2,
    /// The device detects the mains frequency.
    AUTO = 3,
}

/// What the images are used for, which the automatic modes take into account.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[reflect(name = "RawCameraControl::CaptureIntent")]
#[repr(u8)]
pub enum CaptureIntent {
    /// Unspecified; treated as a preview.
    #[default]
    CUSTOM = 0,
    /// Live preview.
    PREVIEW = 1,
    /// Still pictures.
    STILL_CAPTURE = 2,
    /// Video.
    VIDEO_RECORD = 3,
    /// Still pictures during a video recording, without disturbing its frame rate.
    VIDEO_SNAPSHOT = 4,
    /// A stream from which still pictures are picked later.
    ZERO_SHUTTER_LAG = 5,
}

/// Whether exposure, white balance and focus are automatic.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[reflect(name = "RawCameraControl::ControlMode")]
#[repr(u8)]
pub enum ControlMode {
    /// None is automatic; everything is set manually.
    #[default]
    OFF = 0,
    /// Each follows its own mode.
    AUTO = 1,
    /// All follow the scene mode; their own modes have no effect.
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
    /// Monochrome, usually grey.
    MONO = 1,
    /// Inverted colours.
    NEGATIVE = 2,
    /// Solarised: bright tones reversed.
    SOLARIZE = 3,
    /// Sepia: warm brown tones.
    SEPIA = 4,
    /// Posterised: a few flat tones.
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
    /// Signals to other sensors when a frame begins.
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
    /// The active level: 1 is high, 0 is low. Many sensors support only high.
    pub active_level: u8,
    /// The device's GPIO that drives it; -1: the sensor's own pin.
    pub gpio_number: i8,
}

/// When the strobe is on, relative to the exposure.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "RawCameraControl::StrobeTimings")]
pub struct StrobeTimings {
    /// Microseconds from the start of the exposure to the start of the pulse.
    pub exposure_begin_offset_us: i32,
    /// Microseconds from the end of the exposure to the end of the pulse.
    pub exposure_end_offset_us: i32,
    /// Length of the pulse in microseconds, regardless of the exposure; 0: determined by the
    /// offsets.
    pub duration_us: u32,
}
