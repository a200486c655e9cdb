//! Batches of readings that the IMU node does not support.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::imu::IMUProperties;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK148",
    name: "imu-batch",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["I6"],
    summary: "An IMU batch that is larger than the node allows.",
    docs: include_str!("imu_batch.md"),
};

/// Maximum readings per message.
const MOST: i32 = 5;

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, imu) in context.each::<IMUProperties>() {
        let (threshold, most) = (imu.batch_report_threshold, imu.max_batch_reports);
        // The library's own examples use 10; the cap at 5 does no harm.
        let severity = if most > MOST && threshold <= MOST {
            Severity::Info
        } else {
            Severity::Warning
        };
        let (key, why) = if !(1..=MOST).contains(&most) {
            ("max_batch_reports", format!("must be from 1 to {MOST}"))
        } else if !(1..=most).contains(&threshold) {
            let why = format!("must be from 1 to {most} (`max_batch_reports`)");
            ("batch_report_threshold", why)
        } else {
            continue;
        };
        let message = format!("`{key}` of `{}` is out of range", node.name());
        diagnostics.push(
            Diagnostic::new(&RULE, message)
                .severity(severity)
                .label(node.span(&[key]), why)
                .help("write a number in this range; the device caps other numbers"),
        );
    }
}
