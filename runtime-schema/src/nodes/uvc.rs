//! `UVC`: frames in, a USB video device out.

use std::collections::BTreeMap;

use crate::datatype::Datatype;
use crate::node::{Accepts, Input, ModelRole, NodeKind, Peer, Processors, Role, Start};
use crate::reflect::{Reflect, Set, Setter};

/// Properties of `UVC`.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct UVCProperties {
    /// Levels of GPIOs at the start: pin number and 0 or 1.
    pub gpio_init: BTreeMap<i32, i32>,
    /// Levels of GPIOs as soon as a host plays the video: pin number and 0 or 1.
    pub gpio_stream_on: BTreeMap<i32, i32>,
    /// Levels of GPIOs as soon as the host stops: pin number and 0 or 1.
    pub gpio_stream_off: BTreeMap<i32, i32>,
}

/// The node kind `UVC`.
pub static KIND: NodeKind = NodeKind {
    schema_name: "UVC",
    doc: "Presents frames to a computer as a USB video device. Needs `board.uvc`; not for PoE \
          cameras.",
    role: Role::Sender(Peer::UsbHost),
    model: ModelRole::None,
    processors: Processors::NONE,
    start: Start::ALWAYS,
    properties: UVCProperties::SHAPE,
    default_properties: || UVCProperties::default().to_value(),
    setters: SETTERS,
    inputs: &[Input::blocking("in", 8, &[Accepts::family(Datatype::Buffer)]).waiting()],
    outputs: &[],
    input_map: None,
    output_map: None,
};

static SETTERS: &[Setter] = &[
    Setter {
        key: "gpios_on_init",
        methods: &["setGpiosOnInit"],
        doc: "Levels of GPIOs at the start; the same as `gpio_init`.",
        apply: &Set(|uvc: &mut UVCProperties, value| uvc.gpio_init = value),
    },
    Setter {
        key: "gpios_on_stream_on",
        methods: &["setGpiosOnStreamOn"],
        doc: "Levels of GPIOs as soon as a host plays the video; the same as `gpio_stream_on`.",
        apply: &Set(|uvc: &mut UVCProperties, value| uvc.gpio_stream_on = value),
    },
    Setter {
        key: "gpios_on_stream_off",
        methods: &["setGpiosOnStreamOff"],
        doc: "Levels of GPIOs as soon as the host stops; the same as `gpio_stream_off`.",
        apply: &Set(|uvc: &mut UVCProperties, value| uvc.gpio_stream_off = value),
    },
];
