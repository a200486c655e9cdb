//! `ToF`: raw frames of a time-of-flight sensor in, depth, amplitude, intensity and phase out.

use crate::datatype::Datatype;
use crate::messages::ToFConfig;
use crate::node::{
    Accepts, Input, ModelRole, NodeKind, Output, Processors, Role, Share, Start, set_number,
};
use crate::reflect::{Reflect, Value};

/// Properties of `ToF`.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct ToFProperties {
    /// How frames are decoded until a message on `inputConfig` changes it.
    pub initial_config: ToFConfig,
    /// Frames in the pool of each output that is used.
    #[reflect(default = 4)]
    pub num_frames_pool: i32,
    /// SHAVEs for decoding.
    #[reflect(default = 1)]
    pub num_shaves: i32,
    /// The warp engines for undistortion: 0, 1 or 2; if empty, the device chooses.
    pub warp_hw_ids: Vec<i32>,
}

fn num_shaves(properties: &Value) -> Option<u64> {
    let properties = ToFProperties::from_value(properties).ok()?;
    Some(set_number(properties.num_shaves))
}

/// The node kind `ToF`.
pub static KIND: NodeKind = NodeKind {
    schema_name: "ToF",
    doc: "Decodes the raw frames of a time-of-flight sensor into depth.",
    role: Role::Transform,
    model: ModelRole::None,
    processors: Processors::shaves(Share::Set(num_shaves, "decoding")),
    start: Start::ALWAYS,
    properties: ToFProperties::SHAPE,
    default_properties: || ToFProperties::default().to_value(),
    setters: &[],
    inputs: &[
        Input::blocking("input", 8, &[Accepts::family(Datatype::ImgFrame)]),
        Input::dropping("inputConfig", 4, &[Accepts::exactly(Datatype::ToFConfig)]),
    ],
    outputs: &[
        Output::new("amplitude", &[Accepts::family(Datatype::ImgFrame)]),
        Output::new("depth", &[Accepts::family(Datatype::ImgFrame)]).main(),
        Output::new("intensity", &[Accepts::family(Datatype::ImgFrame)]),
        Output::new("phase", &[Accepts::family(Datatype::ImgFrame)]),
    ],
    input_map: None,
    output_map: None,
};
