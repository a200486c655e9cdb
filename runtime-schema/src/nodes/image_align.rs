//! `ImageAlign`: an image of one camera in, the same image as another camera sees it out.

use crate::datatype::Datatype;
use crate::image::Interpolation;
use crate::messages::ImageAlignConfig;
use crate::node::{Accepts, Input, ModelRole, NodeKind, Output, Role};
use crate::reflect::{Reflect, Set, Setter};

/// Properties of `ImageAlign`.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct ImageAlignProperties {
    /// How images are aligned, until `inputConfig` brings another.
    pub initial_config: ImageAlignConfig,
    /// Frames in the pool of `outputAligned`.
    #[reflect(default = 4)]
    pub num_frames_pool: i32,
    /// Width of the output in pixels; 0 for that of the image aligned to.
    pub align_width: i32,
    /// Height of the output in pixels; 0 for that of the image aligned to.
    pub align_height: i32,
    /// The warp engines, of 0, 1 and 2, to use; empty lets the device choose.
    pub warp_hw_ids: Vec<i32>,
    /// How pixels between pixels are found. `AUTO` lets the device choose.
    #[reflect(default = Interpolation::AUTO)]
    pub interpolation: Interpolation,
    /// Crops instead of stretching where the output has another shape than the input.
    #[reflect(default = true)]
    pub out_keep_aspect_ratio: bool,
    /// SHAVEs for aligning.
    #[reflect(default = 2)]
    pub num_shaves: i32,
}

/// The node kind `ImageAlign`.
pub static KIND: NodeKind = NodeKind {
    schema_name: "ImageAlign",
    doc: "Aligns an image, such as depth or thermal, to the view of another camera.",
    role: Role::Transform,
    model: ModelRole::None,
    properties: ImageAlignProperties::SHAPE,
    default_properties: || ImageAlignProperties::default().to_value(),
    setters: SETTERS,
    inputs: &[
        Input::dropping("input", 4, &[Accepts::exactly(Datatype::ImgFrame)]).waiting(),
        Input::dropping("inputAlignTo", 1, &[Accepts::exactly(Datatype::ImgFrame)]).waiting(),
        Input::dropping(
            "inputConfig",
            4,
            &[Accepts::exactly(Datatype::ImageAlignConfig)],
        ),
    ],
    outputs: &[
        Output::new("outputAligned", &[Accepts::exactly(Datatype::ImgFrame)]),
        Output::new("passthroughInput", &[Accepts::exactly(Datatype::ImgFrame)]),
    ],
    input_map: None,
    output_map: None,
};

static SETTERS: &[Setter] = &[Setter {
    key: "output_size",
    methods: &["setOutputSize"],
    doc: "Width and height of the output in pixels.",
    apply: &Set(
        |align: &mut ImageAlignProperties, [width, height]: [i32; 2]| {
            align.align_width = width;
            align.align_height = height;
        },
    ),
}];
