//! Detectors whose model does not define the size of its image, or defines it wrongly.

use oakc_blob::Layout;
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
    summary: "A detection model whose input has no width and height, or misleading ones.",
    docs: include_str!("unreadable_input_size.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let yolo = detectors(context).filter(|d| d.is_yolo() && d.node.kind().model.runs());
    diagnostics.extend(yolo.filter_map(|detector| finding(&detector)));
}

fn finding(detector: &Detector<'_>) -> Option<Diagnostic> {
    let model = detector.model?;
    let input = model.blob.inputs.first()?;
    let name = detector.node.name();
    let (message, label, help) = match input.image() {
        None => (
            format!("the model of `{name}` does not define the size of its image"),
            format!("`{}` has the layout {}", input.name, input.order),
            "convert the model with an image as its input; otherwise the device assumes 416x416",
        ),
        Some(image) if image.layout == Layout::UnlabelledInterleaved => (
            format!(
                "the device misreads the size of the image for `{name}`, which is {}x{}",
                image.width, image.height
            ),
            format!(
                "`{}` is interleaved, but its layout is {}: read as {}x{}",
                input.name, input.order, image.channels, image.width
            ),
            "convert the model to NCHW before compiling it",
        ),
        Some(_) => return None,
    };
    Some(
        Diagnostic::new(&RULE, message)
            .label(model.span, label)
            .help(help),
    )
}
