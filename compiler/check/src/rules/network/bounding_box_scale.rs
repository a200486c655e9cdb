//! Scale factors of bounding boxes that are out of range.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::spatial_detection_network::SpatialDetectionNetworkProperties;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK112",
    name: "bounding-box-scale",
    level: Severity::Error,
    adjustable: true,
    constraints: &["P1"],
    summary: "A scale factor of bounding boxes that is not greater than 0 and at most 1.",
    docs: include_str!("bounding_box_scale.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, spatial) in context.each::<SpatialDetectionNetworkProperties>() {
        let scale = spatial.detected_bb_scale_factor;
        if scale > 0.0 && scale <= 1.0 {
            continue;
        }
        let keys = ["bounding_box_scale_factor", "detected_bb_scale_factor"];
        let message = format!(
            "the bounding box scale factor of `{}` is {scale}",
            node.name()
        );
        diagnostics.push(
            Diagnostic::new(&RULE, message)
                .label(
                    node.span(&keys),
                    "must be greater than 0 and at most 1; the device refuses this",
                )
                .help("write a number from 0 to 1, e.g. 0.5 for the central half"),
        );
    }
}
