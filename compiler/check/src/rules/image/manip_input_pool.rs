//! Pools that an ImageManip exhausts.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::image_manip::ImageManipProperties;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK086",
    name: "manip-input-pool",
    level: Severity::Error,
    adjustable: true,
    constraints: &["C23", "M8"],
    summary: "An ImageManip whose input comes from a pool of a single frame.",
    docs: include_str!("manip_input_pool.md"),
};

/// Frames.
const LEAST: u64 = 2;

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, _) in context.each::<ImageManipProperties>() {
        for link in node.links_to("inputImage") {
            let pool = context.facts.of(&link).pool.as_ref();
            let Some(pool) = pool.filter(|pool| pool.value < LEAST) else {
                continue;
            };
            let message = format!(
                "`{}` gets images from a pool of {}",
                node.name(),
                pool.value
            );
            let diagnostic = Diagnostic::new(&RULE, message)
                .label(link.span, "the pipeline freezes after the first image")
                .help(format!("give the sender a pool of at least {LEAST} frames"));
            diagnostics.push(pool.explain(diagnostic, pool.value));
        }
    }
}
