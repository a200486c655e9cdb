//! `ImageAlign`: an image of one camera in, the same image from the view of another camera out.

use crate::datatype::Datatype;
use crate::image::Interpolation;
use crate::messages::ImageAlignConfig;
use crate::node::{
    Accepts, Input, ModelRole, NodeKind, Output, Processors, Role, Share, Start, set_number,
};
use crate::reflect::{Reflect, Set, Setter, Value};

/// Properties of `ImageAlign`.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct ImageAlignProperties {
    /// How images are aligned until a message on `inputConfig` changes it.
    pub initial_config: ImageAlignConfig,
    /// Frames in the pool of `outputAligned`.
    #[reflect(default = 4)]
    pub num_frames_pool: i32,
    /// Width of the output in pixels; 0 for the width of the image aligned to.
    pub align_width: i32,
    /// Height of the output in pixels; 0 for the height of the image aligned to.
    pub align_height: i32,
    /// The warp engines to use: 0, 1 or 2; if empty, the device chooses.
    pub warp_hw_ids: Vec<i32>,
    /// How values between pixels are interpolated. `AUTO` lets the device choose.
    #[reflect(default = Interpolation::AUTO)]
    pub interpolation: Interpolation,
    /// Crops instead of stretching if the output has a different aspect ratio from the input.
    #[reflect(default = true)]
    pub out_keep_aspect_ratio: bool,
    /// SHAVEs for alignment.
    #[reflect(default = 2)]
    pub num_shaves: i32,
}

fn num_shaves(properties: &Value) -> Option<u64> {
    let properties = ImageAlignProperties::from_value(properties).ok()?;
    Some(set_number(properties.num_shaves))
}

/// The node kind `ImageAlign`.
pub static KIND: NodeKind = NodeKind {
    schema_name: "ImageAlign",
    doc: "Aligns an image, such as depth or thermal, to the view of another camera.",
    role: Role::Transform,
    model: ModelRole::None,
    processors: Processors::shaves(Share::Set(num_shaves, "alignment")),
    start: Start::ALWAYS,
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
