//! Resources that a FeatureTracker does not accept.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::feature_tracker::FeatureTrackerProperties;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK094",
    name: "feature-tracker-resources",
    level: Severity::Error,
    adjustable: true,
    constraints: &["F1"],
    summary: "A FeatureTracker with a number of SHAVEs or memory slices other than 1 or 2.",
    docs: include_str!("feature_tracker_resources.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, tracker) in context.each::<FeatureTrackerProperties>() {
        let resources = [
            ("SHAVEs", "num_shaves", tracker.num_shaves),
            (
                "memory slices",
                "num_memory_slices",
                tracker.num_memory_slices,
            ),
        ];
        for (what, key, count) in resources {
            if (1..=2).contains(&count) {
                continue;
            }
            let keys = [
                &format!("hardware_resources.{key}"),
                key,
                "hardware_resources",
            ];
            let message = format!("`{}` requests {count} {what}", node.name());
            diagnostics.push(
                Diagnostic::new(&RULE, message)
                    .label(node.span(&keys), "must be 1 or 2; the device refuses this")
                    .help(format!("write {}", count.clamp(1, 2))),
            );
        }
    }
}
