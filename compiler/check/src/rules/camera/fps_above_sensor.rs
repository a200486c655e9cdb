//! Rates that the sensor cannot reach.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::color_camera::ColorCameraProperties;
use oakc_runtime_schema::nodes::mono_camera::MonoCameraProperties;

use crate::{Check, Context};
use oakc_core::graph::NodeRef;
use oakc_core::hardware::outcome;

pub(in crate::rules) const CHECK: Check = Check {
    rule: &RULE,
    adjustable: true,
    check,
};

static RULE: Rule = Rule {
    code: "OAK033",
    name: "fps-above-sensor",
    level: Severity::Warning,
    summary: "More frames per second than the sensor gives at this resolution.",
    docs: "\
# What
Each sensor has a highest rate for each resolution: IMX378 gives 12 MP at 30, 4K at 42 and 1080p at 60
frames per second (118 with `initial_control.misc = [[\"downsampling-mode\", \"binning\"]]`), OV9282 800p
at 129, OV7251 480p at 99, AR0234 1200p at 60, IMX582 5312x6000 at 10. Without `device.model`, only what
no sensor can do is found.

# Why on the device
The firmware lowers the rate and says so only in its log. What reckons with the rate that is written
(encoders, Sync, exposure times) is off.

# Example
```toml
[nodes.cam]
type = \"ColorCamera\"
resolution = \"12mp\"
fps = 60
```

# Use instead
```toml
resolution = \"1080p\"
fps = 60
```

# Source
constraints C13, C27, MC6: messages of the firmware of DepthAI 2.33; table of sensors in the
documentation.
",
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, camera) in context.each::<ColorCameraProperties>() {
        let most = outcome::color(context.camera, &camera).max_fps();
        diagnostics.extend(capped(&node, camera.fps, most));
    }
    for (node, camera) in context.each::<MonoCameraProperties>() {
        let most = outcome::mono(context.camera, &camera).max_fps();
        diagnostics.extend(capped(&node, camera.fps, most));
    }
}

fn capped(node: &NodeRef<'_>, fps: f32, most: Option<f64>) -> Option<Diagnostic> {
    let most = most.filter(|most| f64::from(fps) > *most)?;
    let message = format!(
        "`{}` asks for {fps} frames per second, but its sensor gives {most} at this resolution",
        node.name()
    );
    let span = node.span(&["fps"]);
    let diagnostic = Diagnostic::new(&RULE, message)
        .label(span, format!("the camera runs at {most}"))
        .help(format!(
            "write `fps = {}`, or take a smaller resolution",
            most.floor()
        ));
    Some(diagnostic.secondary(node.written(&["resolution"]), "at this resolution"))
}
