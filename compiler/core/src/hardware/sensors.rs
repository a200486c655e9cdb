//! The image sensors that the firmware of DepthAI 2.33 drives: their modes, the mode it
//! falls back to where a sensor lacks the requested one, and the frame rate of each (docs/constraints.md,
//! C12 and C13).

use oakc_runtime_schema::nodes::color_camera::SensorResolution as Color;
use oakc_runtime_schema::nodes::mono_camera::SensorResolution as Mono;

/// An image sensor.
#[derive(Debug, PartialEq)]
pub struct Sensor {
    /// Its name.
    pub name: &'static str,
    /// What it sees.
    pub kind: Kind,
    /// What a `ColorCamera` can ask of it; nothing if it gives no colour.
    pub color: Modes<Color>,
    /// What a `MonoCamera` can ask of it; nothing if the firmware refuses one.
    pub mono: Modes<Mono>,
    /// Frames per second of 1080p where `misc_controls` has [`DOWNSAMPLING`] as [`BINNING`].
    pub binning_fps: Option<f64>,
}

/// The modes of a sensor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Modes<R: 'static> {
    /// Those that it has.
    pub list: &'static [Mode<R>],
    /// What it takes instead of one that it does not have.
    pub instead: &'static [(R, R)],
    /// What it takes instead of all others, where that is known.
    pub fallback: Option<R>,
}

/// A mode of a sensor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mode<R> {
    /// How it is asked for.
    pub resolution: R,
    /// Frames per second at most, where that has been said.
    pub max_fps: Option<f64>,
}

/// What a sensor sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Colour.
    Color,
    /// Brightness.
    Mono,
    /// Distance.
    TimeOfFlight,
    /// Temperature.
    Thermal,
}

impl<R: Copy + PartialEq> Modes<R> {
    const NONE: Self = Self {
        list: &[],
        instead: &[],
        fallback: None,
    };

    const fn of(list: &'static [Mode<R>]) -> Self {
        Self { list, ..Self::NONE }
    }

    const fn or(self, fallback: R) -> Self {
        let fallback = Some(fallback);
        Self { fallback, ..self }
    }

    const fn instead(self, instead: &'static [(R, R)]) -> Self {
        Self { instead, ..self }
    }

    /// The mode that is asked for so; none if this sensor does not have it.
    pub fn get(&self, resolution: R) -> Option<Mode<R>> {
        let mut modes = self.list.iter();
        modes.find(|mode| mode.resolution == resolution).copied()
    }

    /// The mode that it takes instead of one that it does not have.
    pub fn replacement(&self, resolution: R) -> Option<Mode<R>> {
        let mut particular = self.instead.iter();
        let particular = particular.find(|(asked, _)| *asked == resolution);
        self.get(particular.map(|(_, taken)| *taken).or(self.fallback)?)
    }
}

const fn at<R: Copy>(resolution: R, max_fps: f64) -> Mode<R> {
    Mode {
        resolution,
        max_fps: Some(max_fps),
    }
}

const fn somehow<R: Copy>(resolution: R) -> Mode<R> {
    Mode {
        resolution,
        max_fps: None,
    }
}

/// What is left out of most sensors.
const SENSOR: Sensor = Sensor {
    name: "",
    kind: Kind::Color,
    color: Modes::NONE,
    mono: Modes::NONE,
    binning_fps: None,
};

/// The setting that makes IMX378 and its kin read 1080p faster…
pub const DOWNSAMPLING: &str = "downsampling-mode";
/// …with this value.
pub const BINNING: &str = "binning";

/// 12 MP, rolling shutter; in most products.
pub static IMX378: Sensor = Sensor {
    name: "IMX378",
    color: Modes::of(&[
        at(Color::THE_1080_P, 60.0),
        at(Color::THE_4_K, 42.0),
        at(Color::THE_12_MP, 30.0),
        at(Color::THE_1352X1012, 52.0),
        at(Color::THE_2024X1520, 85.0),
    ])
    .instead(&[(Color::THE_13_MP, Color::THE_12_MP)])
    .or(Color::THE_1080_P),
    binning_fps: Some(118.0),
    ..SENSOR
};

/// As [`IMX378`], on modules.
pub static IMX477: Sensor = Sensor {
    name: "IMX477",
    color: IMX378.color,
    binning_fps: IMX378.binning_fps,
    ..SENSOR
};

/// As [`IMX378`], on modules.
pub static IMX577: Sensor = Sensor {
    name: "IMX577",
    color: IMX378.color,
    binning_fps: IMX378.binning_fps,
    ..SENSOR
};

