//! Filters that are on but not in the order of filters.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::stereo_depth::StereoDepthProperties;

use super::filters::{ORDER_KEY, enabled};
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK073",
    name: "filter-without-place",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["S22"],
    summary: "A filter of StereoDepth that is on but not in the order of filters.",
    docs: include_str!("filter_without_place.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, stereo) in context.each::<StereoDepthProperties>() {
        let post = &stereo.initial_config.post_processing;
        for (filter, keys) in enabled(post) {
            if post.filtering_order.contains(&filter) {
                continue;
            }
            let message = format!(
                "the {filter:?} filter of `{}` is on, but not in the order of filters",
                node.name()
            );
            let diagnostic = Diagnostic::new(&RULE, message)
                .label(node.span(&[ORDER_KEY]), format!("{filter:?} is skipped"))
                .help(format!(
                    "add \"{filter:?}\" to the order, or turn the filter off"
                ));
            diagnostics.push(diagnostic.secondary(node.written(keys), "turned on here"));
        }
    }
}
