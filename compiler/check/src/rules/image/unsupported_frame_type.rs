//! Images of a pixel format that their receiver cannot read.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::image::FrameType;

use super::consumers::{Consumer, consumers};
use super::sender::settings;
use crate::{Check, Context};
use oakc_core::graph::{LinkRef, NodeRef};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK080",
    name: "unsupported-frame-type",
    level: Severity::Error,
    adjustable: true,
    constraints: &[
        "C24", "C25", "M3", "P5", "T1", "V4", "W5", "F7", "A1", "1.20", "1.21", "1.23",
    ],
    summary: "An image of a pixel format that the receiving node does not accept.",
    docs: include_str!("unsupported_frame_type.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for node in context.nodes() {
        for consumer in consumers(node.kind()) {
            for link in node.links_to(consumer.input) {
                diagnostics.extend(event(context, &node, &link));
                diagnostics.extend(refused(context, &node, consumer, &link));
            }
        }
    }
}

/// A camera's frame events linked to a node that needs images.
fn event(context: &Context<'_>, node: &NodeRef<'_>, link: &LinkRef<'_>) -> Option<Diagnostic> {
    let from = context.graph.config_of(link.from)?;
    let is_camera = from.kind.is_camera();
    (is_camera && link.output.name == "frameEvent").then(|| {
        let message = format!(
            "`{}.frameEvent` tells `{}` when a frame begins, but carries no image",
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
            format!("`{}` accepts {}", node.kind(), consumer.shown),
        )
        .help({
            let instead = (consumer.instead)(context.language());
            match settings(context, link, |sent| consumer.accepts.contains(&sent)) {
                Some(settings) => format!("{settings}, or {instead}"),
                None => instead,
            }
        });
    Some(sent.explain(diagnostic, format!("{:?}", sent.value)))
}
