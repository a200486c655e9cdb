//! The commands of [`CameraControl`]: each setter writes its value and sets the bit that makes the
//! device use it.

use super::{
    CameraControl, ExternalTrigger, ImageRegion, LensRange, ManualExposure, MiscControl,
    StrobeExternal,
};
use crate::reflect::{Effects, Either, Nanos, Set, Setter, With};

/// The commands that have setters; the number is the bit in `cmd_mask`. Bits without a setter are
/// not listed.
#[derive(Clone, Copy)]
#[repr(u8)]
enum Command {
    START_STREAM = 1,
    STOP_STREAM = 2,
    STILL_CAPTURE = 3,
    MOVE_LENS = 4,
    AF_TRIGGER = 5,
    AE_MANUAL = 6,
    AE_AUTO = 7,
    AWB_MODE = 8,
    SCENE_MODE = 9,
    ANTIBANDING_MODE = 10,
    EXPOSURE_COMPENSATION = 11,
    AE_LOCK = 13,
    AE_TARGET_FPS_RANGE = 14,
    AWB_LOCK = 16,
    CAPTURE_INTENT = 17,
    CONTROL_MODE = 18,
    EFFECT_MODE = 24,
    AF_MODE = 26,
    SATURATION = 28,
    BRIGHTNESS = 31,
    SHARPNESS = 35,
    CONTRAST = 44,
    AE_REGION = 45,
    AF_REGION = 46,
    LUMA_DENOISE = 47,
    CHROMA_DENOISE = 48,
    WB_COLOR_TEMP = 49,
    EXTERNAL_TRIGGER = 50,
    AF_LENS_RANGE = 51,
    FRAME_SYNC = 52,
    STROBE_CONFIG = 53,
    MOVE_LENS_RAW = 55,
}

