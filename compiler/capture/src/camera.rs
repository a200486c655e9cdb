//! The camera that a program believes to have: a product in, what the Python side answers about it out.

use oakc_core::hardware::sensors::{Kind, OV9282};
use oakc_core::hardware::{Camera, Imu, Sensor, Socket};
use oakc_core::infer::nodes::{color_camera, mono_camera};
use oakc_runtime_schema::camera::CameraBoardSocket;
use oakc_runtime_schema::nodes::color_camera::SensorResolution as Color;
use serde::Serialize;

/// A product, as the Python side reads it.
#[derive(Debug, Serialize)]
pub(crate) struct Described {
    name: &'static str,
    imu: &'static str,
    sockets: Vec<View>,
    /// The sockets of the left and the right camera; empty where there is no such pair.
    stereo: Vec<String>,
    /// How far the two are from each other, in centimeters.
    baseline: f64,
}

/// A camera of the product.
#[derive(Debug, Serialize)]
struct View {
    socket: String,
    name: &'static str,
    sensor: &'static str,
    types: Vec<&'static str>,
    width: u64,
    height: u64,
    modes: Vec<Mode>,
    /// The horizontal angle of view, in degrees.
    fov: f64,
    autofocus: bool,
}

/// A mode of a sensor.
#[derive(Debug, Serialize)]
struct Mode {
    #[serde(rename = "type")]
    kind: &'static str,
    width: u64,
    height: u64,
    fps: f64,
}

/// Where nobody has said how fast a mode is.
const USUAL_FPS: f64 = 30.0;

impl Described {
    pub(crate) fn of(camera: &Camera) -> Self {
        let pair = ["left", "right"].map(|name| camera.named(name));
        let pair = pair
            .into_iter()
            .flatten()
            .map(|socket| label(socket.socket));
        let pair: Vec<_> = pair.collect();
        Self {
            name: camera.name,
            imu: imu(camera),
            sockets: camera
                .sockets
                .iter()
                .map(|socket| View::of(camera, socket))
                .collect(),
            stereo: if pair.len() == 2 { pair } else { Vec::new() },
            baseline: baseline(camera),
        }
    }
}

impl View {
    fn of(camera: &Camera, socket: &Socket) -> Self {
        let sensor = usual_sensor(socket);
        let modes = modes(sensor);
        let largest = modes.iter().max_by_key(|mode| mode.width * mode.height);
        let (width, height) =
            largest.map_or(without_modes(sensor), |mode| (mode.width, mode.height));
        let mut types = vec![kind(sensor.kind)];
        if sensor.kind == Kind::Color && !sensor.mono.list.is_empty() {
            types.push(kind(Kind::Mono));
        }
        Self {
            socket: label(socket.socket),
            name: socket.name,
            sensor: sensor.name,
            types,
            width,
            height,
            modes,
            fov: field_of_view(camera, sensor),
            autofocus: matches!(sensor.name, "IMX378" | "IMX214" | "IMX582") && !is_wide(camera),
        }
    }
}

/// What the library calls a socket.
fn label(socket: CameraBoardSocket) -> String {
    format!("{socket:?}")
}

/// The sensor that most units have; of those that take any module, the one that most people plug in.
fn usual_sensor(socket: &Socket) -> &'static Sensor {
    let side = socket.socket != CameraBoardSocket::CAM_A;
    if socket.sensors.is_empty() && side {
        return &OV9282;
    }
    socket.candidates().first().copied().unwrap_or(&OV9282)
}

fn modes(sensor: &Sensor) -> Vec<Mode> {
    let mode = |kind, size: oakc_core::infer::Size, fps: Option<f64>| Mode {
        kind,
        width: size.width,
        height: size.height,
        fps: fps.unwrap_or(USUAL_FPS),
    };
    // depthai_sdk asks for the largest mode, and fails where one of them has no name there.
    let binned = [Color::THE_1352X1012, Color::THE_2024X1520];
    let color = sensor.color.list.iter();
    let color = color.filter(|at| !binned.contains(&at.resolution));
    let color = color.map(|at| mode("COLOR", color_camera::size(at.resolution), at.max_fps));
    let mono = sensor.mono.list.iter();
    let mono = mono.map(|at| mode("MONO", mono_camera::size(at.resolution), at.max_fps));
    color.chain(mono).collect()
}

/// The image of a sensor that neither camera node drives.
fn without_modes(sensor: &Sensor) -> (u64, u64) {
    match sensor.kind {
        Kind::Thermal => (256, 192),
        _ => (1280, 960),
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Color => "COLOR",
        Kind::Mono => "MONO",
        Kind::TimeOfFlight => "TOF",
        Kind::Thermal => "THERMAL",
    }
}

fn imu(camera: &Camera) -> &'static str {
    let known = camera.imu.iter().find(|imu| **imu != Imu::Absent);
    match known {
        Some(Imu::Bno086) => "BNO086",
        Some(Imu::Bmi270) => "BMI270",
        Some(Imu::Absent) | None => "",
    }
}

fn is_wide(camera: &Camera) -> bool {
    camera.name.split('-').any(|word| word == "W")
}

/// Lenses of the shop's pages, rounded.
fn field_of_view(camera: &Camera, sensor: &Sensor) -> f64 {
    let global_shutter = matches!(sensor.name, "OV9282" | "OV9782");
    match (is_wide(camera), global_shutter) {
        (true, true) => 127.0,
        (true, false) => 95.0,
        (false, true) => 72.0,
        (false, false) => 69.0,
    }
}

fn baseline(camera: &Camera) -> f64 {
    match camera.name {
        "OAK-D-SR" | "OAK-D-SR-POE" => 2.0,
        "OAK-D-LR" => 15.0,
        "OAK-D-CM4" | "OAK-D-CM4-POE" => 9.0,
        _ => 7.5,
    }
}

#[cfg(test)]
mod tests {
    use oakc_core::hardware::{CAMERAS, find};

    use super::*;

    #[test]
    fn a_product_is_described_as_its_sensors_are() {
        let described = Described::of(find("OAK-D-POE").unwrap());
        let [color, left, _] = &described.sockets[..] else {
            panic!("{described:?}");
        };
        assert_eq!(
            (color.sensor, color.width, color.height),
            ("IMX378", 4056, 3040)
        );
        assert!(color.autofocus && !left.autofocus);
        assert_eq!((left.sensor, &left.types[..]), ("OV9282", &["MONO"][..]));
        assert_eq!(described.stereo, ["CAM_B", "CAM_C"]);
        assert_eq!(described.imu, "BNO086");
    }

    #[test]
    fn every_product_has_cameras_with_pixels() {
        for camera in CAMERAS {
            let described = Described::of(camera);
            assert!(!described.sockets.is_empty(), "{}", camera.name);
            for view in &described.sockets {
                assert!(
                    view.width > 0 && view.height > 0,
                    "{}: {view:?}",
                    camera.name
                );
            }
        }
    }
}
