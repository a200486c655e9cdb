//! Outputs that newer firmware makes otherwise.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::spatial_detection_network::SpatialDetectionNetworkProperties;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check {
    rule: &RULE,
    adjustable: true,
    check,
};

static RULE: Rule = Rule {
    code: "OAK119",
    name: "deprecated-output",
    level: Severity::Info,
    summary: "The output `boundingBoxMapping`, which is deprecated.",
    docs: "\
# What
`boundingBoxMapping` of a spatial detector sends which region of the depth map belongs to which
detection. Each detection has it itself.

# Why on the device
It works, and the log says at every start that it will go.

# Example
```toml
inputs.mapping = \"detect.boundingBoxMapping\"
```

# Use instead
In the Script that gets the detections: `detection.boundingBoxMapping`.

# Source
constraints P6: message of the firmware of DepthAI 2.33.
",
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, _) in context.each::<SpatialDetectionNetworkProperties>() {
        for link in node.links_from("boundingBoxMapping") {
            let message = format!("`{}.boundingBoxMapping` is deprecated", node.name());
            diagnostics.push(
                Diagnostic::new(&RULE, message)
                    .label(link.span, "each detection carries it")
                    .help("use `boundingBoxMapping` of the detections from `out`"),
            );
        }
    }
}
