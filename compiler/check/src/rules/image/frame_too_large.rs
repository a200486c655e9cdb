//! Output frames larger than their node allows.

use oakc_diag::{Diagnostic, Diagnostics, Fix, Rule, Severity};

use oakc_runtime_schema::nodes::edge_detector::EdgeDetectorProperties;
use oakc_runtime_schema::nodes::image_manip::ImageManipProperties;
use oakc_runtime_schema::nodes::warp::WarpProperties;

use super::consumers::has_pixels;
use crate::{Check, Context};
use oakc_core::graph::NodeRef;
use oakc_core::infer::{Flow, Refusal};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK082",
    name: "frame-too-large",
    level: Severity::Error,
    adjustable: true,
    constraints: &["M1", "W7", "E3"],
    summary: "An output frame with more bytes than the node's `max_output_frame_size`.",
    docs: include_str!("frame_too_large.md"),
};

const KEYS: &[&str] = &["max_output_frame_size", "output_frame_size"];

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let manips = context.each::<ImageManipProperties>();
    let manips = manips.map(|(node, _)| (node, "out"));
    let warps = context.each::<WarpProperties>();
    let warps = warps.map(|(node, _)| (node, "out"));
    let edges = context.each::<EdgeDetectorProperties>();
    let edges = edges.map(|(node, _)| (node, "outputImage"));
    for (node, output) in manips.chain(warps).chain(edges) {
        diagnostics.extend(too_large(&node, context.facts.output(&node, output)));
    }
}

fn too_large(node: &NodeRef<'_>, flow: &Flow) -> Option<Diagnostic> {
    let (size, kind) = (flow.size.as_ref()?, flow.frame_type.as_ref()?);
    // A node that cannot read its input produces no frames at all.
    if !has_pixels(kind.value) {
        return None;
    }
    let Some(Refusal::TooManyBytes { bytes, most }) = flow.refused else {
        return None;
    };
    let message = format!("a frame of `{}` takes {bytes} bytes", node.name());
    let counting = node.counting(KEYS);
    let key = counting.map_or("max_output_frame_size", |(key, _)| key);
    let written = counting.map(|(_, span)| span);
    let diagnostic = Diagnostic::new(&RULE, message)
        .label(
            written.unwrap_or(node.config.kind_span),
            format!("frames of more than {most} bytes are skipped"),
        )
        .help(format!("write {}", node.language().setting(key, bytes)));
    let diagnostic = size.explain(diagnostic, size.value);
    let diagnostic = kind.explain(diagnostic, format!("{:?}", kind.value));
    Some(match written {
        Some(span) => diagnostic
            .fix(Fix::suggested(format!("allow {bytes} bytes")).edit(span, bytes.to_string())),
        None => diagnostic,
    })
}
