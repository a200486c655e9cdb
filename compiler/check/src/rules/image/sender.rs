//! What to change at the sender of an image so that its receiver can read it.
//!
//! In: a link, and the formats that suit its receiver. Out: settings of the sending node that are not so
//! already and that make one of these formats, and the edits for those that are written. Never: a setting that would change
//! nothing, or a fix that takes its image from another receiver.

use oakc_core::graph::{LinkRef, NodeRef};
use oakc_core::infer::{PreviewFormat, Size};
use oakc_diag::Fix;
use oakc_runtime_schema::image::FrameType;
use oakc_runtime_schema::nodes::Kind;

use crate::Context;

/// Formats that an ImageManip makes, the most usual first.
const CONVERTED: [FrameType; 6] = [
    FrameType::BGR888p,
    FrameType::NV12,
    FrameType::BGR888i,
    FrameType::RGB888p,
    FrameType::YUV420p,
    FrameType::GRAY8,
];

/// What to set on the sender of `link`, as a command; `None` if no setting of it helps.
pub(in crate::rules) fn settings(
    context: &Context<'_>,
    link: &LinkRef<'_>,
    wanted: impl Fn(FrameType) -> bool,
) -> Option<String> {
    let sender = context.graph.node_ref(link.from)?;
    let (name, language) = (sender.name(), context.language());
    if link.output.name == "preview" {
        let changes = PreviewFormat::of(&sender)?.changes(wanted)?;
        let changes = changes.into_iter();
        let changes: Vec<_> = changes
            .map(|(key, value)| language.setting(key, value))
            .collect();
        return (!changes.is_empty()).then(|| format!("set {} on `{name}`", changes.join(" and ")));
    }
    if sender.kind() != Kind::ImageManip {
        return None;
    }
    let format = CONVERTED.into_iter().find(|format| wanted(*format))?;
    let keys = ["frame_type", "initial_config.frame_type"];
    let written = sender.counting(&keys);
    let key = written.map_or(keys[0], |(key, _)| key);
    let setting = language.setting(key, format!("{format:?}"));
    Some(format!("set {setting} on `{name}`"))
}

/// The edit of what is written at the camera that sends previews, if nobody else gets them.
pub(in crate::rules) fn fix(
    context: &Context<'_>,
    link: &LinkRef<'_>,
    wanted: impl Fn(FrameType) -> bool,
) -> Option<Fix> {
    let sender = only_receiver_of_preview(context, link)?;
    let changes = PreviewFormat::of(&sender)?.changes(wanted)?;
    let language = sender.language();
    let settings: Vec<_> = changes
        .iter()
        .map(|(key, value)| language.setting(key, value.clone()))
        .collect();
    let mut fix = Fix::safe(format!("set {}", settings.join(" and ")));
    for (key, value) in changes {
        let value = language.value(value);
        fix = fix.edit(sender.written(&[key])?, value.trim_matches('`'));
    }
    (!fix.edits.is_empty()).then_some(fix)
}

/// The edit of the size that is written at the camera that sends previews, if nobody else gets them.
pub(in crate::rules) fn resize(
    context: &Context<'_>,
    link: &LinkRef<'_>,
    size: Size,
) -> Option<Fix> {
    let sender = only_receiver_of_preview(context, link)?;
    let size = format!("[{}, {}]", size.width, size.height);
    let place = sender.written(&["preview_size"])?;
    Some(Fix::safe(format!("make the preview {size}")).edit(place, size))
}

/// The camera whose preview nobody but the receiver of this link gets.
fn only_receiver_of_preview<'a>(context: &Context<'a>, link: &LinkRef<'_>) -> Option<NodeRef<'a>> {
    if link.output.name != "preview" {
        return None;
    }
    let sender = context.graph.node_ref(link.from)?;
    let mut receivers = sender.links_from("preview");
    let is_only = receivers.next().is_some() && receivers.next().is_none();
    is_only.then_some(sender)
}
