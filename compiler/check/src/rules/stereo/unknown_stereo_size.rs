//! Stereo matching that cannot know the size of its frames.

use oakc_core::syntax::Sample;
use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::stereo_depth::StereoDepthProperties;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK078",
    name: "unknown-stereo-size",
    level: Severity::Error,
    adjustable: true,
    constraints: &["S29"],
    summary: "A StereoDepth without cameras and without `input_resolution`.",
    docs: include_str!("unknown_stereo_size.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let graph = context.graph;
    let has_camera = graph.node_refs().any(|node| node.kind().is_camera());
    if !graph.is_complete() || has_camera {
        return;
    }
    for (node, stereo) in context.each::<StereoDepthProperties>() {
        let linked = node.links_to("left").next().is_some();
        if linked && (stereo.width.is_none() || stereo.height.is_none()) {
            let message = format!("`{}` does not know the size of its frames", node.name());
            diagnostics.push(
                Diagnostic::new(&RULE, message)
                    .label(node.config.kind_span, "there is no camera to take it from")
                    .help(format!(
                        "add {}",
                        node.language()
                            .setting("input_resolution", ["width", "height"].map(Sample::word))
                    )),
            );
        }
    }
}
