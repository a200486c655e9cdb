//! Readings that the camera's chip does not provide.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::imu::{IMUProperties, IMUSensor};

use crate::{Check, Context};
use oakc_core::graph::NodeRef;
use oakc_core::hardware::Imu;

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK146",
    name: "unsupported-imu-sensor",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["I3"],
    summary: "A reading that the motion sensor of the camera does not provide.",
    docs: include_str!("unsupported_imu_sensor.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let Some(camera) = context
        .camera
        .filter(|camera| camera.imu.contains(&Imu::Bmi270))
    else {
        return;
    };
    let always = !camera.imu.contains(&Imu::Bno086);
    for (node, imu) in context.each::<IMUProperties>() {
        let wanted: Vec<_> = imu
            .imu_sensors
            .iter()
            .map(|sensor| sensor.sensor_id)
            .collect();
        let severity = match (always, wanted.iter().any(|sensor| is_raw(*sensor))) {
            (false, _) => Severity::Info,
            (true, true) => Severity::Warning,
            (true, false) => Severity::Error,
        };
        let missing = wanted.iter().find(|sensor| !is_raw(**sensor));
        let found = missing.map(|sensor| finding(&node, camera.name, *sensor, severity));
        diagnostics.extend(found);
    }
}

/// Whether a BMI270 provides it.
fn is_raw(sensor: IMUSensor) -> bool {
    [IMUSensor::ACCELEROMETER_RAW, IMUSensor::GYROSCOPE_RAW].contains(&sensor)
}

fn finding(node: &NodeRef<'_>, product: &str, sensor: IMUSensor, severity: Severity) -> Diagnostic {
    let (message, label) = if severity == Severity::Info {
        let message = format!(
            "`{}` reads {sensor:?}, which not every {product} provides",
            node.name()
        );
        (
            message,
            "some units have a BMI270, which does not provide it",
        )
    } else {
        let message = format!(
            "`{}` reads {sensor:?}, which an {product} does not provide",
            node.name()
        );
        (message, "its BMI270 does not provide it")
    };
    Diagnostic::new(&RULE, message)
        .severity(severity)
        .label(node.span(&["enable_imu_sensor", "imu_sensors"]), label)
        .help("read ACCELEROMETER_RAW and GYROSCOPE_RAW, which every chip provides")
}
