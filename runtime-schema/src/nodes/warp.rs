//! DOC module nodes/warp

use crate::datatype::Datatype;
use crate::image::Interpolation;
use crate::node::{Accepts, Input, NodeKind, Output};
use crate::reflect::Reflect;

/// DOC WarpProperties
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct WarpProperties {
    /// DOC outputWidth
    pub output_width: i32,
    /// DOC outputHeight
    pub output_height: i32,
    /// DOC outputFrameSize
    #[reflect(default = 1_048_576)]
    pub output_frame_size: i32,
    /// DOC numFramesPool
    #[reflect(default = 4)]
    pub num_frames_pool: i32,
    /// DOC meshWidth
    pub mesh_width: i32,
    /// DOC meshHeight
    pub mesh_height: i32,
    /// DOC meshUri
    pub mesh_uri: String,
    /// DOC warpHwIds
    pub warp_hw_ids: Vec<i32>,
    /// DOC interpolation
    #[reflect(default = Interpolation::AUTO)]
    pub interpolation: Interpolation,
}

/// The node kind `Warp`.
pub static KIND: NodeKind = NodeKind {
    name: "Warp",
    schema_name: "Warp",
    doc: "DOC Warp",
    properties: WarpProperties::SHAPE,
    default_properties: || WarpProperties::default().to_value(),
    setters: &[],
    inputs: &[Input::blocking("inputImage", 8, &[Accepts::family(Datatype::ImgFrame)]).waiting()],
    outputs: &[Output::new("out", &[Accepts::family(Datatype::ImgFrame)])],
    input_map: None,
    output_map: None,
};
