//! Models of a different family from the detector's.

use oakc_blob::Tensor;
use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::Kind;

use super::detectors::{Detector, detectors};
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK111",
    name: "detection-family",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["D1"],
    summary: "A model whose outputs do not match the detector's family.",
    docs: include_str!("detection_family.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    diagnostics.extend(detectors(context).filter_map(|detector| finding(&detector)));
}

fn finding(detector: &Detector<'_>) -> Option<Diagnostic> {
    let model = detector.node.config.model.as_ref()?;
    let outputs = &model.blob.outputs;
    let has_list = outputs.iter().any(is_list);
    if outputs.is_empty() || has_list != detector.is_yolo() {
        return None;
    }
    let (family, other) = if detector.is_yolo() {
        ("YOLO", Kind::MobileNetDetectionNetwork)
    } else {
        ("MobileNet-SSD", Kind::YoloDetectionNetwork)
    };
    let name = detector.node.name();
    Some(
        Diagnostic::new(
            &RULE,
            format!("the model of `{name}` is not of the {family} family"),
        )
        .label(model.span, "its outputs are misinterpreted")
        .secondary(
            detector.node.config.kind_span,
            format!("reads {family} outputs"),
        )
        .help(format!(
            "use a {other} if the model is of that family, otherwise a NeuralNetwork and a Script"
        )),
    )
}

/// Whether an output is a list of detections in the format of MobileNet-SSD: rows of seven numbers.
fn is_list(output: &Tensor) -> bool {
    match output.dims.as_slice() {
        [7, _, rest @ ..] => rest.iter().all(|dim| *dim == 1),
        _ => false,
    }
}
