//! `SPIOut`: messages to a microcontroller on the camera's SPI bus.

use crate::datatype::Datatype;
use crate::node::{Accepts, Input, ModelRole, NodeKind, Peer, Processors, Role, Start};
use crate::reflect::Reflect;

/// Properties of `SPIOut`.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct SPIOutProperties {
    /// The stream's name; the microcontroller's program must use the same one.
    pub stream_name: String,
    /// Which SPI bus; it is 0 on cameras with a microcontroller.
    pub bus_id: i32,
}

/// The node kind `SPIOut`.
pub static KIND: NodeKind = NodeKind {
    schema_name: "SPIOut",
    doc: "Sends messages to a microcontroller over SPI, at about 1 MB/s: suitable for results, not \
          for video. Needs a camera with one, such as OAK-D-IoT.",
    role: Role::Sender(Peer::Microcontroller),
    model: ModelRole::None,
    processors: Processors::NONE,
    start: Start::ALWAYS,
    properties: SPIOutProperties::SHAPE,
    default_properties: || SPIOutProperties::default().to_value(),
    setters: &[],
    inputs: &[Input::blocking("in", 8, &[Accepts::family(Datatype::Buffer)]).waiting()],
    outputs: &[],
    input_map: None,
    output_map: None,
};