pub(super) static SETTERS: &[Setter] = &[
    Setter {
        key: "capture_still",
        methods: &["setCaptureStill"],
        doc: "Captures a still image as soon as the camera runs.",
        apply: &Set(|control: &mut CameraControl, capture| control.capture_still(capture)),
    },
    Setter {
        key: "start_streaming",
        methods: &["setStartStreaming"],
        doc: "`true` starts the sensor after `stop_streaming`.",
        apply: &Set(|control: &mut CameraControl, order| {
            control.order_if(order, Command::START_STREAM);
        }),
    },
    Setter {
        key: "stop_streaming",
        methods: &["setStopStreaming"],
        doc: "`true` makes the sensor stop sending frames.",
        apply: &Set(|control: &mut CameraControl, order| {
            control.order_if(order, Command::STOP_STREAM);
        }),
    },
    Setter {
        key: "external_trigger",
        methods: &["setExternalTrigger"],
        doc: "Takes frames only on a rising edge at the sensor's FSIN pin.",
        apply: &Set(external_trigger),
    },
    Setter {
        key: "frame_sync_mode",
        methods: &["setFrameSyncMode"],
        doc: "What the sensor's frame synchronisation pin does while frames stream.",
        apply: &Set(|control: &mut CameraControl, mode| {
            control.frame_sync_mode = mode;
            control.order(Command::FRAME_SYNC);
        }),
    },
    Setter {
        key: "strobe_sensor",
        methods: &["setStrobeSensor"],
        doc: "Drives a strobe from the sensor's own pin; the value is the active level: 1 high, 0 \
              low.",
        apply: &Set(strobe_sensor),
    },
    Setter {
        key: "strobe_external",
        methods: &["setStrobeExternal"],
        doc: "Drives a strobe from a GPIO of the device. The device needs the sensor's frame \
              synchronisation signal for it.",
        apply: &Set(strobe_external),
    },
    Setter {
        key: "strobe_disable",
        methods: &["setStrobeDisable"],
        doc: "`true` switches the strobe off.",
        apply: &Set(|control: &mut CameraControl, disable| control.strobe_disable(disable)),
    },
    Setter {
        key: "auto_focus_mode",
        methods: &["setAutoFocusMode"],
        doc: "How the camera focuses.",
        apply: &Set(|control: &mut CameraControl, mode| {
            control.auto_focus_mode = mode;
            control.order(Command::AF_MODE);
        }),
    },
    Setter {
        key: "auto_focus_trigger",
        methods: &["setAutoFocusTrigger"],
        doc: "`true` focuses once; for the modes `AUTO` and `MACRO`.",
        apply: &Set(|control: &mut CameraControl, order| {
            control.order_if(order, Command::AF_TRIGGER);
        }),
    },
    Setter {
        key: "auto_focus_lens_range",
        methods: &["setAutoFocusLensRange"],
        doc: "The lens positions that autofocus moves between.",
        apply: &Set(lens_range),
    },
    Setter {
        key: "auto_focus_region",
        methods: &["setAutoFocusRegion"],
        doc: "The part of the image that autofocus evaluates.",
        apply: &Set(|control: &mut CameraControl, region: ImageRegion| {
            control.af_region = region.into();
            control.order(Command::AF_REGION);
        }),
    },
    Setter {
        key: "manual_focus",
        methods: &["setManualFocus"],
        doc: "Moves the lens: 0 to 255, where 255 is nearest. Needs `auto_focus_mode = \"OFF\"`.",
        apply: &Set(|control: &mut CameraControl, position| {
            control.lens_position = position;
            control.order(Command::MOVE_LENS);
        }),
    },
    Setter {
        key: "manual_focus_raw",
        methods: &["setManualFocusRaw"],
        doc: "Moves the lens, in finer steps than `manual_focus`: 0 to 1.",
        apply: &Set(|control: &mut CameraControl, position| {
            control.lens_position_raw = position;
            control.order(Command::MOVE_LENS_RAW);
        }),
    },
    Setter {
        key: "auto_exposure_enable",
        methods: &["setAutoExposureEnable"],
        doc: "`true` lets the camera choose exposure and sensitivity.",
        apply: &Set(|control: &mut CameraControl, order| control.order_if(order, Command::AE_AUTO)),
    },
    Setter {
        key: "auto_exposure_lock",
        methods: &["setAutoExposureLock"],
        doc: "Whether automatic exposure keeps its current values.",
        apply: &Set(|control: &mut CameraControl, lock| {
            control.ae_lock_mode = lock;
            control.order(Command::AE_LOCK);
        }),
    },
    Setter {
        key: "auto_exposure_region",
        methods: &["setAutoExposureRegion"],
        doc: "The part of the image that automatic exposure evaluates.",
        apply: &Set(|control: &mut CameraControl, region: ImageRegion| {
            control.ae_region = region.into();
            control.order(Command::AE_REGION);
        }),
    },
    Setter {
        key: "auto_exposure_compensation",
        methods: &["setAutoExposureCompensation"],
        doc: "Makes automatic exposure brighter or darker: -9 to 9.",
        apply: &Set(|control: &mut CameraControl, steps| {
            control.exp_compensation = steps;
            control.order(Command::EXPOSURE_COMPENSATION);
        }),
    },
    Setter {
        key: "auto_exposure_limit",
        methods: &["setAutoExposureLimit"],
        doc: "Longest exposure time that automatic exposure may choose: a time span, or a number \
              of microseconds.",
        apply: &With(exposure_limit),
    },
    Setter {
        key: "anti_banding_mode",
        methods: &["setAntiBandingMode"],
        doc: "How flicker from lamps is suppressed.",
        apply: &Set(|control: &mut CameraControl, mode| {
            control.anti_banding_mode = mode;
            control.order(Command::ANTIBANDING_MODE);
        }),
    },
    Setter {
        key: "manual_exposure",
        methods: &["setManualExposure"],
        doc: "Manual exposure time and sensitivity.",
        apply: &With(manual_exposure),
    },
    Setter {
        key: "auto_white_balance_mode",
        methods: &["setAutoWhiteBalanceMode"],
        doc: "White balance mode.",
        apply: &Set(|control: &mut CameraControl, mode| {
            control.awb_mode = mode;
            control.order(Command::AWB_MODE);
        }),
    },
    Setter {
        key: "auto_white_balance_lock",
        methods: &["setAutoWhiteBalanceLock"],
        doc: "Whether automatic white balance keeps its current values.",
        apply: &Set(|control: &mut CameraControl, lock| {
            control.awb_lock_mode = lock;
            control.order(Command::AWB_LOCK);
        }),
    },
    Setter {
        key: "manual_white_balance",
        methods: &["setManualWhiteBalance"],
        doc: "Colour temperature for manual white balance, in kelvins: 1000 to 12000.",
        apply: &Set(|control: &mut CameraControl, kelvins| {
            control.wb_color_temp = kelvins;
            control.order(Command::WB_COLOR_TEMP);
        }),
    },
    Setter {
        key: "brightness",
        methods: &["setBrightness"],
        doc: "-10 to 10, 0 is neutral.",
        apply: &Set(|control: &mut CameraControl, value| {
            control.brightness = value;
            control.order(Command::BRIGHTNESS);
        }),
    },
    Setter {
        key: "contrast",
        methods: &["setContrast"],
        doc: "-10 to 10, 0 is neutral.",
        apply: &Set(|control: &mut CameraControl, value| {
            control.contrast = value;
            control.order(Command::CONTRAST);
        }),
    },
    Setter {
        key: "saturation",
        methods: &["setSaturation"],
        doc: "-10 to 10, 0 is neutral.",
        apply: &Set(|control: &mut CameraControl, value| {
            control.saturation = value;
            control.order(Command::SATURATION);
        }),
    },
    Setter {
        key: "sharpness",
        methods: &["setSharpness"],
        doc: "0 to 4, usually 1.",
        apply: &Set(|control: &mut CameraControl, value| {
            control.sharpness = value;
            control.order(Command::SHARPNESS);
        }),
    },
    Setter {
        key: "luma_denoise",
        methods: &["setLumaDenoise"],
        doc: "Luma noise reduction: 0 to 4, usually 1.",
        apply: &Set(|control: &mut CameraControl, value| {
            control.luma_denoise = value;
            control.order(Command::LUMA_DENOISE);
        }),
    },
    Setter {
        key: "chroma_denoise",
        methods: &["setChromaDenoise"],
        doc: "Chroma noise reduction: 0 to 4, usually 1.",
        apply: &Set(|control: &mut CameraControl, value| {
            control.chroma_denoise = value;
            control.order(Command::CHROMA_DENOISE);
        }),
    },
    Setter {
        key: "scene_mode",
        methods: &["setSceneMode"],
        doc: "The kind of scene that the automatic modes are tuned for; needs `control_mode = \
              \"USE_SCENE_MODE\"`.",
        apply: &Set(|control: &mut CameraControl, mode| {
            control.scene_mode = mode;
            control.order(Command::SCENE_MODE);
        }),
    },
    Setter {
        key: "effect_mode",
        methods: &["setEffectMode"],
        doc: "A colour effect.",
        apply: &Set(|control: &mut CameraControl, mode| {
            control.effect_mode = mode;
            control.order(Command::EFFECT_MODE);
        }),
    },
    Setter {
        key: "control_mode",
        methods: &["setControlMode"],
        doc: "Whether exposure, white balance and focus are automatic.",
        apply: &Set(|control: &mut CameraControl, mode| {
            control.control_mode = mode;
            control.order(Command::CONTROL_MODE);
        }),
    },
    Setter {
        key: "capture_intent",
        methods: &["setCaptureIntent"],
        doc: "What the images are used for.",
        apply: &Set(|control: &mut CameraControl, mode| {
            control.capture_intent = mode;
            control.order(Command::CAPTURE_INTENT);
        }),
    },
    Setter {
        key: "clear_misc_controls",
        methods: &["clearMiscControls"],
        doc: "`true` clears `misc_controls`; `misc` is applied afterwards.",
        apply: &Set(|control: &mut CameraControl, clear| control.clear_misc_controls(clear)),
    },
    Setter {
        key: "misc",
        methods: &["setMisc"],
        doc: "Controls that only some sensors support, such as `{ control = \"downsampling-mode\", \
              value = \"binning\" }`; added to `misc_controls` in order.",
        apply: &Set(add_misc_controls),
    },
];

