//! Two camera nodes for one sensor.

use std::collections::BTreeMap;

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity, Span};
use oakc_runtime_schema::camera::CameraBoardSocket;

use super::sensors::{self, Reader};
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check {
    rule: &RULE,
    adjustable: true,
    check,
};

static RULE: Rule = Rule {
    code: "OAK036",
    name: "shared-socket",
    level: Severity::Error,
    summary: "Two camera nodes on one connector.",
    docs: "\
# What
Each image sensor is read by one node: no two of ColorCamera, MonoCamera and Camera can have the same
`board_socket`.

# Why on the device
The pipeline does not start: the second node finds the sensor taken.

# Example
```toml
[nodes.small]
type = \"ColorCamera\"
board_socket = \"CAM_A\"

[nodes.large]
type = \"ColorCamera\"
board_socket = \"CAM_A\"
```

# Use instead
One camera node, whose outputs `preview`, `video`, `isp` and `still` have sizes of their own; further
sizes with ImageManip.

# Source
constraints C15: message of the firmware of DepthAI 2.33.
",
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let mut taken: BTreeMap<CameraBoardSocket, Span> = BTreeMap::new();
    for Reader { node, place, .. } in sensors::readers(context) {
        let Some(socket) = place else {
            continue;
        };
        let span = node.span(sensors::PLACE_KEYS);
        if let Some(first) = taken.get(&socket) {
            diagnostics.push(
                Diagnostic::new(
                    &RULE,
                    format!("`{}` reads the sensor of another node", node.name()),
                )
                .label(span, format!("{socket:?} is taken"))
                .secondary(*first, "by this node")
                .help("use another socket, or more outputs of the first node"),
            );
        } else {
            taken.insert(socket, span);
        }
    }
}
