//! Frames that the warp engines cannot read or write.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::image::FrameType;
use oakc_runtime_schema::nodes::warp::WarpProperties;

use crate::{Check, Context};
use oakc_core::graph::NodeRef;
use oakc_core::infer::{Flow, Size};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK084",
    name: "warp-size",
    level: Severity::Error,
    adjustable: true,
    constraints: &["W1", "W2", "W3", "W4"],
    summary: "A Warp whose frames have a size that the warp engines refuse.",
    docs: include_str!("warp_size.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, warp) in context.each::<WarpProperties>() {
        let input = context.facts.input(&node, "inputImage");
        diagnostics.extend(input_width(&node, &input));
        let output = Size::of_pixels(warp.output_width, warp.output_height);
        diagnostics.extend(output.and_then(|size| output_size(&node, &input, size)));
    }
}

/// Widths must be a multiple of this, in pixels.
fn step(input: &Flow) -> u64 {
    match &input.frame_type {
        Some(kind) if kind.value == FrameType::YUV420p => 32,
        _ => 16,
    }
}

fn input_width(node: &NodeRef<'_>, input: &Flow) -> Option<Diagnostic> {
    let (size, step) = (input.size.as_ref()?, step(input));
    let width = size.value.width;
    if width.is_multiple_of(step) {
        return None;
    }
    let link = node.links_to("inputImage").next()?;
    let message = format!("`{}` gets frames {width} pixels wide", node.name());
    let diagnostic = Diagnostic::new(&RULE, message)
        .label(
            link.span,
            format!("the warp engines need a multiple of {step}"),
        )
        .help(format!(
            "make them {} pixels wide",
            (width / step * step).max(step)
        ));
    Some(size.explain(diagnostic, size.value))
}

fn output_size(node: &NodeRef<'_>, input: &Flow, size: Size) -> Option<Diagnostic> {
    let step = step(input);
    if size.width.is_multiple_of(step) && size.height.is_multiple_of(2) {
        return None;
    }
    let nearest = Size::new(
        size.width.next_multiple_of(step),
        size.height.next_multiple_of(2),
    );
    let message = format!("`{}` cannot produce frames of {size}", node.name());
    Some(
        Diagnostic::new(&RULE, message)
            .label(
                node.span(&["output_size", "output_width", "output_height"]),
                format!("the width must be a multiple of {step}, and the height must be even"),
            )
            .help(format!(
                "write {}",
                node.language()
                    .setting("output_size", [nearest.width, nearest.height])
            )),
    )
}