impl CameraControl {
    /// Whether it requests a still picture.
    pub fn captures_still(&self) -> bool {
        self.cmd_mask & (1 << Command::STILL_CAPTURE as u8) != 0
    }

    fn order(&mut self, command: Command) {
        self.cmd_mask |= 1 << command as u8;
    }

    fn order_if(&mut self, wanted: bool, command: Command) {
        if wanted {
            self.order(command);
        }
    }

    fn capture_still(&mut self, capture: bool) {
        self.cmd_mask &= !(1 << Command::STILL_CAPTURE as u8);
        self.order_if(capture, Command::STILL_CAPTURE);
    }

    fn strobe_disable(&mut self, disable: bool) {
        if disable {
            self.strobe_config.enable = 0;
            self.order(Command::STROBE_CONFIG);
        }
    }

    fn clear_misc_controls(&mut self, clear: bool) {
        if clear {
            self.misc_controls.clear();
        }
    }
}

fn external_trigger(control: &mut CameraControl, trigger: ExternalTrigger) {
    control.low_power_num_frames_burst = trigger.num_frames_burst;
    control.low_power_num_frames_discard = trigger.num_frames_discard;
    control.order(Command::EXTERNAL_TRIGGER);
}

fn strobe_sensor(control: &mut CameraControl, active_level: u8) {
    let gpio_number = -1;
    strobe_external(
        control,
        StrobeExternal {
            gpio_number,
            active_level,
        },
    );
}

