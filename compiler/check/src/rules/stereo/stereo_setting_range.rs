//! Settings of stereo matching outside their ranges.

use std::ops::RangeInclusive;

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::stereo_depth::StereoDepthProperties;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK071",
    name: "stereo-setting-range",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["S16", "S19", "S35"],
    summary: "A setting of StereoDepth outside its range.",
    docs: include_str!("stereo_setting_range.md"),
};

/// A setting: its description, its value, its range, and its keys.
type Setting = (
    &'static str,
    i64,
    RangeInclusive<i64>,
    &'static [&'static str],
);

fn settings(stereo: &StereoDepthProperties) -> [Setting; 4] {
    let config = &stereo.initial_config;
    [
        (
            "decimation factor",
            config
                .post_processing
                .decimation_filter
                .decimation_factor
                .into(),
            1..=4,
            &["initial_config.post_processing.decimation_filter.decimation_factor"],
        ),
        (
            "threshold of the left-right check",
            config.algorithm_control.left_right_check_threshold.into(),
            // The widest of the ranges that the library documents; the other ends at 128.
            0..=255,
            &[
                "initial_config.left_right_check_threshold",
                "initial_config.algorithm_control.left_right_check_threshold",
            ],
        ),
        (
            "number of post-processing SHAVEs",
            stereo.num_post_processing_shaves.into(),
            -1..=10,
            &[
                "num_post_processing_shaves",
                "post_processing_hardware_resources",
            ],
        ),
        (
            "number of post-processing memory slices",
            stereo.num_post_processing_memory_slices.into(),
            -1..=6,
            &[
                "num_post_processing_memory_slices",
                "post_processing_hardware_resources",
            ],
        ),
    ]
}

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, stereo) in context.each::<StereoDepthProperties>() {
        for (what, value, range, keys) in settings(&stereo) {
            if range.contains(&value) {
                continue;
            }
            let (least, most) = (*range.start(), *range.end());
            diagnostics.push(
                Diagnostic::new(&RULE, format!("the {what} of `{}` is {value}", node.name()))
                    .label(node.span(keys), format!("must be from {least} to {most}"))
                    .help(format!("write {}", value.clamp(least, most))),
            );
        }
    }
}
