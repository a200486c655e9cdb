//! DOC module nodes/image_manip

use crate::datatype::Datatype;
use crate::messages::ImageManipConfig;
use crate::node::{Accepts, Input, NodeKind, Output};
use crate::reflect::Reflect;

/// DOC ImageManipProperties
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct ImageManipProperties {
    /// DOC initialConfig
    pub initial_config: ImageManipConfig,
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
}

/// The node kind `ImageManip`.
pub static KIND: NodeKind = NodeKind {
    name: "ImageManip",
    schema_name: "ImageManip",
    doc: "DOC ImageManip",
    properties: ImageManipProperties::SHAPE,
    default_properties: || ImageManipProperties::default().to_value(),
    setters: &[],
    inputs: &[
        Input::blocking(
            "inputConfig",
            8,
            &[Accepts::family(Datatype::ImageManipConfig)],
        ),
        Input::blocking("inputImage", 8, &[Accepts::family(Datatype::ImgFrame)]).waiting(),
    ],
    outputs: &[Output::new("out", &[Accepts::family(Datatype::ImgFrame)])],
    input_map: None,
    output_map: None,
};