/// 13 MP, rolling shutter; in the Lite products.
pub static IMX214: Sensor = Sensor {
    name: "IMX214",
    color: Modes::of(&[
        at(Color::THE_1080_P, 35.0),
        at(Color::THE_4_K, 30.0),
        at(Color::THE_12_MP, 30.0),
        at(Color::THE_13_MP, 30.0),
    ])
    .or(Color::THE_1080_P),
    ..SENSOR
};

/// 48 MP, of which the firmware reads 32; in the MAX products.
pub static IMX582: Sensor = Sensor {
    name: "IMX582",
    color: Modes::of(&[
        at(Color::THE_4_K, 42.0),
        at(Color::THE_4000X3000, 30.0),
        at(Color::THE_5312X6000, 10.0),
    ])
    .instead(&[
        (Color::THE_12_MP, Color::THE_4000X3000),
        (Color::THE_48_MP, Color::THE_5312X6000),
    ])
    .or(Color::THE_4_K),
    ..SENSOR
};

/// 1 MP, global shutter, brightness; the stereo pair of most products.
pub static OV9282: Sensor = Sensor {
    name: "OV9282",
    kind: Kind::Mono,
    mono: Modes::of(&[
        at(Mono::THE_800_P, 129.6),
        at(Mono::THE_720_P, 143.1),
        at(Mono::THE_400_P, 255.7),
    ])
    .instead(&[(Mono::THE_480_P, Mono::THE_400_P)]),
    ..SENSOR
};

/// As [`OV9282`], in colour.
pub static OV9782: Sensor = Sensor {
    name: "OV9782",
    color: Modes::of(&[at(Color::THE_800_P, 129.6), at(Color::THE_720_P, 143.1)])
        .or(Color::THE_800_P),
    mono: OV9282.mono,
    ..SENSOR
};

/// VGA, global shutter, brightness; the stereo pair of OAK-D-LITE.
pub static OV7251: Sensor = Sensor {
    name: "OV7251",
    kind: Kind::Mono,
    mono: Modes::of(&[at(Mono::THE_480_P, 99.0), at(Mono::THE_400_P, 117.0)]).or(Mono::THE_480_P),
    ..SENSOR
};

/// 2.3 MP, global shutter.
pub static AR0234: Sensor = Sensor {
    name: "AR0234",
    color: Modes::of(&[at(Color::THE_1200_P, 60.0)]).or(Color::THE_1200_P),
    mono: Modes::of(&[at(Mono::THE_1200_P, 60.0)]).or(Mono::THE_1200_P),
    ..SENSOR
};

/// 5 MP, on modules.
pub static OV5645: Sensor = Sensor {
    name: "OV5645",
    color: Modes::of(&[somehow(Color::THE_1080_P), somehow(Color::THE_5_MP)]).or(Color::THE_1080_P),
    ..SENSOR
};

/// 1.6 MP, global shutter, on modules.
pub static IMX296: Sensor = Sensor {
    name: "IMX296",
    color: Modes::of(&[somehow(Color::THE_1440X1080)]).or(Color::THE_1440X1080),
    ..SENSOR
};

/// 2 MP for little light; in OAK-T.
pub static IMX462: Sensor = Sensor {
    name: "IMX462",
    color: Modes::of(&[at(Color::THE_1080_P, 30.0)]).or(Color::THE_1080_P),
    ..SENSOR
};

/// 8 MP for little light, on modules.
pub static IMX678: Sensor = Sensor {
    name: "IMX678",
    color: Modes::of(&[somehow(Color::THE_4_K), somehow(Color::THE_1080_P)]).or(Color::THE_4_K),
    ..SENSOR
};

/// 8 MP, on modules.
pub static IMX715: Sensor = Sensor {
    name: "IMX715",
    color: Modes::of(&[somehow(Color::THE_4_K)]).or(Color::THE_4_K),
    ..SENSOR
};

/// Distance by time of flight.
pub static S5K33D: Sensor = Sensor {
    name: "S5K33D",
    kind: Kind::TimeOfFlight,
    ..SENSOR
};

/// Temperature, 256 x 192.
pub static TINY1C: Sensor = Sensor {
    name: "Tiny1C",
    kind: Kind::Thermal,
    ..SENSOR
};

/// All of them: what can hang on a connector that takes any module.
pub static SENSORS: &[&Sensor] = &[
    &IMX378, &IMX477, &IMX577, &IMX214, &IMX582, &OV9282, &OV9782, &OV7251, &AR0234, &OV5645,
    &IMX296, &IMX462, &IMX678, &IMX715, &S5K33D, &TINY1C,
];
