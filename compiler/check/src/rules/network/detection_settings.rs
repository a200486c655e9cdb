//! Settings with which nothing is detected, or the wrong things.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};

use super::detectors::{Detector, detectors};
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK108",
    name: "detection-settings",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["D3"],
    summary: "Settings of a detector that do not go with each other or with the model.",
    docs: include_str!("detection_settings.md"),
};

/// Numbers of a box.
const BOX: i32 = 4;

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for detector in detectors(context) {
        diagnostics.extend(thresholds(&detector));
        if detector.is_yolo() {
            diagnostics.extend(unset(&detector));
            diagnostics.extend(coordinates(&detector));
            diagnostics.extend(anchor_pairs(&detector));
            diagnostics.extend(anchors_of_version(&detector));
            diagnostics.extend(mask_keys(&detector));
            diagnostics.extend(channels(&detector));
        }
    }
}

fn thresholds(detector: &Detector<'_>) -> Vec<Diagnostic> {
    let options = &detector.options;
    let settings = [
        ("confidence_threshold", options.confidence_threshold),
        ("iou_threshold", options.iou_threshold),
    ];
    let wrong = settings
        .iter()
        .filter(|(_, value)| !(0.0..=1.0).contains(value));
    let finding = |(key, value): &(&str, f32)| {
        found(
            detector,
            &[key, &format!("parser.{key}")],
            format!("`{key}` of `{}` is {value}", detector.node.name()),
            "a part of one, from 0 to 1",
        )
        .help("write a number from 0 to 1, e.g. 0.5")
    };
    wrong.map(finding).collect()
}

fn unset(detector: &Detector<'_>) -> Option<Diagnostic> {
    let options = &detector.options;
    let settings = [
        ("num_classes", options.classes, "80"),
        ("coordinate_size", options.coordinates, "4"),
    ];
    let unset: Vec<_> = settings
        .iter()
        .filter(|(_, value, _)| *value <= 0)
        .collect();
    let (key, ..) = unset.first()?;
    let name = detector.node.name();
    let keys: Vec<_> = unset.iter().map(|(key, ..)| format!("`{key}`")).collect();
    let advice = unset
        .iter()
        .map(|(key, _, value)| format!("`{key} = {value}`"));
    let advice: Vec<_> = advice.collect();
    Some(
        found(
            detector,
            &[key],
            format!("`{name}` needs {} to read YOLO results", keys.join(" and ")),
            "detects nothing",
        )
        .help(format!(
            "write e.g. {}, as the model was trained",
            advice.join(" and ")
        )),
    )
}

fn coordinates(detector: &Detector<'_>) -> Option<Diagnostic> {
    let given = detector.options.coordinates;
    (given > 0 && given != BOX).then(|| {
        found(
            detector,
            &["coordinate_size", "parser.coordinates"],
            format!(
                "boxes of `{}` have {given} coordinates",
                detector.node.name()
            ),
            "reads the wrong numbers",
        )
        .help("write `coordinate_size = 4`: middle, width and height")
    })
}

fn anchor_pairs(detector: &Detector<'_>) -> Option<Diagnostic> {
    let count = detector.options.anchors.len();
    (count % 2 == 1).then(|| {
        found(
            detector,
            &ANCHORS,
            format!(
                "`{}` has half an anchor: {count} numbers",
                detector.node.name()
            ),
            "widths and heights in turn",
        )
        .help("write a width and a height for each anchor")
    })
}

const ANCHORS: [&str; 2] = ["anchors", "parser.anchors"];
const MASKS: [&str; 2] = ["anchor_masks", "parser.anchor_masks"];

/// Exports of the common training tools have the version of YOLO in the names of their outputs.
fn anchors_of_version(detector: &Detector<'_>) -> Option<Diagnostic> {
    let outputs = &detector.blob?.outputs;
    let named = |versions: &[&'static str]| {
        let is_named =
            |version: &&&str| outputs.iter().any(|output| output.name.contains(**version));
        versions.iter().find(is_named).copied()
    };
    let node = &detector.node;
    if detector.options.anchors.is_empty() {
        let version = named(&["yolov3", "yolov4", "yolov5", "yolov7"])?;
        return Some(
            found(
                detector,
                &["model", "blob", "blob_path"],
                format!("`{}` has no anchors for a {version} model", node.name()),
                "boxes are read as if there were none",
            )
            .help("add `anchors` and `anchor_masks` of the training"),
        );
    }
    let version = named(&["yolov6", "yolov8"])?;
    Some(
        found(
            detector,
            &ANCHORS,
            format!(
                "`{}` has anchors, but a {version} model has none",
                node.name()
            ),
            "boxes are read as if there were some",
        )
        .help("remove `anchors` and `anchor_masks`"),
    )
}

fn mask_keys(detector: &Detector<'_>) -> Vec<Diagnostic> {
    let pairs = i32::try_from(detector.options.anchors.len() / 2).unwrap_or(i32::MAX);
    let masks = detector.options.anchor_masks.iter();
    let wrong = masks.filter_map(|(key, mask)| {
        let width = key
            .strip_prefix("side")
            .and_then(|width| width.parse::<u32>().ok());
        let outside = mask.iter().find(|index| !(0..pairs).contains(*index));
        match (width, outside) {
            (None, _) => Some((
                format!("`{key}` is no key of anchor masks"),
                "write `side` and the width of the grid, e.g. `side26`".to_owned(),
            )),
            (_, Some(index)) => Some((
                format!("`{key}` refers to anchor {index} of {pairs}"),
                "anchors are pairs of numbers and count from 0".to_owned(),
            )),
            _ => None,
        }
    });
    let finding =
        |(message, help)| found(detector, &MASKS, message, "reads the wrong anchors").help(help);
    wrong.map(finding).collect()
}

/// Numbers for each cell against anchors and classes.
fn channels(detector: &Detector<'_>) -> Option<Diagnostic> {
    let options = &detector.options;
    let anchors = options.anchor_masks.values().next()?.len();
    let each = i64::from(options.coordinates) + 1 + i64::from(options.classes);
    let wanted = i64::try_from(anchors).ok()?.checked_mul(each)?;
    let grids = detector.grids();
    let wrong = grids
        .iter()
        .find(|grid| i64::from(grid.channels) != wanted)?;
    if options.classes <= 0 || options.coordinates <= 0 {
        return None;
    }
    Some(
        found(
            detector,
            &["num_classes", "parser.classes"],
            format!(
                "the model of `{}` has {} numbers a cell, {} classes and {anchors} anchors make {wanted}",
                detector.node.name(),
                wrong.channels,
                options.classes
            ),
            "reads the wrong numbers",
        )
        .help("write `num_classes` and `anchor_masks` as the model was trained"),
    )
}

fn found(detector: &Detector<'_>, keys: &[&str], message: String, why: &str) -> Diagnostic {
    Diagnostic::new(&RULE, message).label(detector.node.span(keys), why)
}
