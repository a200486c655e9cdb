//! `MessageDemux`: message groups in, their members out, each on its own output.

use crate::datatype::Datatype;
use crate::node::{
    Accepts, Fed, Input, ModelRole, NodeKind, Output, OutputMap, Processors, Role, Start,
};
use crate::processor::ProcessorType;
use crate::reflect::Reflect;

/// Properties of `MessageDemux`.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct MessageDemuxProperties {
    /// The processor that runs the node.
    pub processor: ProcessorType,
}

/// The node kind `MessageDemux`.
pub static KIND: NodeKind = NodeKind {
    schema_name: "MessageDemux",
    doc: "Splits a group of messages made by `Sync`. Each output sends the member with its name; \
          if the group has no such member, it sends nothing.",
    role: Role::Transform,
    model: ModelRole::None,
    processors: Processors::NONE,
    start: Start {
        inputs: Fed::None,
        consumer: true,
    },
    properties: MessageDemuxProperties::SHAPE,
    default_properties: || MessageDemuxProperties::default().to_value(),
    setters: &[],
    inputs: &[Input::blocking(
        "input",
        8,
        &[Accepts::exactly(Datatype::MessageGroup)],
    )],
    outputs: &[],
    input_map: None,
    output_map: Some(OutputMap {
        group: "outputs",
        entry: Output::new("", &[Accepts::family(Datatype::Buffer)]),
    }),
};
