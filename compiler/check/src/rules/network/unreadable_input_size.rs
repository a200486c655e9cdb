//! Detectors whose model does not define the size of its image.

use oakc_blob::Axis;
use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};

use super::detectors::{Detector, detectors};
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK107",
    name: "unreadable-input-size",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["D5"],
    summary: "A detection model whose input has no width and height.",
    docs: include_str!("unreadable_input_size.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let yolo = detectors(context).filter(|d| d.is_yolo() && d.node.kind().model.runs());
    diagnostics.extend(yolo.filter_map(|detector| finding(&detector)));
}

fn finding(detector: &Detector<'_>) -> Option<Diagnostic> {
    let model = detector.node.config.model.as_ref()?;
    let input = model.blob.inputs.first()?;
    let size = input.extent(Axis::Width).zip(input.extent(Axis::Height));
    size.is_none().then(|| {
        Diagnostic::new(
            &RULE,
            format!(
                "the model of `{}` does not define the size of its image",
                detector.node.name()
            ),
        )
        .label(
            model.span,
            format!("`{}` has the layout {}", input.name, input.order),
        )
        .help("convert the model with an image as its input; otherwise the device assumes 416x416")
    })
}
