//! Images of a pixel format that their receiver cannot read.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::image::FrameType;

use super::consumers::{CONSUMERS, Consumer};
use crate::{Check, Context};
use oakc_core::graph::{LinkRef, NodeRef};

pub(in crate::rules) const CHECK: Check = Check {
    rule: &RULE,
    adjustable: true,
    check,
};

static RULE: Rule = Rule {
    code: "OAK080",
    name: "unsupported-frame-type",
    level: Severity::Error,
    summary: "An image of a pixel format that the receiving node does not take.",
    docs: "\
# What
A link carries images of any format; what a node can read of them is another matter. Encoders take
NV12 and 8-bit gray, trackers NV12, YUV420p and planar BGR, AprilTag and Warp their own lists, whatever
computes distances takes depth of 16 bits. The host library compares the types of messages only, not
those of images.

# Why on the device
The node skips every such frame, or reads it as something that it is not, or crashes. Where the
firmware does not say which, this is a warning.

# Example
```toml
[nodes.encoder]
type = \"VideoEncoder\"
inputs.in = \"cam.preview\"         # BGR
```

# Use instead
```toml
[nodes.encoder]
type = \"VideoEncoder\"
inputs.in = \"cam.video\"           # NV12
```
Between other nodes, an ImageManip with `frame_type` converts.

# Source
constraints V4, T1, A1, W5, M3, C24, C25, P5, F7, 1.20, 1.21, 1.23: messages of the firmware of DepthAI
2.33; the rows of StereoDepth, EdgeDetector, FeatureTracker, ImageAlign, ImageManip and of distances
(warnings) follow from examples and documentation.
",
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for node in context.nodes() {
        let kind = node.kind();
        for consumer in CONSUMERS.iter().filter(|c| c.kinds.contains(&kind)) {
            for link in node.links_to(consumer.input) {
                diagnostics.extend(event(context, &node, &link));
                diagnostics.extend(refused(context, &node, consumer, &link));
            }
        }
    }
}

/// What the events of a camera's exposure bring to a node that wants images.
fn event(context: &Context<'_>, node: &NodeRef<'_>, link: &LinkRef<'_>) -> Option<Diagnostic> {
    let from = context.graph.config_of(link.from)?;
    let is_camera = from.kind.output("frameEvent").is_some();
    (is_camera && link.output.name == "frameEvent").then(|| {
        let message = format!(
            "`{}.frameEvent` tells `{}` when a frame begins, but not what is on it",
            from.name,
            node.name()
        );
        Diagnostic::new(&RULE, message)
            .severity(Severity::Warning)
            .label(link.span, "messages without pixels")
            .help("link an output with images, such as `video` or `out`")
    })
}

fn refused(
    context: &Context<'_>,
    node: &NodeRef<'_>,
    consumer: &Consumer,
    link: &LinkRef<'_>,
) -> Option<Diagnostic> {
    let sent = context.facts.of(link).frame_type.as_ref()?;
    if consumer.accepts.contains(&sent.value) || sent.value == FrameType::NONE {
        return None;
    }
    let sender = context.graph.config_of(link.from)?;
    let message = format!(
        "`{}` cannot read the {:?} images of `{}.{}`",
        node.name(),
        sent.value,
        sender.name,
        link.output.name
    );
    let severity = if consumer.certain {
        Severity::Error
    } else {
        Severity::Warning
    };
    let diagnostic = Diagnostic::new(&RULE, message)
        .severity(severity)
        .label(
            link.span,
            format!("`{}` takes {}", node.kind(), consumer.shown),
        )
        .help(consumer.instead);
    Some(sent.explain(diagnostic, format!("{:?}", sent.value)))
}
