//! More than one IMU node.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check {
    rule: &RULE,
    adjustable: true,
    check,
};

static RULE: Rule = Rule {
    code: "OAK144",
    name: "second-imu",
    level: Severity::Error,
    summary: "A pipeline with more than one IMU node.",
    docs: "\
# What
The camera has one motion sensor, and a pipeline one IMU node, which can read all that the sensor gives.

# Why on the device
The pipeline does not start.

# Example
```toml
[nodes.accelerometer]
type = \"IMU\"

[nodes.gyroscope]
type = \"IMU\"
```

# Use instead
```toml
[nodes.imu]
type = \"IMU\"
enable_imu_sensor = [
    { sensor = \"ACCELEROMETER_RAW\", report_rate = 100 },
    { sensor = \"GYROSCOPE_RAW\", report_rate = 100 },
]
```

# Source
constraints I1: message of the firmware of DepthAI 2.33.
",
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let mut nodes = context
        .graph
        .node_refs()
        .filter(|node| node.kind() == "IMU");
    let Some(first) = nodes.next() else {
        return;
    };
    for node in nodes {
        diagnostics.push(
            Diagnostic::new(&RULE, format!("`{}` is a second IMU node", node.name()))
                .label(node.config.kind_span, "a pipeline can have one")
                .secondary(first.config.kind_span, "the first")
                .help(format!(
                    "read its sensors with `{}`, and link its output",
                    first.name()
                )),
        );
    }
}
