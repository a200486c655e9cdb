//! More objects than a tracker can track.

use oakc_diag::{Diagnostic, Diagnostics, Fix, Rule, Severity};
use oakc_runtime_schema::nodes::object_tracker::{ObjectTrackerProperties, TrackerType};

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK120",
    name: "tracker-object-limit",
    level: Severity::Error,
    adjustable: true,
    constraints: &["T4"],
    summary: "More objects than the tracker can track.",
    docs: include_str!("tracker_object_limit.md"),
};

const KEYS: [&str; 1] = ["max_objects_to_track"];

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, tracker) in context.each::<ObjectTrackerProperties>() {
        let limit = match tracker.tracker_type {
            TrackerType::SHORT_TERM_KCF => 60,
            _ => 1000,
        };
        let objects = tracker.max_objects_to_track;
        if (1..=limit).contains(&objects) {
            continue;
        }
        let nearest = objects.clamp(1, limit);
        let message = format!("`{}` is set to track {objects} objects", node.name());
        let why = format!("{:?} can track 1 to {limit}", tracker.tracker_type);
        let diagnostic = Diagnostic::new(&RULE, message)
            .label(node.span(&KEYS), why)
            .help(format!("write {nearest}"));
        diagnostics.push(match node.written(&KEYS) {
            Some(span) => {
                let fix = Fix::suggested(format!("write {nearest}"));
                diagnostic.fix(fix.edit(span, nearest.to_string()))
            }
            None => diagnostic,
        });
    }
}
