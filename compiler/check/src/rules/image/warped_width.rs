//! Widths of warped images in nodes for which warping is optional.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::image_align::ImageAlignProperties;
use oakc_runtime_schema::nodes::image_manip::ImageManipProperties;

use crate::{Check, Context};
use oakc_core::graph::NodeRef;
use oakc_core::infer::Size;

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK085",
    name: "warped-width",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["M4", "1.21"],
    summary: "A rotated, warped or aligned image whose width is not a multiple of 16.",
    docs: include_str!("warped_width.md"),
};

/// Pixels.
const STEP: u64 = 16;

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, manip) in context.each::<ImageManipProperties>() {
        let config = &manip.initial_config;
        let resize = &config.resize_config;
        let warps = resize.enable_rotation || resize.enable_warp4pt || resize.enable_warp_matrix;
        if !manip.mesh_uri.is_empty() || (config.enable_resize && warps) {
            let size = Size::of_pixels(resize.width, resize.height);
            let keys = [
                "resize",
                "initial_config.resize",
                "initial_config.resize_config",
            ];
            diagnostics.extend(size.and_then(|size| wrong_width(&node, size, &keys)));
        }
    }
    for (node, align) in context.each::<ImageAlignProperties>() {
        let size = Size::of_pixels(align.align_width, align.align_height);
        let keys = ["output_size", "align_width"];
        diagnostics.extend(size.and_then(|size| wrong_width(&node, size, &keys)));
    }
}

fn wrong_width(node: &NodeRef<'_>, size: Size, keys: &[&str]) -> Option<Diagnostic> {
    if size.width.is_multiple_of(STEP) {
        return None;
    }
    let message = format!(
        "`{}` warps to a width of {} pixels",
        node.name(),
        size.width
    );
    let nearest = size.width.next_multiple_of(STEP);
    Some(
        Diagnostic::new(&RULE, message)
            .label(
                node.span(keys),
                format!("the warp engines need a multiple of {STEP}"),
            )
            .help(format!("write a width of {nearest}")),
    )
}
