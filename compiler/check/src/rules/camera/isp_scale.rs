//! Scale factors that the image processor does not support.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::color_camera::ColorCameraProperties;

use crate::{Check, Context};
use oakc_core::graph::NodeRef;
use oakc_core::infer::nodes::color_camera::{MAX_DENOMINATOR, MAX_NUMERATOR, Scaling};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK031",
    name: "isp-scale",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["C9"],
    summary: "A scale factor that the image processor does not support.",
    docs: include_str!("isp_scale.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, camera) in context.each::<ColorCameraProperties>() {
        let scale = &camera.isp_scale;
        let axes = [
            (
                "horizontally",
                scale.horiz_numerator,
                scale.horiz_denominator,
            ),
            ("vertically", scale.vert_numerator, scale.vert_denominator),
        ];
        let problem = |(axis, top, bottom)| impossible(&node, axis, top, bottom);
        diagnostics.extend(axes.into_iter().find_map(problem));
    }
}

fn impossible(node: &NodeRef<'_>, axis: &str, top: i32, bottom: i32) -> Option<Diagnostic> {
    if Scaling::of(top, bottom) != Scaling::Impossible {
        return None;
    }
    let fraction = (u64::try_from(top).ok()).zip(u64::try_from(bottom).ok());
    let message = format!("`{}` cannot scale {axis} by {top}/{bottom}", node.name());
    let why =
        format!("this axis is not scaled at all: the limits are {MAX_NUMERATOR}/{MAX_DENOMINATOR}");
    let diagnostic = Diagnostic::new(&RULE, message).label(node.span(&["isp_scale"]), why);
    Some(
        match fraction.and_then(|(top, bottom)| nearest(top, bottom)) {
            Some([top, bottom]) => {
                diagnostic.help(format!("{top}/{bottom} is close and supported"))
            }
            None => diagnostic.help("write positive numbers"),
        },
    )
}

/// The supported fraction nearest to an unsupported one.
#[expect(clippy::cast_precision_loss, reason = "only the nearest one is needed")]
fn nearest(top: u64, bottom: u64) -> Option<[u64; 2]> {
    let wanted = top as f64 / bottom as f64;
    let candidates = (1..=MAX_NUMERATOR).map(|numerator| {
        let exact = (numerator as f64 / wanted).round();
        let denominator = (1..=MAX_DENOMINATOR).min_by(|a, b| {
            let distance = |d: &u64| (*d as f64 - exact).abs();
            distance(a).total_cmp(&distance(b))
        });
        [numerator, denominator.unwrap_or(1)]
    });
    let distance = |[top, bottom]: &[u64; 2]| (*top as f64 / *bottom as f64 - wanted).abs();
    candidates.min_by(|a, b| distance(a).total_cmp(&distance(b)))
}
