//! `AprilTag`: frames in, the AprilTags found in them out.

use crate::datatype::Datatype;
use crate::messages::AprilTagConfig;
use crate::node::{Accepts, Input, ModelRole, NodeKind, Output, Processors, Role, Share, Start};
use crate::reflect::{Reflect, Set, Setter};

/// Properties of `AprilTag`.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct AprilTagProperties {
    /// What is searched for until a message on `inputConfig` changes it.
    pub initial_config: AprilTagConfig,
    /// Take one message from `inputConfig` for every frame, and wait for it.
    pub input_config_sync: bool,
}

/// The node kind `AprilTag`.
pub static KIND: NodeKind = NodeKind {
    schema_name: "AprilTag",
    doc: "Finds AprilTags: their IDs and corners. Accepts frames with a luma plane (RAW8, GRAY8, \
          NV12, YUV), not BGR previews.",
    role: Role::Transform,
    model: ModelRole::None,
    processors: Processors::shaves(Share::Each(1, "for itself")),
    start: Start::ALWAYS,
    properties: AprilTagProperties::SHAPE,
    default_properties: || AprilTagProperties::default().to_value(),
    setters: SETTERS,
    inputs: &[
        Input::dropping(
            "inputConfig",
            4,
            &[Accepts::exactly(Datatype::AprilTagConfig)],
        ),
        Input::dropping("inputImage", 4, &[Accepts::exactly(Datatype::ImgFrame)]),
    ],
    outputs: &[
        Output::new("out", &[Accepts::exactly(Datatype::AprilTags)]),
        Output::new(
            "passthroughInputImage",
            &[Accepts::exactly(Datatype::ImgFrame)],
        ),
    ],
    input_map: None,
    output_map: None,
};

static SETTERS: &[Setter] = &[Setter {
    key: "wait_for_config_input",
    methods: &["setWaitForConfigInput"],
    doc: "Take one message from `inputConfig` for every frame, and wait for it; the same as \
          `input_config_sync`.",
    apply: &Set(|tags: &mut AprilTagProperties, wait| tags.input_config_sync = wait),
}];
