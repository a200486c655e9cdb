//! Updates of the motion sensor that no longer happen.

use oakc_diag::{Diagnostic, Diagnostics, Fix, Rule, Severity};
use oakc_runtime_schema::nodes::imu::IMUProperties;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK161",
    name: "imu-firmware-update",
    level: Severity::Info,
    adjustable: true,
    constraints: &["I8"],
    summary: "An IMU node set to update its sensor's firmware.",
    docs: include_str!("imu_firmware_update.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, imu) in context.each::<IMUProperties>() {
        if imu.enable_firmware_update != Some(true) {
            continue;
        }
        let span = node.span(&["enable_firmware_update"]);
        diagnostics.push(
            Diagnostic::new(&RULE, format!("`{}` does not update firmware", node.name()))
                .label(span, "has no effect in this release")
                .help("update it once from a host: `Device.startIMUFirmwareUpdate`")
                .fix(Fix::suggested("turn it off").edit(span, "false")),
        );
    }
}
