//! Settings with which a tracker does not start, or never tracks.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::object_tracker::ObjectTrackerProperties;

use crate::{Check, Context};
use oakc_core::graph::NodeRef;

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK121",
    name: "tracker-settings",
    level: Severity::Error,
    adjustable: true,
    constraints: &["T5"],
    summary: "Settings of an ObjectTracker outside their range.",
    docs: include_str!("tracker_settings.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, tracker) in context.each::<ObjectTrackerProperties>() {
        if tracker.tracklet_birth_threshold == 0 {
            diagnostics.push(never_born(&node));
        }
        if !(0.0..=1.0).contains(&tracker.tracker_threshold) {
            diagnostics.push(no_confidence(&node, tracker.tracker_threshold));
        }
    }
}

fn never_born(node: &NodeRef<'_>) -> Diagnostic {
    let message = format!("the birth threshold of `{}` is 0 frames", node.name());
    Diagnostic::new(&RULE, message)
        .label(
            node.span(&["tracklet_birth_threshold"]),
            "the node refuses to start",
        )
        .help("write 1 or more; 3 is the default")
}

fn no_confidence(node: &NodeRef<'_>, threshold: f32) -> Diagnostic {
    let message = format!(
        "the `tracker_threshold` of `{}` is {threshold}",
        node.name()
    );
    Diagnostic::new(&RULE, message)
        .label(node.span(&["tracker_threshold"]), "must be from 0 to 1")
        .help("write a number from 0 (track everything) to 1")
        .severity(Severity::Warning)
}
