//! YOLO outputs without anchors.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};

use super::detectors::{Detector, detectors};
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK109",
    name: "anchor-masks",
    level: Severity::Error,
    adjustable: true,
    constraints: &["D2"],
    summary: "A YOLO model with anchors but without a mask for each output grid.",
    docs: include_str!("anchor_masks.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let with_anchors = |d: &Detector<'_>| d.is_yolo() && !d.options.anchors.is_empty();
    let detectors = detectors(context).filter(with_anchors);
    diagnostics.extend(detectors.filter_map(|detector| finding(&detector)));
}

fn finding(detector: &Detector<'_>) -> Option<Diagnostic> {
    let masks = &detector.options.anchor_masks;
    let mut sides: Vec<_> = detector.grids().iter().map(|grid| grid.width).collect();
    sides.sort_unstable();
    sides.dedup();
    sides.retain(|side| !masks.contains_key(&format!("side{side}")));
    let first = sides.first()?;
    let names: Vec<_> = sides.iter().map(|side| format!("`side{side}`")).collect();
    let language = detector.node.language();
    let keys = [
        "anchor_masks",
        "parser.anchor_masks",
        "anchors",
        "parser.anchors",
    ];
    Some(
        Diagnostic::new(
            &RULE,
            format!(
                "the anchor masks of `{}` lack {}, which the model's output needs",
                detector.node.name(),
                names.join(", ")
            ),
        )
        .label(
            detector.node.span(&keys),
            "every result of the model is discarded",
        )
        .help(format!(
            "add a mask for each grid of the output, e.g. {}",
            language.setting(&format!("side{first}"), [0, 1, 2])
        )),
    )
}
