//! Unknown warp engines.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::image_align::ImageAlignProperties;
use oakc_runtime_schema::nodes::tof::ToFProperties;
use oakc_runtime_schema::nodes::warp::WarpProperties;

use crate::{Check, Context};
use oakc_core::graph::NodeRef;

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK088",
    name: "warp-engine",
    level: Severity::Error,
    adjustable: true,
    constraints: &["W8"],
    summary: "A warp engine number other than 0, 1 or 2.",
    docs: include_str!("warp_engine.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for node in context.nodes() {
        let unknown = engines(&node).into_iter().flatten();
        if let Some(engine) = unknown.into_iter().find(|id| !(0..=2).contains(id)) {
            let message = format!("`{}` requests warp engine {engine}", node.name());
            diagnostics.push(
                Diagnostic::new(&RULE, message)
                    .label(node.span(&["hw_ids", "warp_hw_ids"]), "must be 0, 1 or 2")
                    .help("remove it to let the device choose"),
            );
        }
    }
}

fn engines(node: &NodeRef<'_>) -> Option<Vec<i32>> {
    let warp = node.properties::<WarpProperties>();
    let align = || node.properties::<ImageAlignProperties>();
    let tof = || node.properties::<ToFProperties>();
    let engines = warp.map(|warp| warp.warp_hw_ids);
    let engines = engines.or_else(|| Some(align()?.warp_hw_ids));
    engines.or_else(|| Some(tof()?.warp_hw_ids))
}
