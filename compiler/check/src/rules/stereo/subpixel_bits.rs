//! Numbers of fraction bits that the matcher does not support.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::stereo_depth::StereoDepthProperties;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK068",
    name: "subpixel-bits",
    level: Severity::Error,
    adjustable: true,
    constraints: &["S13"],
    summary: "Subpixel disparities with a number of fraction bits other than 3, 4 or 5.",
    docs: include_str!("subpixel_bits.md"),
};

const KEYS: &[&str] = &[
    "subpixel_fractional_bits",
    "initial_config.subpixel_fractional_bits",
    "initial_config.algorithm_control.subpixel_fractional_bits",
];

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, stereo) in context.each::<StereoDepthProperties>() {
        let control = &stereo.initial_config.algorithm_control;
        let bits = control.subpixel_fractional_bits;
        if control.enable_subpixel && !(3..=5).contains(&bits) {
            let message = format!("`{}` cannot have {bits} fraction bits", node.name());
            diagnostics.push(
                Diagnostic::new(&RULE, message)
                    .label(
                        node.span(KEYS),
                        "must be 3, 4 or 5; the device refuses this",
                    )
                    .help(format!("write {}", bits.clamp(3, 5))),
            );
        }
    }
}
