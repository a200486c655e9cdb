//! Settings of encoders that have no effect or are out of range.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::video_encoder::{Profile, VideoEncoderProperties};

use crate::{Check, Context};
use oakc_core::graph::NodeRef;

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK132",
    name: "encoder-setting",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["V9"],
    summary: "A setting of a video encoder that is out of range, or belongs to another profile.",
    docs: include_str!("encoder_setting.md"),
};

/// Settings of MJPEG, which have no effect in H.264 and H.265.
const OF_MJPEG: &[&str] = &["quality", "lossless"];

/// Settings of H.264 and H.265, which have no effect in MJPEG.
const OF_H26X: &[&str] = &[
    "bitrate",
    "bitrate_kbps",
    "keyframe_frequency",
    "max_bitrate",
    "num_b_frames",
    "rate_control_mode",
    "rate_ctrl_mode",
];

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, encoder) in context.each::<VideoEncoderProperties>() {
        diagnostics.extend(out_of_range(&node, &encoder));
        let others = match encoder.profile {
            Profile::MJPEG => OF_H26X,
            _ => OF_MJPEG,
        };
        let found = others.iter().filter_map(|key| idle(&node, &encoder, key));
        diagnostics.extend(found);
    }
}

fn out_of_range(
    node: &NodeRef<'_>,
    encoder: &VideoEncoderProperties,
) -> impl Iterator<Item = Diagnostic> {
    let quality = !(0..=100).contains(&encoder.quality);
    let rate = encoder.frame_rate <= 0.0;
    let problems = [
        (
            quality,
            "quality",
            "must be from 0 to 100",
            "80 is the default",
        ),
        (
            rate,
            "frame_rate",
            "must be above 0",
            "use the camera's rate",
        ),
    ];
    let found = problems.into_iter().filter(|(is_wrong, ..)| *is_wrong);
    found.map(|(_, key, why, help)| {
        let message = format!("the `{key}` of `{}` is out of range", node.name());
        Diagnostic::new(&RULE, message)
            .label(node.span(&[key, "default_profile_preset"]), why)
            .help(help)
    })
}

fn idle(node: &NodeRef<'_>, encoder: &VideoEncoderProperties, key: &str) -> Option<Diagnostic> {
    let span = node.written(&[key])?;
    let profile = format!("{:?}", encoder.profile);
    let message = format!("`{key}` of `{}` has no effect in {profile}", node.name());
    let severity = if key == "lossless" && encoder.lossless {
        Severity::Warning
    } else {
        Severity::Info
    };
    Some(
        Diagnostic::new(&RULE, message)
            .severity(severity)
            .label(span, format!("not a setting of {profile}"))
            .help("remove it, or choose another `profile`"),
    )
}
