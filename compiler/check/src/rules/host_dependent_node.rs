//! Nodes that need a host.

use oakc_core::syntax::Language;
use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::node::{Peer, Role};

use crate::{Check, Context};
use oakc_core::config::NodeConfig;

pub(super) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK012",
    name: "host-dependent-node",
    level: Severity::Error,
    adjustable: true,
    constraints: &["6.1"],
    summary: "A node that only works with a host attached.",
    docs: include_str!("host_dependent_node.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let graph = context.graph;
    for (_, node) in graph.nodes() {
        let finding = match node.kind.role {
            Role::Sender(Peer::Host) => Some(xlink_out(context.language(), node)),
            Role::Receiver(Peer::Host) => Some(xlink_in(node)),
            Role::Sender(Peer::UsbHost) | Role::Receiver(Peer::UsbHost) => uvc(context, node),
            Role::Camera(_)
            | Role::Source
            | Role::Transform
            | Role::Program
            | Role::Receiver(Peer::Microcontroller)
            | Role::Sender(Peer::Microcontroller) => None,
        };
        diagnostics.extend(finding);
    }
}

fn xlink_out(language: Language, node: &NodeConfig) -> Diagnostic {
    Diagnostic::new(
        &RULE,
        format!(
            "`{}` sends to a host, but a standalone camera has none",
            node.name
        ),
    )
    .label(
        node.kind_span,
        "its queue fills up and stops the nodes before it",
    )
    .help(format!(
        "use a Script with {} that sends the messages over TCP, UDP, HTTP or MQTT; see \
         `examples/tcp-streaming` for video",
        language.setting("processor", "LEON_CSS")
    ))
}

fn xlink_in(node: &NodeConfig) -> Diagnostic {
    Diagnostic::new(
        &RULE,
        format!(
            "`{}` receives from a host, but a standalone camera has none",
            node.name
        ),
    )
    .label(node.kind_span, "no message ever arrives here")
    .help("use a Script that makes the messages itself or receives them over the network")
}

/// UVC works if the camera is connected to a USB host and the board is configured for it.
fn uvc(context: &Context<'_>, node: &NodeConfig) -> Option<Diagnostic> {
    let board = context.board();
    if let Some(camera) = context.camera.filter(|camera| !camera.usb) {
        return Some(
            Diagnostic::new(
                &RULE,
                format!(
                    "`{}` is a USB webcam, but {} has no USB host",
                    node.name, camera.name
                ),
            )
            .label(node.kind_span, "its frames go nowhere")
            .help("serve the video over HTTP from a Script: see `examples/http-mjpeg`"),
        );
    }
    board.uvc.is_none().then(|| {
        Diagnostic::new(
            &RULE,
            format!(
                "`{}` needs a USB host, but the board is not configured for one",
                node.name
            ),
        )
        .label(node.kind_span, "the device refuses to start it")
        .help(format!(
            "if the camera is used as a USB webcam, add {} with the size and frame type",
            context.language().table(&["board", "uvc"])
        ))
    })
}
