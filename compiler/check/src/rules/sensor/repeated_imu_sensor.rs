//! Readings that are listed twice.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::imu::IMUProperties;
use std::collections::BTreeMap;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK147",
    name: "repeated-imu-sensor",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["I5"],
    summary: "A reading that an IMU node lists twice.",
    docs: include_str!("repeated_imu_sensor.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, imu) in context.each::<IMUProperties>() {
        let mut rates = BTreeMap::new();
        for sensor in &imu.imu_sensors {
            let first = *rates.entry(sensor.sensor_id).or_insert(sensor);
            if std::ptr::eq(first, sensor) {
                continue;
            }
            let message = format!("`{}` reads {:?} twice", node.name(), sensor.sensor_id);
            let label = format!("only the first counts: {} per second", first.report_rate);
            diagnostics.push(
                Diagnostic::new(&RULE, message)
                    .label(node.span(&["enable_imu_sensor", "imu_sensors"]), label)
                    .help("list each sensor once"),
            );
        }
    }
}
