//! Programs whose only result is the log.

use oakc_diag::{Diagnostics, Rule, Severity};

use super::programs::programs;
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check {
    rule: &RULE,
    adjustable: true,
    check,
};

static RULE: Rule = Rule {
    code: "OAK211",
    name: "log-only-script",
    level: Severity::Warning,
    summary: "A script whose only result is its log.",
    docs: "\
# What
All that a script does with what it reads is to log it, with `node.warn`, `print` and their like. It sends no message,
opens no connection or file, and drives no pin.

# Why on the device
The log goes to a host over XLink. A standalone camera has none: nobody ever sees what the script reports.

# Example
```python
while True:
    detections = node.io[\"detections\"].get()
    node.warn(f\"{len(detections.detections)} people\")
```

# Use instead
Send it where somebody is: UDP, TCP, HTTP or MQTT on a PoE camera, GPIO, UART, SPI, or a file in the eMMC.

# Source
users 1: logs of scripts go only to a host.
",
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for program in programs(context) {
        let (false, Some(first)) = (program.facts.has_effects, program.facts.logs.first()) else {
            continue;
        };
        let message = format!(
            "all that the script of `{}` does is to log",
            program.node.name()
        );
        let label = "a standalone camera has nobody who reads this";
        program.report(&RULE, first, message, label, diagnostics, |found| {
            found.help("send it over the network, SPI, GPIO or UART, or write it to the eMMC")
        });
    }
}
