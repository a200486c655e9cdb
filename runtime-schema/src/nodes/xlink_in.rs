//! `XLinkIn`: messages from a host into the pipeline; without a host it sends nothing.

use crate::datatype::Datatype;
use crate::node::{Accepts, ModelRole, NodeKind, Output, Peer, Processors, Role, Start};
use crate::reflect::Reflect;

/// Properties of `XLinkIn`.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct XLinkInProperties {
    /// Name of the stream that the host opens: at most 51 characters, unique, not beginning with
    /// `__`.
    pub stream_name: String,
    /// Largest message in bytes.
    #[reflect(default = 5_242_880)]
    pub max_data_size: u32,
    /// Messages in memory at once; each takes `max_data_size` bytes.
    #[reflect(default = 8)]
    pub num_frames: u32,
}

/// The node kind `XLinkIn`.
pub static KIND: NodeKind = NodeKind {
    schema_name: "XLinkIn",
    doc: "Messages from a host. A standalone camera has no host, so it sends nothing.",
    role: Role::Receiver(Peer::Host),
    model: ModelRole::None,
    processors: Processors::NONE,
    start: Start::ALWAYS,
    properties: XLinkInProperties::SHAPE,
    default_properties: || XLinkInProperties::default().to_value(),
    setters: &[],
    inputs: &[],
    outputs: &[Output::new("out", &[Accepts::family(Datatype::Buffer)])],
    input_map: None,
    output_map: None,
};
