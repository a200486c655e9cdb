//! DOC module nodes/uvc

use std::collections::BTreeMap;

use crate::datatype::Datatype;
use crate::node::{Accepts, Input, NodeKind};
use crate::reflect::Reflect;

/// DOC UVCProperties
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct UVCProperties {
    /// DOC gpioInit
    pub gpio_init: BTreeMap<i32, i32>,
    /// DOC gpioStreamOn
    pub gpio_stream_on: BTreeMap<i32, i32>,
    /// DOC gpioStreamOff
    pub gpio_stream_off: BTreeMap<i32, i32>,
}

/// The node kind `UVC`.
pub static KIND: NodeKind = NodeKind {
    name: "UVC",
    schema_name: "UVC",
    doc: "DOC UVC",
    properties: UVCProperties::SHAPE,
    default_properties: || UVCProperties::default().to_value(),
    setters: &[],
    inputs: &[Input::blocking("in", 8, &[Accepts::family(Datatype::Buffer)]).waiting()],
    outputs: &[],
    input_map: None,
    output_map: None,
};
