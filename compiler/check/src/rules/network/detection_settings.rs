//! Settings with which nothing, or the wrong thing, is detected.

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
    summary: "Settings of a detector that do not match each other or the model.",
    docs: include_str!("detection_settings.md"),
};

/// How many numbers describe a box.
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
            "must be from 0 to 1",
        )
        .help("write a number from 0 to 1, e.g. 0.5")
    };
    wrong.map(finding).collect()
}

fn unset(detector: &Detector<'_>) -> Option<Diagnostic> {
    let options = &detector.options;
    let settings = [
        ("num_classes", options.classes, 80),
        ("coordinate_size", options.coordinates, 4),
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
        .map(|(key, _, value)| detector.node.language().setting(key, *value));
    let advice: Vec<_> = advice.collect();
    Some(
        found(
            detector,
            &[key],
            format!("`{name}` needs {} to read YOLO results", keys.join(" and ")),
            "detects nothing",
        )
        .help(format!(
            "write e.g. {}, to match the training of the model",
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
            format!("`coordinate_size` of `{}` is {given}", detector.node.name()),
            "the wrong numbers are read",
        )
        .help(format!(
            "write {}: x, y, width and height",
            detector.node.language().setting("coordinate_size", 4)
        ))
    })
}

fn anchor_pairs(detector: &Detector<'_>) -> Option<Diagnostic> {
    let count = detector.options.anchors.len();
    (count % 2 == 1).then(|| {
        found(
            detector,
            &ANCHORS,
            format!(
                "`{}` has an odd number of anchor values: {count}",
                detector.node.name()
            ),
            "must be widths and heights, alternating",
        )
        .help("write a width and a height for each anchor")
    })
}

const ANCHORS: [&str; 2] = ["anchors", "parser.anchors"];
const MASKS: [&str; 2] = ["anchor_masks", "parser.anchor_masks"];

/// Models exported by common training tools have the YOLO version in the names of their outputs.
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
                "boxes are decoded as if there were none",
            )
            .help("add the `anchors` and `anchor_masks` used in training"),
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
            "boxes are decoded as if there were anchors",
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
                format!("`{key}` is not a valid key of anchor masks"),
                "write `side` followed by the width of the grid, e.g. `side26`".to_owned(),
            )),
            (_, Some(index)) => Some((
                format!("`{key}` refers to anchor {index} of {pairs}"),
                "anchors are pairs of numbers, counted from 0".to_owned(),
            )),
            _ => None,
        }
    });
    let finding =
        |(message, help)| found(detector, &MASKS, message, "the wrong anchors are used").help(help);
    wrong.map(finding).collect()
}

/// Compares the numbers per cell with anchors and classes.
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
                "the model of `{}` has {} numbers per cell, but {} classes and {anchors} anchors \
                      need {wanted}",
                detector.node.name(),
                wrong.channels,
                options.classes
            ),
            "the wrong numbers are read",
        )
        .help("set `num_classes` and `anchor_masks` to match the training of the model"),
    )
}

fn found(detector: &Detector<'_>, keys: &[&str], message: String, why: &str) -> Diagnostic {
    Diagnostic::new(&RULE, message).label(detector.node.span(keys), why)
}
