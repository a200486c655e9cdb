//! A filter that occurs twice in the order of filters.

use std::collections::BTreeSet;

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::messages::Filter;
use oakc_runtime_schema::nodes::stereo_depth::StereoDepthProperties;

use super::filters::ORDER_KEY;
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK072",
    name: "repeated-filter",
    level: Severity::Error,
    adjustable: true,
    constraints: &["S21"],
    summary: "A filter of StereoDepth that occurs twice in the order of filters.",
    docs: include_str!("repeated_filter.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, stereo) in context.each::<StereoDepthProperties>() {
        let mut seen = BTreeSet::new();
        for filter in stereo.initial_config.post_processing.filtering_order {
            if filter != Filter::NONE && !seen.insert(filter) {
                let message = format!("`{}` runs its {filter:?} filter twice", node.name());
                diagnostics.push(
                    Diagnostic::new(&RULE, message)
                        .label(node.span(&[ORDER_KEY]), "the device refuses this order")
                        .help("replace one of them with \"NONE\""),
                );
            }
        }
    }
}
