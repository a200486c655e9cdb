//! Trackers that track in one picture what was detected in another.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::object_tracker::ObjectTrackerProperties;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK122",
    name: "tracker-camera",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["T3"],
    summary: "A tracker whose two images come from different cameras.",
    docs: include_str!("tracker_camera.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, _) in context.each::<ObjectTrackerProperties>() {
        let socket = |input| context.facts.input(&node, input).socket;
        let both = socket("inputTrackerFrame").zip(socket("inputDetectionFrame"));
        let Some((followed, detected)) = both.filter(|(one, other)| one.value != other.value)
        else {
            continue;
        };
        let link = node.links_to("inputTrackerFrame").next();
        let place = link.map_or(node.config.kind_span, |link| link.span);
        let (follows, detects) = (followed.value, detected.value);
        let message = format!(
            "`{}` tracks objects in the image of {follows:?} that were detected in that of {detects:?}",
            node.name()
        );
        let diagnostic = Diagnostic::new(&RULE, message)
            .label(place, "boxes are searched for in the wrong places")
            .help(format!(
                "link an image of {detects:?}, e.g. the detector's `passthrough`"
            ));
        let diagnostic = followed.explain(diagnostic, format!("{follows:?}"));
        diagnostics.push(detected.explain(diagnostic, format!("{detects:?}")));
    }
}
