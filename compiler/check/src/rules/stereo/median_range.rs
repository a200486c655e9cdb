//! Disparities too large for the median filter.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::image::MedianFilter;
use oakc_runtime_schema::messages::{DisparityWidth, StereoDepthConfig};
use oakc_runtime_schema::nodes::stereo_depth::StereoDepthProperties;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK069",
    name: "median-range",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["S14"],
    summary: "A median filter on disparities that are too large for it.",
    docs: include_str!("median_range.md"),
};

const LARGEST: i64 = 1024;

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, stereo) in context.each::<StereoDepthProperties>() {
        let config = &stereo.initial_config;
        let bits = config.algorithm_control.subpixel_fractional_bits;
        let (disparity, median) = (max_disparity(config), config.post_processing.median);
        // An invalid number of bits is found by another rule.
        if median == MedianFilter::MEDIAN_OFF || disparity <= LARGEST || bits > 5 {
            continue;
        }
        let message = format!(
            "`{}` has disparities up to {disparity}, too large for its median filter",
            node.name()
        );
        let diagnostic = Diagnostic::new(&RULE, message)
            .label(
                node.span(&[
                    "median_filter",
                    "initial_config.median_filter",
                    "initial_config.post_processing.median",
                ]),
                format!("turned off by the device: it supports up to {LARGEST}"),
            )
            .help(format!(
                "write {} without the extended range, or {}",
                node.language().setting("subpixel_fractional_bits", 3),
                node.language().setting("median_filter", "MEDIAN_OFF")
            ));
        diagnostics.push(diagnostic);
    }
}

/// The largest disparity in the units of the output.
fn max_disparity(config: &StereoDepthConfig) -> i64 {
    let control = &config.algorithm_control;
    let searched = match config.cost_matching.disparity_width {
        _ if config.cost_matching.enable_companding => 175,
        DisparityWidth::DISPARITY_64 => 63,
        DisparityWidth::DISPARITY_96 => 95,
    };
    let shifted = searched + i64::from(control.disparity_shift);
    let extended = if control.enable_extended { 2 } else { 1 };
    let bits = u32::try_from(control.subpixel_fractional_bits).unwrap_or_default();
    let steps = if control.enable_subpixel {
        1 << bits.min(16)
    } else {
        1
    };
    shifted * extended * steps
}
