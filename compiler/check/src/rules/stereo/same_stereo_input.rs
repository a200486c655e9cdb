//! One camera on both sides.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::node::Role;
use oakc_runtime_schema::nodes::stereo_depth::StereoDepthProperties;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK077",
    name: "same-stereo-input",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["S27"],
    summary: "The left and right input of a StereoDepth get frames of the same camera.",
    docs: include_str!("same_stereo_input.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, _) in context.each::<StereoDepthProperties>() {
        let socket = |side| context.facts.input(&node, side).socket;
        let (left, right) = (socket("left"), socket("right"));
        let same_socket = match (left, right) {
            (Some(left), Some(right)) => left.value == right.value,
            _ => false,
        };
        let (Some(left), Some(right)) =
            (node.links_to("left").next(), node.links_to("right").next())
        else {
            continue;
        };
        let same_output = left.from.id == right.from.id && left.link.output == right.link.output;
        let from = context.graph.config_of(left.from);
        // Frames from other sources may be of several cameras.
        let of_one_camera = from.is_none_or(|from| match from.kind.role {
            Role::Program | Role::Receiver(_) => false,
            Role::Camera(_) | Role::Source | Role::Transform | Role::Sender(_) => true,
        });
        if same_socket || (same_output && of_one_camera) {
            let message = format!("`{}` matches a camera with itself", node.name());
            diagnostics.push(
                Diagnostic::new(&RULE, message)
                    .label(right.span, "the same camera as on the left: depth is 0")
                    .secondary(left.span, "the left input")
                    .help("link the other camera of the pair"),
            );
        }
    }
}
