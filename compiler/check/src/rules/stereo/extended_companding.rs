//! Two incompatible ways to extend the disparity search.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::stereo_depth::StereoDepthProperties;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK070",
    name: "extended-companding",
    level: Severity::Error,
    adjustable: true,
    constraints: &["S15"],
    summary: "Extended disparity and companding are both on.",
    docs: include_str!("extended_companding.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, stereo) in context.each::<StereoDepthProperties>() {
        let config = &stereo.initial_config;
        if config.algorithm_control.enable_extended && config.cost_matching.enable_companding {
            let extended = [
                "extended_disparity",
                "initial_config.extended_disparity",
                "initial_config.algorithm_control.enable_extended",
                "default_profile_preset",
            ];
            let companding = "initial_config.cost_matching.enable_companding";
            let message = format!(
                "`{}` has both extended disparity and companding",
                node.name()
            );
            diagnostics.push(
                Diagnostic::new(&RULE, message)
                    .label(node.span(&[companding]), "the device refuses both at once")
                    .secondary(node.span(&extended), "extended disparity is on")
                    .help(
                        "remove one; extended disparity sees closer objects, companding is faster",
                    ),
            );
        }
    }
}
