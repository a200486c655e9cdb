//! Widths of disparity and depth that the device cannot produce.

use oakc_diag::{Diagnostic, Diagnostics, Fix, Rule, Severity};
use oakc_runtime_schema::camera::CameraBoardSocket as Socket;
use oakc_runtime_schema::nodes::stereo_depth::StereoDepthProperties;

use super::ALIGN_KEYS;
use crate::{Check, Context};
use oakc_core::graph::NodeRef;
use oakc_core::infer::View;
use oakc_core::infer::nodes::stereo_depth::WIDTH_STEP;

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK063",
    name: "stereo-output-width",
    level: Severity::Error,
    adjustable: true,
    constraints: &["S7", "S8"],
    summary: "Depth whose width is not a multiple of 16.",
    docs: include_str!("stereo_output_width.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, stereo) in context.each::<StereoDepthProperties>() {
        diagnostics.extend(match (stereo.out_width, stereo.out_height) {
            (Some(width), height) => written(&node, width, height),
            (None, _) => of_camera(context, &node, stereo.depth_align_camera),
        });
    }
}

fn written(node: &NodeRef<'_>, width: i32, height: Option<i32>) -> Option<Diagnostic> {
    let width = u64::try_from(width).ok()?;
    if width.is_multiple_of(WIDTH_STEP) {
        return None;
    }
    let nearest = nearest(width);
    let diagnostic = Diagnostic::new(
        &RULE,
        format!("`{}` cannot produce depth {width} pixels wide", node.name()),
    )
    .label(
        node.span(&["output_size", "out_width"]),
        format!("the width must be a multiple of {WIDTH_STEP}"),
    )
    .help(format!("write a width of {nearest}"));
    let fix = Fix::suggested(format!("make it {nearest} pixels wide"));
    Some(match (node.written(&["output_size"]), height) {
        (Some(span), Some(height)) => {
            diagnostic.fix(fix.edit(span, format!("[{nearest}, {height}]")))
        }
        _ => diagnostic,
    })
}

fn of_camera(context: &Context<'_>, node: &NodeRef<'_>, socket: Socket) -> Option<Diagnostic> {
    let View::Camera(isp) = context.facts.view(socket) else {
        return None;
    };
    let size = isp.size.as_ref()?;
    let width = size.value.width;
    if width.is_multiple_of(WIDTH_STEP) {
        return None;
    }
    let message = format!(
        "`{}` is aligned to {socket:?}, whose image is {width} pixels wide",
        node.name()
    );
    let diagnostic = Diagnostic::new(&RULE, message)
        .label(
            node.span(ALIGN_KEYS),
            format!("depth needs a width that is a multiple of {WIDTH_STEP}"),
        )
        .help(format!(
            "add {}, or use another `isp_scale` for the camera",
            node.language()
                .setting("output_size", [nearest(width), size.value.height])
        ));
    Some(size.explain(diagnostic, size.value))
}

/// The nearest width that works and is not larger.
fn nearest(width: u64) -> u64 {
    (width / WIDTH_STEP * WIDTH_STEP).max(WIDTH_STEP)
}
