//! Rectangles that cut out nothing, or everything.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::messages::CropConfig;
use oakc_runtime_schema::nodes::image_manip::ImageManipProperties;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK087",
    name: "crop-rectangle",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["M10", "M11"],
    summary: "A crop that is empty, covers the whole image, or is written in pixels.",
    docs: include_str!("crop_rectangle.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, manip) in context.each::<ImageManipProperties>() {
        let config = &manip.initial_config;
        let problem = config.enable_crop.then(|| problem(&config.crop_config));
        let Some((key, what, help)) = problem.flatten() else {
            continue;
        };
        let keys = [
            key.to_owned(),
            format!("initial_config.{key}"),
            "initial_config.crop_config".to_owned(),
        ];
        let keys = keys.each_ref().map(String::as_str);
        let message = format!("the crop of `{}` {what}", node.name());
        diagnostics.push(
            Diagnostic::new(&RULE, message)
                .label(node.span(&keys), "in fractions of the image, 0 to 1")
                .help(help),
        );
    }
}

/// What is wrong with a crop: its shorthand, the problem, and what to write.
fn problem(crop: &CropConfig) -> Option<(&'static str, &'static str, &'static str)> {
    if crop.enable_rotated_rect {
        return None;
    }
    if crop.enable_center_crop_rectangle {
        let is_part = crop.crop_ratio > 0.0 && crop.crop_ratio <= 1.0;
        let help = "write the part of the image that is to be kept, such as 0.5";
        return (!is_part).then_some(("center_crop", "keeps no part of the image", help));
    }
    let rect = &crop.crop_rect;
    let help = "divide pixels by the width and height of the image";
    let is_whole = rect.xmin <= 0.0 && rect.ymin <= 0.0 && rect.xmax >= 1.0 && rect.ymax >= 1.0;
    if rect.xmin >= rect.xmax || rect.ymin >= rect.ymax {
        Some(("crop_rect", "is empty", help))
    } else if is_whole {
        Some(("crop_rect", "is the whole image", help))
    } else {
        None
    }
}
