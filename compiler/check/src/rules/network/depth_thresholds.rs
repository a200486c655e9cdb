//! Empty ranges of depth.

use super::regions::REGIONS;
use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity, Span};
use oakc_runtime_schema::messages::SpatialLocationCalculatorConfigThresholds as Thresholds;
use oakc_runtime_schema::nodes::spatial_detection_network::SpatialDetectionNetworkProperties;
use oakc_runtime_schema::nodes::spatial_location_calculator::SpatialLocationCalculatorProperties;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK113",
    name: "depth-thresholds",
    level: Severity::Error,
    adjustable: true,
    constraints: &["P2"],
    summary: "A lower depth threshold that is not below the upper one.",
    docs: include_str!("depth_thresholds.md"),
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
        // Regions have no keys of their own.
        diagnostics.extend(findings.next());
    }
}

fn finding(name: &str, place: Span, thresholds: &Thresholds) -> Option<Diagnostic> {
    let (lower, upper) = (thresholds.lower_threshold, thresholds.upper_threshold);
    (lower >= upper).then(|| {
        Diagnostic::new(
            &RULE,
            format!("the depth range of `{name}` is empty: {lower} to {upper}"),
        )
        .label(
            place,
            "refused: the lower threshold must be below the upper one",
        )
        .help("write the smaller number as the lower threshold; both are millimetres by default")
    })
}
