//! Queues of the two sides that differ.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::stereo_depth::StereoDepthProperties;

use crate::{Check, Context};
use oakc_core::graph::{InputPort, NodeRef};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK062",
    name: "unequal-stereo-queues",
    level: Severity::Error,
    adjustable: true,
    constraints: &["S3"],
    summary: "The left and right input of a StereoDepth have different queues.",
    docs: include_str!("unequal_stereo_queues.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, _) in context.each::<StereoDepthProperties>() {
        let port = |name| node.node.inputs.iter().find(|port| port.name == name);
        if let (Some(left), Some(right)) = (port("left"), port("right")) {
            diagnostics.extend(difference(&node, left, right));
        }
    }
}

fn difference(node: &NodeRef<'_>, left: &InputPort, right: &InputPort) -> Option<Diagnostic> {
    let queue = |port: &InputPort| (port.queue_size, port.blocking);
    if queue(left) == queue(right) {
        return None;
    }
    let shown = |port: &InputPort| {
        let kind = if port.blocking {
            "blocking"
        } else {
            "dropping"
        };
        format!("{kind}, {} messages", port.queue_size)
    };
    let span = |port: &InputPort| port.span.unwrap_or(node.config.kind_span);
    let diagnostic = Diagnostic::new(
        &RULE,
        format!(
            "the queues of `{0}.left` and `{0}.right` differ",
            node.name()
        ),
    )
    .label(span(right), format!("right: {}", shown(right)))
    .help("set the same `queue_size` and `blocking` on both");
    Some(match left.span {
        Some(left_span) => diagnostic.secondary(left_span, format!("left: {}", shown(left))),
        None => diagnostic,
    })
}
