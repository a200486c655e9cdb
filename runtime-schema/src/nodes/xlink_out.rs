//! `XLinkOut`: messages from the pipeline to a host; without a host it fills up and blocks its
//! senders.

use crate::datatype::Datatype;
use crate::node::{Accepts, Input, ModelRole, NodeKind, Peer, Processors, Role, Start};
use crate::reflect::{Reflect, Set, Setter};

/// Properties of `XLinkOut`.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct XLinkOutProperties {
    /// Maximum number of messages per second; -1: no limit.
    #[reflect(default = -1.0)]
    pub max_fps_limit: f32,
    /// Name of the stream that the host opens: at most 51 characters, unique, not beginning with
    /// `__`.
    pub stream_name: String,
    /// Whether only the metadata of messages is sent, without their data.
    pub metadata_only: bool,
}

/// The node kind `XLinkOut`.
pub static KIND: NodeKind = NodeKind {
    schema_name: "XLinkOut",
    doc: "Messages to a host. On a standalone camera nothing receives them, so its senders are \
          blocked.",
    role: Role::Sender(Peer::Host),
    model: ModelRole::None,
    processors: Processors::NONE,
    start: Start::ALWAYS,
    properties: XLinkOutProperties::SHAPE,
    default_properties: || XLinkOutProperties::default().to_value(),
    setters: SETTERS,
    inputs: &[Input::blocking("in", 8, &[Accepts::family(Datatype::Buffer)]).waiting()],
    outputs: &[],
    input_map: None,
    output_map: None,
};

static SETTERS: &[Setter] = &[Setter {
    key: "fps_limit",
    methods: &["setFpsLimit"],
    doc: "Maximum number of messages per second; the same as `max_fps_limit`.",
    apply: &Set(|xlink: &mut XLinkOutProperties, value| xlink.max_fps_limit = value),
}];
