//! Products and their image sensors.

use std::fmt::Write as _;

use oakc_core::hardware::sensors::{Kind, Modes, SENSORS, Sensor};
use oakc_core::hardware::{self, CAMERAS, Camera, Flash, Imu};
use oakc_runtime_schema::reflect::{Reflect, usual_name};

use super::topic::{Topic, table};

pub(super) fn names() -> impl Iterator<Item = (String, &'static str)> {
    let products = CAMERAS
        .iter()
        .map(|camera| (camera.name.to_owned(), "product"));
    let sensors = SENSORS
        .iter()
        .map(|sensor| (sensor.name.to_owned(), "image sensor"));
    products.chain(sensors)
}

pub(super) fn find(name: &str) -> Option<Topic> {
    if let Some(camera) = hardware::find(name) {
        return Some(product(camera));
    }
    let mut sensors = SENSORS.iter();
    let sensor = sensors.find(|sensor| sensor.name.eq_ignore_ascii_case(name))?;
    Some(of_sensor(sensor))
}

fn product(camera: &Camera) -> Topic {
    let has = |has: bool| if has { "yes" } else { "no" }.to_owned();
    let imu: Vec<_> = camera.imu.iter().map(|imu| imu_name(*imu)).collect();
    let flash = match camera.flash {
        Flash::None => "none for applications".to_owned(),
        Flash::Nor([]) => "of a size that is not known".to_owned(),
        Flash::Nor(sizes) => {
            let sizes = sizes.iter().map(|size| format!("{} MiB", size.mebibytes));
            sizes.collect::<Vec<_>>().join(" or ")
        }
    };
    let facts = [
        ("Ethernet", has(camera.ethernet)),
        ("USB", has(camera.usb)),
        ("SPI", has(camera.spi)),
        ("motion sensor", imu.join(" or ")),
        ("flash", flash),
        ("eMMC", has(camera.emmc).replace("yes", "some units")),
    ];
    let facts = facts.map(|(name, value)| (name.to_owned(), value));
    let sockets = camera.sockets.iter().map(|socket| {
        let sensors: Vec<_> = socket.sensors.iter().map(|sensor| sensor.name).collect();
        let sensors = match sensors.as_slice() {
            [] => "whatever is plugged in".to_owned(),
            sensors => sensors.join(" or "),
        };
        (
            format!("{:?}", socket.socket),
            format!("`{}`: {sensors}", socket.name),
        )
    });
    let sockets: Vec<_> = sockets.collect();
    let text = format!(
        "In an application: [device] model = \"{}\"{}{}",
        camera.name,
        table("has", &facts),
        table("cameras, by socket", &sockets)
    );
    Topic {
        kind: "product",
        name: camera.name.to_owned(),
        title: format!("{} (product)", camera.name),
        text,
    }
}

fn imu_name(imu: Imu) -> &'static str {
    match imu {
        Imu::Absent => "none",
        Imu::Bno086 => "BNO086 (nine axes, orientation)",
        Imu::Bmi270 => "BMI270 (six axes)",
    }
}

fn of_sensor(sensor: &'static Sensor) -> Topic {
    let sees = match sensor.kind {
        Kind::Color => "colour",
        Kind::Mono => "brightness",
        Kind::TimeOfFlight => "distance",
        Kind::Thermal => "temperature",
    };
    let products = CAMERAS.iter().filter(|camera| {
        let mut sensors = camera.sockets.iter().flat_map(|socket| socket.sensors);
        sensors.any(|other| other.name == sensor.name)
    });
    let products: Vec<_> = products.map(|camera| camera.name).collect();
    let products = match products.as_slice() {
        [] => "In no product that oakc knows; on modules.".to_owned(),
        products => format!("In {}.", products.join(", ")),
    };
    Topic {
        kind: "sensor",
        name: sensor.name.to_owned(),
        title: format!("{} (image sensor, sees {sees})", sensor.name),
        text: format!(
            "{products}{}{}",
            modes("resolutions of a ColorCamera", &sensor.color),
            modes("resolutions of a MonoCamera", &sensor.mono)
        ),
    }
}

fn modes<R: Reflect>(title: &str, modes: &Modes<R>) -> String {
    let name = |resolution| usual_name(resolution).unwrap_or_default();
    let rows = modes.list.iter().map(|mode| {
        let fps = mode.max_fps.map(|fps| format!("{fps} fps at most"));
        (name(&mode.resolution), fps.unwrap_or_default())
    });
    let rows: Vec<_> = rows.collect();
    let mut text = table(title, &rows);
    for (asked, taken) in modes.instead {
        _ = write!(text, "\n  {} becomes {}", name(asked), name(taken));
    }
    if let Some(fallback) = &modes.fallback {
        _ = write!(text, "\n  any other becomes {}", name(fallback));
    }
    text
}
