//! Settings that differ from what the file of a model says, and files that contradict themselves.

use std::collections::BTreeMap;

use oakc_core::config::{self, ModelUse};
use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_model::{Description, Family};
use oakc_runtime_schema::nodes::detection_parser::DetectionNetworkType;

use crate::rules::network::detectors::{Detector, detectors};
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK193",
    name: "model-contradiction",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["D1", "D2", "D3"],
    summary: "A setting that contradicts what the file of the model says.",
    docs: include_str!("model_contradiction.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for model in context.models() {
        let Some(description) = &model.description else {
            continue;
        };
        diagnostics.extend(labels(model, description));
        diagnostics.extend(size(model, description));
    }
    for detector in detectors(context) {
        let Some((model, description)) = described(&detector) else {
            continue;
        };
        match family(&detector, model, description) {
            Some(finding) => diagnostics.push(finding),
            None => diagnostics.extend(settings(&detector, model, description)),
        }
    }
}

/// The model of a detector, if its file says how it is decoded.
pub(in crate::rules) fn described<'a>(
    detector: &Detector<'a>,
) -> Option<(&'a ModelUse, &'a Description)> {
    let model = detector.model?;
    Some((model, model.description.as_deref()?))
}

/// Whether a file says that its model is of another family than the node.
pub(in crate::rules) fn is_of_other_family(detector: &Detector<'_>) -> bool {
    let family = described(detector).and_then(|(_, description)| description.family());
    family.is_some_and(|family| (family == Family::Yolo) != detector.is_yolo())
}

fn family(
    detector: &Detector<'_>,
    model: &ModelUse,
    description: &Description,
) -> Option<Diagnostic> {
    let family = description.family()?;
    if !is_of_other_family(detector) {
        return None;
    }
    let node = &detector.node;
    let decodes = match detector.options.nn_family {
        DetectionNetworkType::YOLO => Family::Yolo,
        DetectionNetworkType::MOBILENET => Family::MobileNet,
    };
    let message = format!(
        "`{}` decodes {decodes}, but its model is a {family}",
        node.name()
    );
    let keys = ["nn_family", "parser.nn_family"];
    let help = match node.written(&keys) {
        Some(_) => "remove `nn_family`: the model says it".to_owned(),
        None => format!("make it a {}", config::detector(family)),
    };
    Some(
        Diagnostic::new(&RULE, message)
            .label(node.span(&keys), "the results are misread")
            .secondary(model.described_at, said(model, &format!("says {family}")))
            .help(help),
    )
}

/// What the node decodes with, where that is written and the file says otherwise.
fn settings(
    detector: &Detector<'_>,
    model: &ModelUse,
    description: &Description,
) -> Vec<Diagnostic> {
    let (options, known) = (&detector.options, description.decoding(&model.blob));
    let number = |number: Option<u32>| number.and_then(|number| i32::try_from(number).ok());
    let mut found = Vec::new();
    let mut compare = |severity, keys: &[&str; 2], given: String, known: Option<String>| {
        let known = known.filter(|known| *known != given);
        let place = detector.node.written(keys);
        if let (Some(known), Some(place)) = (known, place) {
            let (key, name) = (keys[0], detector.node.name());
            let message = format!("`{key}` of `{name}` is not what the file of its model says");
            found.push(
                Diagnostic::new(&RULE, message)
                    .severity(severity)
                    .label(place, format!("{given}: this is used"))
                    .secondary(model.described_at, said(model, &format!("says {known}")))
                    .help(match severity {
                        Severity::Info => format!("remove `{key}` if that of the file will do"),
                        _ => format!("remove `{key}`, or correct what is wrong of the two"),
                    }),
            );
        }
    };
    // These say what the model is; thresholds are a choice of each site.
    compare(
        Severity::Warning,
        &["num_classes", "parser.classes"],
        options.classes.to_string(),
        number(known.classes).map(|n| n.to_string()),
    );
    compare(
        Severity::Warning,
        &["coordinate_size", "parser.coordinates"],
        options.coordinates.to_string(),
        number(known.coordinates).map(|n| n.to_string()),
    );
    compare(
        Severity::Warning,
        &["anchors", "parser.anchors"],
        format!("{:?}", options.anchors),
        known.anchors.map(|anchors| format!("{anchors:?}")),
    );
    compare(
        Severity::Warning,
        &["anchor_masks", "parser.anchor_masks"],
        masks(&options.anchor_masks),
        known.anchor_masks.as_ref().map(masks),
    );
    compare(
        Severity::Info,
        &["confidence_threshold", "parser.confidence_threshold"],
        options.confidence_threshold.to_string(),
        known.confidence_threshold.map(|it| it.to_string()),
    );
    compare(
        Severity::Info,
        &["iou_threshold", "parser.iou_threshold"],
        options.iou_threshold.to_string(),
        known.iou_threshold.map(|it| it.to_string()),
    );
    found
}

fn masks(masks: &BTreeMap<String, Vec<i32>>) -> String {
    let masks = masks.iter();
    let masks: Vec<_> = masks
        .map(|(side, mask)| format!("{side}: {mask:?}"))
        .collect();
    masks.join(", ")
}

fn said(model: &ModelUse, what: &str) -> String {
    format!("`{}` {what}", model.described_in)
}

/// The labels are for another number of classes.
fn labels(model: &ModelUse, description: &Description) -> Option<Diagnostic> {
    let (classes, labels) = description.unlabelled()?;
    let count = |number: usize, one: &str, several: &str| match number {
        1 => format!("1 {one}"),
        _ => format!("{number} {several}"),
    };
    let message = format!(
        "`{}` has {} for {}",
        model.described_in,
        count(labels, "label", "labels"),
        count(classes as usize, "class", "classes")
    );
    Some(
        Diagnostic::new(&RULE, message)
            .label(
                model.described_at,
                "detections get the wrong names, or none",
            )
            .help("write one label for each class, in the order of training"),
    )
}

/// The description is that of a model for other images.
fn size(model: &ModelUse, description: &Description) -> Option<Diagnostic> {
    let [input] = model.blob.inputs.as_slice() else {
        return None;
    };
    let image = input.image()?;
    let [described] = description.images.as_slice() else {
        return None;
    };
    let (width, height) = described.size?;
    if (width, height) == (image.width, image.height) {
        return None;
    }
    let message = format!(
        "`{}` describes a model for images of {width}x{height}, but this one takes {}x{}",
        model.described_in, image.width, image.height
    );
    Some(
        Diagnostic::new(&RULE, message)
            .label(model.described_at, "the size of the blob is used")
            .help("use the description that belongs to this model"),
    )
}
