//! Warped pictures in front of spatial detectors.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::spatial_detection_network::SpatialDetectionNetworkProperties;

use crate::{Check, Context};
use oakc_core::graph::LinkRef;

pub(in crate::rules) const CHECK: Check = Check {
    rule: &RULE,
    adjustable: true,
    check,
};

static RULE: Rule = Rule {
    code: "OAK115",
    name: "warped-picture",
    level: Severity::Error,
    summary: "A spatial detector that gets warped pictures.",
    docs: "\
# What
A spatial detector gets its pictures from a Warp node.

# Why on the device
The node looks up in the depth map where each box is, and cannot undo a warp for that. It refuses
the pictures.

# Example
```toml
[nodes.detect]
type = \"MobileNetSpatialDetectionNetwork\"
inputs.in = \"warp.out\"
```

# Use instead
The picture as the camera makes it, or cropped and scaled by an ImageManip.

# Source
constraints P3: message of the firmware of DepthAI 2.33.
",
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, _) in context.each::<SpatialDetectionNetworkProperties>() {
        let is_warped = |link: &LinkRef<'_>| {
            let source = context.graph.config_of(link.from);
            source.is_some_and(|source| source.kind.name == "Warp")
        };
        for link in node.links_to("in").filter(is_warped) {
            let message = format!("`{}` gets warped pictures", node.name());
            diagnostics.push(
                Diagnostic::new(&RULE, message)
                    .label(
                        link.span,
                        "refused: a box could not be found in the depth map",
                    )
                    .help("link the camera itself, or an ImageManip that crops and scales"),
            );
        }
    }
}
