//! `Cast`: a frame or tensor in, a frame of another pixel format out.

use crate::datatype::Datatype;
use crate::image::FrameType;
use crate::node::{Accepts, Input, ModelRole, NodeKind, Output, Processors, Role, Share, Start};
use crate::reflect::{Reflect, Set, Setter};

/// Properties of `Cast`.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct CastProperties {
    /// Frames in the pool of `output`.
    #[reflect(default = 4)]
    pub num_frames_pool: i32,
    /// The pixel format of `output`.
    #[reflect(default = FrameType::RAW8)]
    pub output_type: FrameType,
    /// Factor by which each value is multiplied.
    pub scale: Option<f32>,
    /// Offset that is added to each value.
    pub offset: Option<f32>,
}

/// The node kind `Cast`.
pub static KIND: NodeKind = NodeKind {
    schema_name: "Cast",
    doc: "Converts a tensor or frame to a frame of another pixel format, value by value.",
    role: Role::Transform,
    model: ModelRole::None,
    processors: Processors::shaves(Share::Each(1, "for itself")),
    start: Start::ALWAYS,
    properties: CastProperties::SHAPE,
    default_properties: || CastProperties::default().to_value(),
    setters: SETTERS,
    inputs: &[Input::dropping(
        "input",
        4,
        &[
            Accepts::exactly(Datatype::ImgFrame),
            Accepts::exactly(Datatype::NNData),
        ],
    )
    .waiting()],
    outputs: &[
        Output::new("output", &[Accepts::exactly(Datatype::ImgFrame)]),
        Output::new(
            "passthroughInput",
            &[
                Accepts::exactly(Datatype::ImgFrame),
                Accepts::exactly(Datatype::NNData),
            ],
        ),
    ],
    input_map: None,
    output_map: None,
};

static SETTERS: &[Setter] = &[Setter {
    key: "output_frame_type",
    methods: &["setOutputFrameType"],
    doc: "The pixel format of `output`; the same as `output_type`.",
    apply: &Set(|cast: &mut CastProperties, format| cast.output_type = format),
}];