fn strobe_external(control: &mut CameraControl, strobe: StrobeExternal) {
    control.strobe_config.enable = 1;
    control.strobe_config.active_level = strobe.active_level;
    control.strobe_config.gpio_number = strobe.gpio_number;
    control.order(Command::STROBE_CONFIG);
}

fn lens_range(control: &mut CameraControl, range: LensRange) {
    control.lens_pos_auto_infinity = range.infinity_position;
    control.lens_pos_auto_macro = range.macro_position;
    control.order(Command::AF_LENS_RANGE);
}

fn exposure_limit(
    control: &mut CameraControl,
    limit: Either<Nanos, u32>,
    _: &mut Effects,
) -> Result<(), String> {
    control.ae_max_exposure_time_us = microseconds(limit)?;
    control.order(Command::AE_TARGET_FPS_RANGE);
    Ok(())
}

fn manual_exposure(
    control: &mut CameraControl,
    exposure: ManualExposure,
    _: &mut Effects,
) -> Result<(), String> {
    control.exp_manual.exposure_time_us = microseconds(exposure.exposure_time_us)?;
    control.exp_manual.sensitivity_iso = exposure.sensitivity_iso;
    control.exp_manual.frame_duration_us = 0;
    control.order(Command::AE_MANUAL);
    Ok(())
}

/// Whole microseconds; the fraction is dropped, as in the library.
fn microseconds(time: Either<Nanos, u32>) -> Result<u32, String> {
    match time {
        Either::A(Nanos(nanos)) => u32::try_from(nanos / 1000)
            .map_err(|_| "an exposure time must be from 0 to 4294 seconds".to_owned()),
        Either::B(micros) => Ok(micros),
    }
}

fn add_misc_controls(control: &mut CameraControl, added: Vec<MiscControl>) {
    let pairs = added.into_iter().map(|misc| {
        let text = match misc.value {
            Either::A(text) => text,
            Either::B(Either::A(number)) => number.to_string(),
            Either::B(Either::B(number)) => format!("{number:.6}"),
        };
        (misc.control, text)
    });
    control.misc_controls.extend(pairs);
}
