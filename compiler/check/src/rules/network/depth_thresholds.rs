//! Ranges of depth that nothing is in.

use super::regions::REGIONS;
use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity, Span};
use oakc_runtime_schema::messages::SpatialLocationCalculatorConfigThresholds as Thresholds;
use oakc_runtime_schema::nodes::spatial_detection_network::SpatialDetectionNetworkProperties;
use oakc_runtime_schema::nodes::spatial_location_calculator::SpatialLocationCalculatorProperties;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check {
    rule: &RULE,
    adjustable: true,
    check,
};

static RULE: Rule = Rule {
    code: "OAK113",
    name: "depth-thresholds",
    level: Severity::Error,
    summary: "A lower depth threshold that is not below the upper one.",
    docs: "\
# What
Depth values between the lower and the upper threshold count. Here the lower one is not below the
upper one, so that no value does.

# Why on the device
The node refuses them and gives no positions.

# Example
```toml
depth_lower_threshold = 5000
depth_upper_threshold = 100
```

# Use instead
```toml
depth_lower_threshold = 100    # millimetres
depth_upper_threshold = 5000
```

# Source
constraints P2: message of the firmware of DepthAI 2.33.
",
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, spatial) in context.each::<SpatialDetectionNetworkProperties>() {
        let keys = [
            "depth_lower_threshold",
            "depth_upper_threshold",
            "depth_thresholds",
        ];
        let place = node.span(&keys);
        diagnostics.extend(finding(node.name(), place, &spatial.depth_thresholds));
    }
    for (node, calculator) in context.each::<SpatialLocationCalculatorProperties>() {
        let place = node.span(&REGIONS);
        let regions = calculator.roi_config.config.iter();
        let mut findings =
            regions.filter_map(|region| finding(node.name(), place, &region.depth_thresholds));
        // Regions have no places of their own.
        diagnostics.extend(findings.next());
    }
}

fn finding(name: &str, place: Span, thresholds: &Thresholds) -> Option<Diagnostic> {
    let (lower, upper) = (thresholds.lower_threshold, thresholds.upper_threshold);
    (lower >= upper).then(|| {
        Diagnostic::new(
            &RULE,
            format!("`{name}` takes depth from {lower} to {upper}, which is none"),
        )
        .label(
            place,
            "refused: the lower threshold must be below the upper one",
        )
        .help("write the smaller number as the lower threshold; both are millimetres by default")
    })
}
