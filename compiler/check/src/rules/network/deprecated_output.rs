//! Outputs that are deprecated.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::spatial_detection_network::SpatialDetectionNetworkProperties;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK119",
    name: "deprecated-output",
    level: Severity::Info,
    adjustable: true,
    constraints: &["P6"],
    summary: "The output `boundingBoxMapping`, which is deprecated.",
    docs: include_str!("deprecated_output.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, _) in context.each::<SpatialDetectionNetworkProperties>() {
        for link in node.links_from("boundingBoxMapping") {
            let message = format!("`{}.boundingBoxMapping` is deprecated", node.name());
            diagnostics.push(
                Diagnostic::new(&RULE, message)
                    .label(link.span, "each detection already contains it")
                    .help("use `boundingBoxMapping` of the detections from `out`"),
            );
        }
    }
}
