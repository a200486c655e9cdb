//! Warp meshes that are missing or too small.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::image_manip::ImageManipProperties;
use oakc_runtime_schema::nodes::warp::WarpProperties;

use crate::{Check, Context};
use oakc_core::graph::NodeRef;

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK089",
    name: "warp-mesh",
    level: Severity::Error,
    adjustable: true,
    constraints: &["M6", "W9"],
    summary: "A warp mesh that is too small or whose asset is missing.",
    docs: include_str!("warp_mesh.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, manip) in context.each::<ImageManipProperties>() {
        let points = (manip.mesh_width, manip.mesh_height);
        diagnostics.extend(problem(&node, &manip.mesh_uri, points));
    }
    for (node, warp) in context.each::<WarpProperties>() {
        let points = (warp.mesh_width, warp.mesh_height);
        diagnostics.extend(problem(&node, &warp.mesh_uri, points));
    }
}

fn problem(node: &NodeRef<'_>, uri: &str, (width, height): (i32, i32)) -> Option<Diagnostic> {
    if uri.is_empty() {
        return None;
    }
    let name = node.name();
    let missing = |key: &str| !node.config.assets.contains_key(key);
    if let Some(key) = uri.strip_prefix("asset:").filter(|key| missing(key)) {
        return Some(
            Diagnostic::new(&RULE, format!("`{name}` has no asset `{key}`"))
                .label(node.span(&["mesh_uri"]), "the mesh cannot be loaded")
                .help(format!(
                    "add {} with its `path`, or write `warp_mesh`",
                    node.language().table(&["nodes", name, "assets", key])
                )),
        );
    }
    (width < 2 || height < 2).then(|| {
        let message = format!("the mesh of `{name}` has {width} x {height} points");
        Diagnostic::new(&RULE, message)
            .label(
                node.span(&["warp_mesh", "mesh_width", "mesh_height"]),
                "at least 2 x 2 points are needed",
            )
            .help("write at least the four corners")
    })
}
