//! Sensors that the product does not have.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::camera::CameraBoardSocket;
use oakc_runtime_schema::node::Sensors;

use super::sensors::{PLACE_KEYS, Reader, readers};
use crate::{Check, Context};
use oakc_core::hardware::{Camera, Sensor, sensors};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK037",
    name: "missing-sensor",
    level: Severity::Error,
    adjustable: true,
    constraints: &["C16", "C17", "MC1", "MC2"],
    summary: "A camera node for a sensor that the product does not have.",
    docs: include_str!("missing_sensor.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let Some(camera) = context.camera else {
        return;
    };
    let board = context.board();
    if !board.camera.is_empty() {
        // The author knows their board better.
        return;
    }
    for reader in readers(context) {
        let problem = no_pair(&reader, camera)
            .or_else(|| missing(&reader, camera))
            .or_else(|| wrong_kind(&reader, camera));
        diagnostics.extend(problem);
    }
}

/// A node for monochrome sensors that leaves the socket to the device gets the left or the right camera.
fn no_pair(reader: &Reader<'_>, camera: &Camera) -> Option<Diagnostic> {
    use CameraBoardSocket::{AUTO, CAM_B, CAM_C};
    let automatic = reader.socket == AUTO && reader.name.is_empty();
    let is_monochrome = reader.node.kind().sensors() == Some(Sensors::Monochrome);
    let has_pair = [CAM_B, CAM_C].map(|socket| camera.socket(socket).is_some());
    if !is_monochrome || !automatic || has_pair.contains(&true) {
        return None;
    }
    let message = format!(
        "`{}` uses the left or the right camera, but {} has neither",
        reader.node.name(),
        camera.name
    );
    Some(
        Diagnostic::new(&RULE, message)
            .label(reader.node.config.kind_span, "no camera is detected here")
            .help("use a ColorCamera, or a product with a stereo pair"),
    )
}

fn missing(reader: &Reader<'_>, camera: &Camera) -> Option<Diagnostic> {
    let described = camera.sockets.iter().all(|socket| !socket.name.is_empty());
    let (what, known) = if reader.name.is_empty() {
        if reader.socket == CameraBoardSocket::AUTO || camera.socket(reader.socket).is_some() {
            return None;
        }
        let sockets = camera
            .sockets
            .iter()
            .map(|place| format!("{:?}", place.socket));
        (format!("camera on {:?}", reader.socket), sockets.collect())
    } else {
        if !described || camera.named(&reader.name).is_some() {
            return None;
        }
        let names = camera
            .sockets
            .iter()
            .map(|place| format!("\"{}\"", place.name));
        (
            format!("camera called \"{}\"", reader.name),
            names.collect(),
        )
    };
    let known: Vec<String> = known;
    let message = format!(
        "`{}` reads a {what}, which {} does not have",
        reader.node.name(),
        camera.name
    );
    Some(
        Diagnostic::new(&RULE, message)
            .label(reader.node.span(PLACE_KEYS), "no camera is detected here")
            .help(format!("{} has {}", camera.name, known.join(", "))),
    )
}

fn wrong_kind(reader: &Reader<'_>, camera: &Camera) -> Option<Diagnostic> {
    let place = camera.socket(reader.place?)?;
    let kind = reader.node.kind();
    let (refuses, why, help): (fn(&Sensor) -> bool, _, _) = match kind.sensors()? {
        Sensors::All => return None,
        Sensors::Monochrome => (
            |sensor| sensor.mono.list.is_empty(),
            "is not monochrome",
            "use a ColorCamera here, or the socket of a monochrome sensor",
        ),
        Sensors::Pictures => (
            |sensor| {
                matches!(
                    sensor.kind,
                    sensors::Kind::TimeOfFlight | sensors::Kind::Thermal
                )
            },
            "does not produce images; read it with a Camera node",
            "use a Camera node and, for time of flight, a ToF node linked to its `raw`",
        ),
    };
    let sensors = place.candidates();
    if !sensors.iter().all(|sensor| refuses(sensor)) {
        return None;
    }
    let names: Vec<_> = sensors.iter().map(|sensor| sensor.name).collect();
    let message = format!(
        "`{}` is a {}, but {:?} of {} is a different kind of camera",
        reader.node.name(),
        kind,
        place.socket,
        camera.name
    );
    let label = format!("{} {why}", names.join(" or "));
    Some(
        Diagnostic::new(&RULE, message)
            .label(reader.node.span(PLACE_KEYS), label)
            .help(help),
    )
}
