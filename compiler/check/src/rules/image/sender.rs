//! What to change at the sender of an image so that its receiver can read it.
//!
//! In: a link, and the formats that suit its receiver. Out: settings of the sending node that are not so
//! already and that make one of these formats. Never: a setting that would change nothing.

use oakc_core::graph::LinkRef;
use oakc_core::infer::PreviewFormat;
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
