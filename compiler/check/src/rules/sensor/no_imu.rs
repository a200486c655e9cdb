//! IMU nodes on cameras without a motion sensor.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::Kind;

use crate::{Check, Context};
use oakc_core::hardware::Imu;

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK149",
    name: "no-imu",
    level: Severity::Error,
    adjustable: true,
    constraints: &["I7"],
    summary: "An IMU node on a camera that has no motion sensor.",
    docs: include_str!("no_imu.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let absent = |imu: &[Imu]| !imu.is_empty() && imu.iter().all(|chip| *chip == Imu::Absent);
    let Some(camera) = context.camera.filter(|camera| absent(camera.imu)) else {
        return;
    };
    for node in context
        .graph
        .node_refs()
        .filter(|node| node.kind() == Kind::IMU)
    {
        let message = format!(
            "`{}` needs a motion sensor, but an {} has none",
            node.name(),
            camera.name
        );
        let diagnostic = Diagnostic::new(&RULE, message)
            .label(node.config.kind_span, "the node does not start")
            .help("remove the node, or use a camera with a motion sensor");
        diagnostics
            .push(diagnostic.secondary(context.config().written("device.model"), "the camera"));
    }
}
