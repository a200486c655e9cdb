//! IMU nodes that read no sensor.

use oakc_core::syntax::Sample;
use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::imu::IMUProperties;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK145",
    name: "imu-without-sensors",
    level: Severity::Error,
    adjustable: true,
    constraints: &["I2"],
    summary: "An IMU node that reads no sensor.",
    docs: include_str!("imu_without_sensors.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, imu) in context.each::<IMUProperties>() {
        if imu.imu_sensors.is_empty() {
            diagnostics.push(
                Diagnostic::new(&RULE, format!("`{}` reads no sensor", node.name()))
                    .label(node.config.kind_span, "the node refuses to start")
                    .help(format!(
                        "add {}",
                        node.language()
                            .setting("enable_imu_sensor", accelerometer())
                    )),
            );
        }
    }
}

/// The sensor that every IMU has, at a usual rate.
fn accelerometer() -> Sample {
    Sample::table([
        ("sensor", "ACCELEROMETER_RAW".into()),
        ("report_rate", 100.into()),
    ])
}
