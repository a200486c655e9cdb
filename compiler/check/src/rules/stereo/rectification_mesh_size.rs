//! Rectification meshes that do not match the frames.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::stereo_depth::{RectificationMesh, StereoDepthProperties};

use crate::{Check, Context};
use oakc_core::infer::Size;

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK076",
    name: "rectification-mesh-size",
    level: Severity::Error,
    adjustable: true,
    constraints: &["S26"],
    summary: "A rectification mesh whose size does not match the frames and the mesh step.",
    docs: include_str!("rectification_mesh_size.md"),
};

/// Two 32-bit floats.
const POINT_BYTES: u64 = 8;

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, stereo) in context.each::<StereoDepthProperties>() {
        let mesh = &stereo.mesh;
        let (Some(bytes), Some(size)) = (mesh.mesh_size, context.facts.input(&node, "left").size)
        else {
            continue;
        };
        let bytes = u64::from(bytes);
        let Some([plain, padded]) = expected(size.value, mesh) else {
            continue;
        };
        if bytes == plain || bytes == padded {
            continue;
        }
        let message = format!(
            "the rectification mesh of `{}` has {bytes} bytes instead of {plain}",
            node.name()
        );
        let diagnostic = Diagnostic::new(&RULE, message)
            .label(
                node.span(&["load_mesh_files", "load_mesh_data", "mesh.mesh_size"]),
                format!(
                    "refused: frames of {} in steps of {}x{} need {plain} bytes",
                    size.value, mesh.step_width, mesh.step_height
                ),
            )
            .help("create the mesh for this size and step, or change `mesh_step`");
        diagnostics.push(size.explain(diagnostic, size.value));
    }
}

/// Bytes of a mesh for frames of a size: with unpadded rows, and with rows padded to 16 bytes.
fn expected(size: Size, mesh: &RectificationMesh) -> Option<[u64; 2]> {
    let points = |pixels: u64, step: u16| Some(pixels.checked_div(step.into())? + 1);
    let columns = points(size.width, mesh.step_width)?;
    let rows = points(size.height, mesh.step_height)?;
    Some([columns, columns.next_multiple_of(2)].map(|columns| columns * rows * POINT_BYTES))
}
