//! Calculators without regions.

use super::regions::REGIONS;
use oakc_core::syntax::Sample;
use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::spatial_location_calculator::SpatialLocationCalculatorProperties;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK117",
    name: "missing-region",
    level: Severity::Error,
    adjustable: true,
    constraints: &["P7"],
    summary: "A SpatialLocationCalculator without regions.",
    docs: include_str!("missing_region.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    if !context.graph.is_complete() {
        return;
    }
    for (node, calculator) in context.each::<SpatialLocationCalculatorProperties>() {
        let told = node.links_to("inputConfig").next().is_some();
        let used = node.incoming().next().is_some();
        if told || !used || !calculator.roi_config.config.is_empty() {
            continue;
        }
        let message = format!("`{}` has no regions to locate", node.name());
        diagnostics.push(
            Diagnostic::new(&RULE, message)
                .label(node.span(&REGIONS), "every depth map is dropped")
                .help(format!(
                    "add {}, or link a Script to `inputConfig`",
                    context.language().setting("roi_config.config", [region()])
                )),
        );
    }
}

/// The middle of the depth map, as a region.
fn region() -> Sample {
    let parts = [("x", 0.4), ("y", 0.4), ("width", 0.2), ("height", 0.2)];
    let parts = parts.map(|(key, part)| (key, part.into()));
    Sample::table([("roi", Sample::table(parts))])
}
