//! Stereo matching that cannot keep up.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::messages::{AlgorithmControl, Filter};
use oakc_runtime_schema::nodes::stereo_depth::StereoDepthProperties;

use super::filters::enabled;
use crate::{Check, Context};
use oakc_core::graph::NodeRef;
use oakc_core::infer::Size;

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK074",
    name: "slow-stereo",
    level: Severity::Info,
    adjustable: true,
    constraints: &["S23", "S36"],
    summary: "Stereo matching that is probably slower than its cameras.",
    docs: include_str!("slow_stereo.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, stereo) in context.each::<StereoDepthProperties>() {
        diagnostics.extend(too_fast(context, &node, &stereo));
        diagnostics.extend(slow_filters(context, &node, &stereo));
    }
}

fn too_fast(
    context: &Context<'_>,
    node: &NodeRef<'_>,
    stereo: &StereoDepthProperties,
) -> Option<Diagnostic> {
    let left = context.facts.input(node, "left");
    let (size, fps) = (left.size?, left.fps?);
    let rate = rate(size.value, &stereo.initial_config.algorithm_control)?;
    if fps.value <= rate {
        return None;
    }
    let message = format!(
        "`{}` gets {} frames of {} per second, but can match only about {rate}",
        node.name(),
        fps.value,
        size.value
    );
    let diagnostic = Diagnostic::new(&RULE, message)
        .label(node.config.kind_span, "drops the rest")
        .help(format!(
            "lower the rate of both cameras to {rate}, or match smaller frames"
        ));
    Some(fps.explain(diagnostic, fps.value))
}

/// Frames per second that the matcher processes for frames of these two sizes.
fn rate(size: Size, control: &AlgorithmControl) -> Option<f64> {
    let modes = (
        control.enable_extended,
        control.enable_subpixel,
        control.enable_left_right_check,
    );
    let (large, small) = match modes {
        (false, false, false) => (60.0, 110.0),
        (false, false, true) => (55.0, 105.0),
        (false, true, false) => (45.0, 105.0),
        (false, true, true) => (34.0, 96.0),
        (true, false, false) => (54.0, 105.0),
        (true, _, true) => (26.0, 62.0),
        (true, true, false) => return None,
    };
    match size {
        Size {
            width: 1280,
            height: 720 | 800,
        } => Some(large),
        Size {
            width: 640,
            height: 400,
        } => Some(small),
        _ => None,
    }
}

fn slow_filters(
    context: &Context<'_>,
    node: &NodeRef<'_>,
    stereo: &StereoDepthProperties,
) -> Option<Diagnostic> {
    let size = context.facts.input(node, "left").size?;
    if size.value.width < 1280 {
        return None;
    }
    let post = &stereo.initial_config.post_processing;
    let slow =
        |filter: &Filter| [Filter::SPATIAL, Filter::SPECKLE, Filter::TEMPORAL].contains(filter);
    let (filter, keys) = enabled(post).find(|(filter, _)| slow(filter))?;
    if post.decimation_filter.decimation_factor > 1 {
        return None;
    }
    let message = format!(
        "the {filter:?} filter of `{}` works on whole frames",
        node.name()
    );
    let key = "initial_config.post_processing.decimation_filter.decimation_factor";
    Some(
        Diagnostic::new(&RULE, message)
            .label(node.span(keys), "slow without decimation")
            .help(format!(
                "add {}: half the width and height, a quarter of the work",
                node.language().setting(key, 2)
            )),
    )
}
