//! Warped pictures as input of spatial detectors.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::Kind;
use oakc_runtime_schema::nodes::spatial_detection_network::SpatialDetectionNetworkProperties;

use crate::{Check, Context};
use oakc_core::graph::LinkRef;

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK115",
    name: "warped-picture",
    level: Severity::Error,
    adjustable: true,
    constraints: &["P3"],
    summary: "A spatial detector that gets warped images.",
    docs: include_str!("warped_picture.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, _) in context.each::<SpatialDetectionNetworkProperties>() {
        let is_warped = |link: &LinkRef<'_>| {
            let source = context.graph.config_of(link.from);
            source.is_some_and(|source| source.kind == Kind::Warp)
        };
        for link in node.links_to("in").filter(is_warped) {
            let message = format!("`{}` gets warped images", node.name());
            diagnostics.push(
                Diagnostic::new(&RULE, message)
                    .label(
                        link.span,
                        "refused: its boxes could not be located in the depth map",
                    )
                    .help("link the camera directly, or an ImageManip that only crops and scales"),
            );
        }
    }
}
