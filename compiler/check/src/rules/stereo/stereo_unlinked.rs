//! Stereo matching without an input or output.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::node::Fed;

use crate::{Check, Context};
use oakc_core::graph::NodeRef;

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK061",
    name: "stereo-unlinked",
    level: Severity::Error,
    adjustable: true,
    constraints: &["S1", "S2"],
    summary: "A StereoDepth without a left or right input, or without any output.",
    docs: include_str!("stereo_unlinked.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    if !context.graph.is_complete() {
        return;
    }
    let has_fixed_ports = |node: &NodeRef<'_>| {
        let kind = node.kind();
        kind.input_map.is_none() && kind.output_map.is_none()
    };
    for node in context.nodes().filter(has_fixed_ports) {
        let start = node.kind().start;
        if let Fed::All(inputs) = start.inputs {
            let unfed = inputs
                .iter()
                .filter(|input| node.links_to(input).next().is_none());
            diagnostics.extend(unfed.map(|input| unfed_input(&node, input)));
        }
        if start.consumer && node.outgoing().next().is_none() {
            diagnostics.push(no_consumer(&node));
        }
    }
}

fn unfed_input(node: &NodeRef<'_>, input: &str) -> Diagnostic {
    let message = format!("nothing is linked to `{}.{input}`", node.name());
    Diagnostic::new(&RULE, message)
        .label(
            node.config.kind_span,
            "the node refuses to start without both inputs",
        )
        .help(format!(
            "add `inputs.{input}` with the frames of the {input} camera"
        ))
}

fn no_consumer(node: &NodeRef<'_>) -> Diagnostic {
    let name = node.name();
    Diagnostic::new(&RULE, format!("no output of `{name}` is linked"))
        .label(
            node.config.kind_span,
            "the node refuses to start without an output",
        )
        .help(format!(
            "link one to another node, e.g. `\"{name}.depth\"`, or remove the node"
        ))
}
