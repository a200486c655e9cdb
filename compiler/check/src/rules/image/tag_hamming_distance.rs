//! More bit errors in tags than the detector can correct.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::april_tag::AprilTagProperties;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK093",
    name: "tag-hamming-distance",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["A2"],
    summary: "An AprilTag node set to correct more than 3 wrong bits.",
    docs: include_str!("tag_hamming_distance.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, tags) in context.each::<AprilTagProperties>() {
        let bits = tags.initial_config.max_hamming_distance;
        if (0..=3).contains(&bits) {
            continue;
        }
        let message = format!("`{}` is set to correct {bits} wrong bits", node.name());
        diagnostics.push(
            Diagnostic::new(&RULE, message)
                .label(
                    node.span(&["initial_config.max_hamming_distance"]),
                    "0 to 3 is supported",
                )
                .help("write 1, or 2 for tags that are hard to see"),
        );
    }
}
