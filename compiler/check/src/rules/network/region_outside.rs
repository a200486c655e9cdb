//! Regions outside the depth map.

use super::regions::REGIONS;
use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::messages::Rect;
use oakc_runtime_schema::nodes::spatial_location_calculator::SpatialLocationCalculatorProperties;

use crate::{Check, Context};
use oakc_core::graph::NodeRef;
use oakc_core::infer::{Fact, Size};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK118",
    name: "region-outside",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["P8"],
    summary: "A region that is outside the depth map or has no area.",
    docs: include_str!("region_outside.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, calculator) in context.each::<SpatialLocationCalculatorProperties>() {
        let map = context.facts.input(&node, "inputDepth").size;
        let regions = (1..).zip(&calculator.roi_config.config);
        let mut findings = regions.filter_map(|(number, region)| {
            let fault = fault(&region.roi, map.as_ref())?;
            Some(finding(&node, number, &region.roi, &fault))
        });
        // Regions have no keys of their own.
        diagnostics.extend(findings.next());
    }
}

enum Fault<'a> {
    NoArea,
    OutsideOfParts,
    OutsideOfPixels(Option<&'a Fact<Size>>),
}

fn fault<'a>(roi: &Rect, map: Option<&'a Fact<Size>>) -> Option<Fault<'a>> {
    if roi.width <= 0.0 || roi.height <= 0.0 {
        return Some(Fault::NoArea);
    }
    let (right, bottom) = (roi.x + roi.width, roi.y + roi.height);
    let negative = roi.x < 0.0 || roi.y < 0.0;
    if !is_pixels(roi) {
        let outside = negative || right > 1.0 || bottom > 1.0;
        return outside.then_some(Fault::OutsideOfParts);
    }
    let beyond =
        |map: &Fact<Size>| right > edge(map.value.width) || bottom > edge(map.value.height);
    let outside = negative || map.is_some_and(beyond);
    outside.then_some(Fault::OutsideOfPixels(map))
}

/// As the library distinguishes pixels from fractions.
fn is_pixels(roi: &Rect) -> bool {
    let within_one = roi.x + roi.width <= 1.0 && roi.y + roi.height <= 1.0;
    let numbers = [roi.x, roi.y, roi.width, roi.height];
    !within_one
        && numbers
            .iter()
            .all(|number| number.trunc().total_cmp(number).is_eq())
}

#[expect(clippy::cast_precision_loss, reason = "no image is this large")]
fn edge(extent: u64) -> f32 {
    extent as f32
}

fn finding(node: &NodeRef<'_>, number: usize, roi: &Rect, fault: &Fault<'_>) -> Diagnostic {
    let name = format!("region {number} of `{}`", node.name());
    let (message, help) = match fault {
        Fault::NoArea => (
            format!("{name} has no area: {} x {}", roi.width, roi.height),
            "write a width and a height above 0",
        ),
        Fault::OutsideOfParts => (
            format!("{name} is outside the depth map"),
            "fractions of width and height are from 0 to 1; pixels are whole numbers",
        ),
        Fault::OutsideOfPixels(_) => (
            format!(
                "{name} is outside the depth map: it spans from {}, {} to {}, {}",
                roi.x,
                roi.y,
                roi.x + roi.width,
                roi.y + roi.height
            ),
            "keep it inside the map, or write fractions from 0 to 1, which are valid for every size",
        ),
    };
    let diagnostic = Diagnostic::new(&RULE, message)
        .label(node.span(&REGIONS), "it gets no position")
        .help(help);
    match fault {
        Fault::OutsideOfPixels(Some(map)) => map.explain(diagnostic, map.value),
        _ => diagnostic,
    }
}
