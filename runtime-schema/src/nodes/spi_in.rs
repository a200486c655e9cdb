//! `SPIIn`: messages from a microcontroller on the camera's SPI bus.

use crate::datatype::Datatype;
use crate::node::{Accepts, ModelRole, NodeKind, Output, Peer, Processors, Role, Start};
use crate::reflect::Reflect;

/// Properties of `SPIIn`.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct SPIInProperties {
    /// The stream's name; the microcontroller's program must use the same one.
    pub stream_name: String,
    /// Which SPI bus; it is 0 on cameras with a microcontroller.
    pub bus_id: i32,
    /// Largest message in bytes; the device drops larger ones. Memory for `num_frames` messages of
    /// this size is reserved.
    #[reflect(default = 5_242_880)]
    pub max_data_size: u32,
    /// Messages that can be in use at once.
    #[reflect(default = 4)]
    pub num_frames: u32,
}

/// The node kind `SPIIn`.
pub static KIND: NodeKind = NodeKind {
    schema_name: "SPIIn",
    doc: "Receives messages from a microcontroller over SPI, at about 1 MB/s. Needs a camera with one, \
          such as OAK-D-IoT.",
    role: Role::Receiver(Peer::Microcontroller),
    model: ModelRole::None,
    processors: Processors::NONE,
    start: Start::ALWAYS,
    properties: SPIInProperties::SHAPE,
    default_properties: || SPIInProperties::default().to_value(),
    setters: &[],
    inputs: &[],
    outputs: &[Output::new("out", &[Accepts::family(Datatype::Buffer)])],
    input_map: None,
    output_map: None,
};
