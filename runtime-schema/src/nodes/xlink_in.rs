//! DOC module nodes/xlink_in

use crate::datatype::Datatype;
use crate::node::{Accepts, NodeKind, Output};
use crate::reflect::Reflect;

/// DOC XLinkInProperties
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct XLinkInProperties {
    /// DOC streamName
    pub stream_name: String,
    /// DOC maxDataSize
    #[reflect(default = 5_242_880)]
    pub max_data_size: u32,
    /// DOC numFrames
    #[reflect(default = 8)]
    pub num_frames: u32,
}

/// The node kind `XLinkIn`.
pub static KIND: NodeKind = NodeKind {
    name: "XLinkIn",
    schema_name: "XLinkIn",
    doc: "DOC XLinkIn",
    properties: XLinkInProperties::SHAPE,
    default_properties: || XLinkInProperties::default().to_value(),
    setters: &[],
    inputs: &[],
    outputs: &[Output::new("out", &[Accepts::family(Datatype::Buffer)])],
    input_map: None,
    output_map: None,
};
