//! Frames that stereo matching does not support: too wide, of a wrong width, or of different sizes.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity, Span};
use oakc_runtime_schema::nodes::stereo_depth::StereoDepthProperties;

use crate::{Check, Context};
use oakc_core::graph::NodeRef;
use oakc_core::infer::nodes::stereo_depth::{MAX_INPUT_WIDTH, WIDTH_STEP};
use oakc_core::infer::{Fact, Refusal, Size};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK060",
    name: "stereo-input-size",
    level: Severity::Error,
    adjustable: true,
    constraints: &["MC8", "S4", "S5", "S6"],
    summary: "Frames of a size that stereo matching refuses.",
    docs: include_str!("stereo_input_size.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, _) in context.each::<StereoDepthProperties>() {
        diagnostics.extend(match &context.facts.output(&node, "disparity").refused {
            Some(Refusal::UnequalInputs { left, right }) => Some(different(&node, left, right)),
            Some(Refusal::UnmatchableWidth {
                frames,
                input,
                too_wide,
            }) => Some(wrong_width(&node, frames, *input, *too_wide)),
            _ => None,
        });
    }
}

fn different(node: &NodeRef<'_>, left: &Fact<Size>, right: &Fact<Size>) -> Diagnostic {
    let message = format!(
        "`{}` gets {} on the left and {} on the right",
        node.name(),
        left.value,
        right.value
    );
    let diagnostic = Diagnostic::new(&RULE, message)
        .label(link(node, "right"), "skipped: both must have the same size")
        .help("give both cameras the same resolution");
    let diagnostic = left.explain(diagnostic, left.value);
    right.explain(diagnostic, right.value)
}

fn wrong_width(
    node: &NodeRef<'_>,
    frames: &Fact<Size>,
    input: Option<&str>,
    too_wide: bool,
) -> Diagnostic {
    let width = frames.value.width;
    let why = if too_wide {
        format!("skipped: wider than {MAX_INPUT_WIDTH}")
    } else {
        format!("skipped: the width is not a multiple of {WIDTH_STEP}")
    };
    let place = input.map_or(frames.origin.span, |input| link(node, input));
    let allowed = width.min(MAX_INPUT_WIDTH) / WIDTH_STEP * WIDTH_STEP;
    let message = format!("`{}` cannot match frames {width} pixels wide", node.name());
    let diagnostic = Diagnostic::new(&RULE, message)
        .label(place, why)
        .help(format!(
            "make both frames at most {allowed} pixels wide, with a width that is a multiple of \
             {WIDTH_STEP}: choose another resolution, or use `isp_scale` of a colour camera"
        ));
    frames.explain(diagnostic, frames.value)
}

fn link(node: &NodeRef<'_>, side: &str) -> Span {
    let link = node.links_to(side).next();
    link.map_or(node.config.kind_span, |link| link.span)
}
