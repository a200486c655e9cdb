//! Frames of a size that the encoder does not support.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::video_encoder::VideoEncoderProperties;

use crate::{Check, Context};
use oakc_core::graph::NodeRef;
use oakc_core::infer::nodes::video_encoder::Limits;
use oakc_core::infer::{Fact, Refusal, Size};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK130",
    name: "encoder-frame-size",
    level: Severity::Error,
    adjustable: true,
    constraints: &["V1", "V2", "V3", "V13"],
    summary: "Frames of a size that the video encoder refuses.",
    docs: include_str!("encoder_frame_size.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, _) in context.each::<VideoEncoderProperties>() {
        let stream = context.facts.output(&node, "bitstream");
        if let Some(Refusal::Unencodable { frames, limits }) = &stream.refused {
            diagnostics.extend(unencodable(&node, frames, limits));
        }
    }
}

fn unencodable(node: &NodeRef<'_>, size: &Fact<Size>, limits: &Limits) -> Option<Diagnostic> {
    let nearest = limits.nearest(size.value);
    let link = node.links_to("in").next()?;
    let why = if size.value.fits_in(limits.most) {
        format!(
            "{} needs a width that is a multiple of {} and a height that is a multiple of {}",
            limits.name, limits.steps.width, limits.steps.height
        )
    } else {
        format!("{} supports at most {}", limits.name, limits.most)
    };
    let message = format!("`{}` cannot encode {}", node.name(), size.value);
    let diagnostic = Diagnostic::new(&RULE, message)
        .label(link.span, why)
        .help(format!("make the frames {nearest}"));
    Some(size.explain(diagnostic, size.value))
}
