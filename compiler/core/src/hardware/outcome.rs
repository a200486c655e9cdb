//! The modes of sensors.
//!
//! In: the properties of a camera node, and a product. Out: the mode in which its sensor runs, and
//! the highest frame rate of that mode.

use oakc_runtime_schema::messages::CameraControl;
use oakc_runtime_schema::nodes::color_camera::{ColorCameraProperties, SensorResolution as Color};
use oakc_runtime_schema::nodes::mono_camera::{MonoCameraProperties, SensorResolution as Mono};

use super::sensors::{BINNING, DOWNSAMPLING, Mode, Modes, SENSORS, Sensor};
use super::{Camera, Socket};

/// What a camera node gets that asks for a mode.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Outcome<R> {
    /// Nobody knows: no sensor there, or none of this kind.
    Unknown,
    /// What it asks for, this fast at most.
    Given(Option<f64>),
    /// Something else; what, is known where all sensors that may be there agree.
    Replaced(Option<Mode<R>>),
}

impl<R: Copy> Outcome<R> {
    /// The mode, where it is known.
    pub fn resolution(&self, asked: R) -> Option<R> {
        match self {
            Self::Unknown | Self::Given(_) => Some(asked),
            Self::Replaced(taken) => taken.map(|mode| mode.resolution),
        }
    }

    /// Frames per second at most, where that is known.
    pub fn max_fps(&self) -> Option<f64> {
        match self {
            Self::Unknown => None,
            Self::Given(max_fps) => *max_fps,
            Self::Replaced(taken) => taken.and_then(|mode| mode.max_fps),
        }
    }
}

/// The sensors that a `ColorCamera` may get: none where the product has no such connector.
pub fn color_sensors(
    camera: Option<&Camera>,
    node: &ColorCameraProperties,
) -> &'static [&'static Sensor] {
    let suits = |sensor: &Sensor| !sensor.color.list.is_empty();
    sensors(camera, |camera| {
        camera.place(node.board_socket, &node.camera_name, suits)
    })
}

/// The sensors that a `MonoCamera` may get: none where the product has no such connector.
pub fn mono_sensors(
    camera: Option<&Camera>,
    node: &MonoCameraProperties,
) -> &'static [&'static Sensor] {
    let suits = |sensor: &Sensor| !sensor.mono.list.is_empty();
    sensors(camera, |camera| {
        camera.place(node.board_socket, &node.camera_name, suits)
    })
}

fn sensors(
    camera: Option<&Camera>,
    place: impl Fn(&Camera) -> Option<&'static Socket>,
) -> &'static [&'static Sensor] {
    match camera {
        None => SENSORS,
        Some(camera) => place(camera).map_or(&[], Socket::candidates),
    }
}

/// What a `ColorCamera` gets from the sensors that may be there.
pub fn color(camera: Option<&Camera>, node: &ColorCameraProperties) -> Outcome<Color> {
    let sensors = color_sensors(camera, node);
    let found = outcome(sensors, |sensor| sensor.color, node.resolution);
    let binning = node.resolution == Color::THE_1080_P && is_binning(&node.initial_control);
    let faster = sensors.iter().filter_map(|sensor| sensor.binning_fps);
    match (found, faster.reduce(f64::max)) {
        (Outcome::Given(Some(_)), Some(faster)) if binning => Outcome::Given(Some(faster)),
        _ => found,
    }
}

/// What a `MonoCamera` gets from the sensors that may be there.
pub fn mono(camera: Option<&Camera>, node: &MonoCameraProperties) -> Outcome<Mono> {
    let sensors = mono_sensors(camera, node);
    outcome(sensors, |sensor| sensor.mono, node.resolution)
}

fn is_binning(control: &CameraControl) -> bool {
    let mut controls = control.misc_controls.iter();
    controls.any(|(name, value)| name == DOWNSAMPLING && value == BINNING)
}

/// A mode that one of the sensors has says that it is there.
fn outcome<R: Copy + PartialEq + 'static>(
    sensors: &[&Sensor],
    modes: impl Fn(&Sensor) -> Modes<R>,
    asked: R,
) -> Outcome<R> {
    let modes = || sensors.iter().map(|sensor| modes(sensor));
    let given: Vec<_> = modes().filter_map(|modes| modes.get(asked)).collect();
    if !given.is_empty() {
        let limits: Option<Vec<f64>> = given.iter().map(|mode| mode.max_fps).collect();
        return Outcome::Given(limits.map(|limits| limits.into_iter().fold(0.0, f64::max)));
    }
    let mut usable = modes().filter(|modes| !modes.list.is_empty());
    let Some(first) = usable.next() else {
        return Outcome::Unknown;
    };
    let taken = first.replacement(asked);
    let agree = usable.all(|modes| modes.replacement(asked) == taken);
    Outcome::Replaced(taken.filter(|_| agree))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hardware::sensors::{IMX378, OV7251, OV9282, OV9782};

    fn color(sensors: &[&Sensor], asked: Color) -> Outcome<Color> {
        outcome(sensors, |sensor| sensor.color, asked)
    }

    #[test]
    fn a_mode_that_a_variant_has_says_which_variant_it_is() {
        let variants = [&IMX378, &OV9782];
        let rolling = color(&variants, Color::THE_1080_P);
        assert_eq!(rolling, Outcome::Given(Some(60.0)));
        let global = color(&variants, Color::THE_800_P);
        assert_eq!(global, Outcome::Given(Some(129.6)));
        assert_eq!(color(&variants, Color::THE_5_MP), Outcome::Replaced(None));
    }

    #[test]
    fn a_mode_that_is_not_there_is_replaced() {
        let taken = |resolution, max_fps| {
            let max_fps = Some(max_fps);
            Outcome::Replaced(Some(Mode {
                resolution,
                max_fps,
            }))
        };
        let modes = [&IMX378];
        assert_eq!(
            color(&modes, Color::THE_13_MP),
            taken(Color::THE_12_MP, 30.0)
        );
        assert_eq!(
            color(&modes, Color::THE_800_P),
            taken(Color::THE_1080_P, 60.0)
        );
        let modes = [&OV7251];
        let vga = Mode {
            resolution: Mono::THE_480_P,
            max_fps: Some(99.0),
        };
        assert_eq!(
            outcome(&modes, |sensor| sensor.mono, Mono::THE_720_P),
            Outcome::Replaced(Some(vga))
        );
    }

    #[test]
    fn a_sensor_of_another_kind_says_nothing() {
        assert_eq!(color(&[&OV9282], Color::THE_1080_P), Outcome::Unknown);
        assert_eq!(color(&[], Color::THE_1080_P), Outcome::Unknown);
    }
}
