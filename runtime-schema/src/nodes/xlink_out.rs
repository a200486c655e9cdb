//! DOC module nodes/xlink_out

use crate::datatype::Datatype;
use crate::node::{Accepts, Input, NodeKind};
use crate::reflect::Reflect;

/// DOC XLinkOutProperties
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct XLinkOutProperties {
    /// DOC maxFpsLimit
    #[reflect(default = -1.0)]
    pub max_fps_limit: f32,
    /// DOC streamName
    pub stream_name: String,
    /// DOC metadataOnly
    pub metadata_only: bool,
}

/// The node kind `XLinkOut`.
pub static KIND: NodeKind = NodeKind {
    name: "XLinkOut",
    schema_name: "XLinkOut",
    doc: "DOC XLinkOut",
    properties: XLinkOutProperties::SHAPE,
    default_properties: || XLinkOutProperties::default().to_value(),
    setters: &[],
    inputs: &[Input::blocking("in", 8, &[Accepts::family(Datatype::Buffer)]).waiting()],
    outputs: &[],
    input_map: None,
    output_map: None,
};
