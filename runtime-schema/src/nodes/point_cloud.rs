//! `PointCloud`: depth in, points in space out.

use crate::datatype::Datatype;
use crate::messages::PointCloudConfig;
use crate::node::{Accepts, Input, ModelRole, NodeKind, Output, Processors, Role, Share, Start};
use crate::reflect::Reflect;

/// Properties of `PointCloud`.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct PointCloudProperties {
    /// How depth becomes points until a message on `inputConfig` changes it.
    pub initial_config: PointCloudConfig,
    /// Point clouds in the pool of `outputPointCloud`.
    #[reflect(default = 4)]
    pub num_frames_pool: i32,
}

/// The node kind `PointCloud`.
pub static KIND: NodeKind = NodeKind {
    schema_name: "PointCloud",
    doc: "Turns depth into points in space.",
    role: Role::Transform,
    model: ModelRole::None,
    processors: Processors::shaves(Share::Each(1, "for itself")),
    start: Start::ALWAYS,
    properties: PointCloudProperties::SHAPE,
    default_properties: || PointCloudProperties::default().to_value(),
    setters: &[],
    inputs: &[
        Input::dropping(
            "inputConfig",
            4,
            &[Accepts::exactly(Datatype::PointCloudConfig)],
        ),
        Input::dropping("inputDepth", 4, &[Accepts::exactly(Datatype::ImgFrame)]).waiting(),
    ],
    outputs: &[
        Output::new(
            "outputPointCloud",
            &[Accepts::exactly(Datatype::PointCloudData)],
        ),
        Output::new("passthroughDepth", &[Accepts::exactly(Datatype::ImgFrame)]),
    ],
    input_map: None,
    output_map: None,
};
