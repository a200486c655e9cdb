//! Thresholds that are 0 because they were not set.

use oakc_core::syntax::Sample;
use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};

use super::detectors::{Detector, detectors};
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK110",
    name: "unset-threshold",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["D4"],
    summary: "A threshold of a detector that is 0 because it was not set.",
    docs: include_str!("unset_threshold.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for detector in detectors(context) {
        let options = &detector.options;
        if options.confidence_threshold == 0.0 {
            diagnostics.extend(finding(
                &detector,
                "confidence_threshold",
                "every guess of the model becomes a detection",
            ));
        }
        if detector.is_yolo() && options.iou_threshold == 0.0 {
            diagnostics.extend(finding(
                &detector,
                "iou_threshold",
                "of two boxes that touch, only one is kept",
            ));
        }
    }
}

fn finding(detector: &Detector<'_>, key: &str, why: &str) -> Option<Diagnostic> {
    let node = &detector.node;
    let nested = format!("parser.{key}");
    node.written(&[key, &nested]).is_none().then(|| {
        Diagnostic::new(&RULE, format!("`{key}` of `{}` is 0", node.name()))
            .label(node.config.kind_span, why)
            .help(format!(
                "add {}, or {} if that is intended",
                node.language().setting(key, 0.5),
                node.language().setting(key, Sample::word("0.0"))
            ))
    })
}
