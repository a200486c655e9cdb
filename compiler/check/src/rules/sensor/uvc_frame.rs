//! Frames that do not match the webcam.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::board_config::BoardUvc;
use oakc_runtime_schema::image::FrameType;
use oakc_runtime_schema::nodes::Kind;
use oakc_runtime_schema::nodes::uvc::UVCProperties;

use crate::rules::image::consumers;
use crate::{Check, Context};
use oakc_core::graph::LinkRef;
use oakc_core::infer::Size;

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK166",
    name: "uvc-frame",
    level: Severity::Error,
    adjustable: true,
    constraints: &["1.23"],
    summary: "A UVC node that gets frames of a different size or format from those in `board.uvc`.",
    docs: include_str!("uvc_frame.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let Some(webcam) = context.board().uvc else {
        return;
    };
    for (node, _) in context.each::<UVCProperties>() {
        for link in node.links_to("in") {
            if let Some(other) = difference(context, &link, &webcam) {
                let message = format!("`{}` gets {other}", node.name());
                let expected = format!(
                    "the webcam is {}x{} in {:?}",
                    webcam.width, webcam.height, webcam.frame_type
                );
                let board = context.language().table(&["board", "uvc"]);
                let diagnostic = Diagnostic::new(&RULE, message)
                    .label(link.span, expected)
                    .help(format!("change {board}, or the frames that the node gets"));
                diagnostics.push(
                    diagnostic.secondary(context.config().written("board.uvc"), "the webcam"),
                );
            }
        }
    }
}

/// How the frames of a link differ from those of the webcam.
fn difference(context: &Context<'_>, link: &LinkRef<'_>, webcam: &BoardUvc) -> Option<String> {
    let flow = context.facts.of(link);
    let expected = Size::new(webcam.width.into(), webcam.height.into());
    if let Some(size) = flow.size.as_ref().filter(|size| size.value != expected) {
        return Some(format!("frames of {}", size.value));
    }
    let sent = flow.frame_type.as_ref()?.value;
    // A format that no webcam supports is found by another rule.
    let differs = gray(sent) != gray(webcam.frame_type) && consumers::takes(Kind::UVC, "in", sent);
    differs.then(|| format!("frames in {sent:?}"))
}

/// The two names of 8-bit greyscale are the same format.
fn gray(frame_type: FrameType) -> FrameType {
    match frame_type {
        FrameType::RAW8 => FrameType::GRAY8,
        other => other,
    }
}
