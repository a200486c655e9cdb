//! Rates that no motion sensor supports.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::imu::{IMUProperties, IMUSensor};

use crate::{Check, Context};
use oakc_core::hardware::Imu;

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK160",
    name: "imu-rate",
    level: Severity::Info,
    adjustable: true,
    constraints: &["I9"],
    summary: "More reports per second than the motion sensor supports.",
    docs: include_str!("imu_rate.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let chips = context
        .camera
        .map_or(&[Imu::Bno086][..], |camera| camera.imu);
    for (node, imu) in context.each::<IMUProperties>() {
        for sensor in &imu.imu_sensors {
            let most = chips
                .iter()
                .filter_map(|chip| most(*chip, sensor.sensor_id))
                .max();
            let Some(most) = most.filter(|most| sensor.report_rate > *most) else {
                continue;
            };
            let message = format!(
                "`{}` requests {:?} {} times per second",
                node.name(),
                sensor.sensor_id,
                sensor.report_rate
            );
            diagnostics.push(
                Diagnostic::new(&RULE, message)
                    .label(
                        node.span(&["enable_imu_sensor", "imu_sensors"]),
                        format!("the sensor supports at most {most}"),
                    )
                    .help(format!(
                        "write {most}, and use the timestamp of each report"
                    )),
            );
        }
    }
}

/// Maximum reports per second of a chip.
fn most(chip: Imu, sensor: IMUSensor) -> Option<u32> {
    use IMUSensor as S;
    match (chip, sensor) {
        (Imu::Bmi270, S::ACCELEROMETER_RAW | S::GYROSCOPE_RAW) => Some(250),
        (Imu::Absent | Imu::Bmi270, _) => None,
        (
            Imu::Bno086,
            S::MAGNETOMETER_RAW | S::MAGNETOMETER_CALIBRATED | S::MAGNETOMETER_UNCALIBRATED,
        ) => Some(100),
        (
            Imu::Bno086,
            S::ACCELEROMETER_RAW | S::ACCELEROMETER | S::LINEAR_ACCELERATION | S::GRAVITY,
        ) => Some(500),
        (Imu::Bno086, _) => Some(400),
    }
}
