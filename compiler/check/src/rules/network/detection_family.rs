//! Models of a different family from the detector's.

use oakc_blob::{Axis, Blob, ImageTensor, Tensor};
use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::Kind;

use super::detectors::{Detector, detectors};
use crate::rules::model::model_contradiction::is_of_other_family;
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
    let model = detector.model?;
    if is_of_other_family(detector) {
        // Its file says so, which is reported with both places.
        return None;
    }
    let outputs = Outputs::of(&model.blob);
    let (family, found) = if detector.is_yolo() {
        ("YOLO", outputs.as_yolo())
    } else {
        ("MobileNet-SSD", outputs.as_mobilenet())
    };
    let (severity, why) = match found {
        Match::Fits => return None,
        Match::Doubtful => (Severity::Warning, "its outputs are misinterpreted"),
        Match::Foreign => (
            Severity::Error,
            "every frame fails, or detects what is not there",
        ),
    };
    let name = detector.node.name();
    Some(
        Diagnostic::new(
            &RULE,
            format!("the model of `{name}` is not of the {family} family"),
        )
        .severity(severity)
        .label(model.span, format!("{}: {why}", outputs.shown()))
        .secondary(
            detector.node.config.kind_span,
            format!("reads {family} outputs"),
        )
        .help(outputs.advice(detector)),
    )
}

/// The kinds that differ in nothing but the family of their models.
const SIBLINGS: [(Kind, Kind); 2] = [
    (Kind::MobileNetDetectionNetwork, Kind::YoloDetectionNetwork),
    (
        Kind::MobileNetSpatialDetectionNetwork,
        Kind::YoloSpatialDetectionNetwork,
    ),
];

/// Whether a model is of a family.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Match {
    /// It is, or nothing says that it is not.
    Fits,
    /// It does not look like it.
    Doubtful,
    /// It cannot be.
    Foreign,
}

/// The outputs of a model, and the size of its image where it is known.
struct Outputs<'a> {
    outputs: &'a [Tensor],
    image: Option<ImageTensor>,
}

impl<'a> Outputs<'a> {
    fn of(blob: &'a Blob) -> Self {
        let image = match blob.inputs.as_slice() {
            [input] => input.image(),
            _ => None,
        };
        let outputs = &blob.outputs;
        Self { outputs, image }
    }

    /// MobileNet-SSD has a list of detections.
    fn as_mobilenet(&self) -> Match {
        if self.outputs.is_empty() || self.any(is_list) {
            Match::Fits
        } else if self.any(is_flat_list) {
            Match::Doubtful
        } else {
            Match::Foreign
        }
    }

    /// YOLO has grids. The coarsest has a cell for each 32x32 pixels, so only for a tiny image can a grid
    /// look like a vector.
    fn as_yolo(&self) -> Match {
        let is_large = |image: &ImageTensor| image.width.min(image.height) >= 64;
        let mut orders = self.outputs.iter().map(|output| output.order);
        let known = orders.all(|order| order.name().is_some());
        let is_large = self.image.as_ref().is_some_and(is_large);
        let is_undecided = self.outputs.is_empty() || !known || !is_large;
        match (self.any(is_list), self.any(is_grid)) {
            (false, true) => Match::Fits,
            (true, true) => Match::Doubtful,
            (false, false) if is_undecided => Match::Fits,
            (_, false) => Match::Foreign,
        }
    }

    /// What decodes these outputs.
    fn advice(&self, detector: &Detector<'_>) -> String {
        let (fits_other, family) = if detector.is_yolo() {
            (self.as_mobilenet() == Match::Fits, "MOBILENET")
        } else {
            (self.as_yolo() == Match::Fits, "YOLO")
        };
        let kind = detector.node.kind();
        let sibling = SIBLINGS.into_iter().find_map(|(mobilenet, yolo)| {
            let other = if kind == yolo { mobilenet } else { yolo };
            (kind == mobilenet || kind == yolo).then_some(other)
        });
        match sibling {
            _ if !fits_other => {
                "use a NeuralNetwork, and a Script that decodes its outputs".to_owned()
            }
            Some(sibling) => format!(
                "use a {sibling} if the model is of that family, otherwise a NeuralNetwork and a Script"
            ),
            None => format!(
                "set {} if the model is of that family, otherwise decode its outputs in a Script",
                detector.node.language().setting("nn_family", family)
            ),
        }
    }

    fn any(&self, is: fn(&Tensor) -> bool) -> bool {
        self.outputs.iter().any(is)
    }

    /// The first output as a person reads it: `prob` with 1x10 numbers.
    fn shown(&self) -> String {
        let Some(first) = self.outputs.first() else {
            return "has no outputs".to_owned();
        };
        let dims = first.dims.iter().rev().map(u32::to_string);
        let dims: Vec<_> = dims.collect();
        let more = match self.outputs.len() {
            1 => String::new(),
            2 => " and another".to_owned(),
            count => format!(" and {} others", count - 1),
        };
        format!("outputs `{}` ({}){more}", first.name, dims.join("x"))
    }
}

/// Whether an output is a list of detections in the format of MobileNet-SSD: rows of seven numbers.
fn is_list(output: &Tensor) -> bool {
    match output.dims.as_slice() {
        [7, _, rest @ ..] => rest.iter().all(|dim| *dim == 1),
        _ => false,
    }
}

/// Whether an output may be such a list in one long row.
fn is_flat_list(output: &Tensor) -> bool {
    let mut long = output.dims.iter().filter(|dim| **dim != 1);
    match (long.next(), long.next()) {
        (Some(count), None) => count.is_multiple_of(7),
        (None, _) => true,
        _ => false,
    }
}

/// Whether an output may be a YOLO grid: cells side by side and below each other, and in each at least a
/// box and a score.
fn is_grid(output: &Tensor) -> bool {
    const BOX_AND_SCORE: u32 = 5;
    let extent = |axis| output.extent(axis).unwrap_or(1);
    let cells = [extent(Axis::Width), extent(Axis::Height)];
    cells.iter().all(|cells| *cells > 1) && extent(Axis::Channels) >= BOX_AND_SCORE
}
