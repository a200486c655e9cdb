//! What to change at the sender of an image so that its receiver can read it.
//!
//! In: a link, and the formats that suit its receiver. Out: settings of the sending node that are not so
//! already and that make one of these formats, and the edits that change or add them. Never: a setting that would change
//! nothing, or a fix that takes its image from another receiver.

use oakc_core::graph::{LinkRef, NodeRef};
use oakc_core::infer::{PreviewFormat, Size};
use oakc_diag::Fix;
use oakc_runtime_schema::image::FrameType;
use oakc_runtime_schema::nodes::Kind;

use crate::Context;

/// Formats that an ImageManip makes, the most usual first.
pub(super) const CONVERTED: [FrameType; 6] = [
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

/// The edits that make the camera send such previews, if nobody else gets them.
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
    let fix = Fix::safe(format!("set {}", settings.join(" and ")));
    let changes = changes.into_iter();
    let changes = changes.map(|(key, value)| (key, language.value(value)));
    written(fix, &sender, link, changes)
}

/// The fix with what writes these settings at a node: in the place of what is there, or as keys of their own.
fn written(
    mut fix: Fix,
    sender: &NodeRef<'_>,
    link: &LinkRef<'_>,
    settings: impl Iterator<Item = (&'static str, String)>,
) -> Option<Fix> {
    let mut added = String::new();
    let room = sender.room(link.span);
    for (key, value) in settings {
        let value = value.trim_matches('`');
        match (sender.written(&[key]), &room) {
            (Some(place), _) => fix = fix.edit(place, value),
            (None, Some((_, before))) => {
                let separator = sender.language().separator();
                added.extend([before.as_str(), key, separator, value]);
            }
            (None, None) => return None,
        }
    }
    if let Some((place, _)) = room.filter(|_| !added.is_empty()) {
        fix = fix.edit(place, added);
    }
    (!fix.edits.is_empty()).then_some(fix)
}

/// The edit that makes the camera send previews of this size, if nobody else gets them.
pub(in crate::rules) fn resize(
    context: &Context<'_>,
    link: &LinkRef<'_>,
    size: Size,
) -> Option<Fix> {
    let sender = only_receiver_of_preview(context, link)?;
    // Two keys for one size are changed by hand.
    let apart = ["preview_width", "preview_height"];
    if sender.written(&apart).is_some() {
        return None;
    }
    let size = format!("[{}, {}]", size.width, size.height);
    let fix = Fix::safe(format!("make the preview {size}"));
    written(fix, &sender, link, [("preview_size", size)].into_iter())
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
