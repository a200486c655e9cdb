//! `SpatialLocationCalculator`: depth in, the position in space of given regions out.

use crate::datatype::Datatype;
use crate::messages::SpatialLocationCalculatorConfig;
use crate::node::{Accepts, Input, ModelRole, NodeKind, Output, Processors, Role, Share, Start};
use crate::reflect::{Reflect, Set, Setter, With};

/// Properties of `SpatialLocationCalculator`.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct SpatialLocationCalculatorProperties {
    /// The regions to locate until a message on `inputConfig` replaces them.
    pub roi_config: SpatialLocationCalculatorConfig,
}

/// The node kind `SpatialLocationCalculator`.
pub static KIND: NodeKind = NodeKind {
    schema_name: "SpatialLocationCalculator",
    doc: "Calculates the position in space of regions of a depth map.",
    role: Role::Transform,
    model: ModelRole::None,
    processors: Processors::shaves(Share::Common("all spatial calculations together")),
    start: Start::ALWAYS,
    properties: SpatialLocationCalculatorProperties::SHAPE,
    default_properties: || SpatialLocationCalculatorProperties::default().to_value(),
    setters: SETTERS,
    inputs: &[
        Input::dropping(
            "inputConfig",
            4,
            &[Accepts::exactly(Datatype::SpatialLocationCalculatorConfig)],
        ),
        Input::dropping("inputDepth", 4, &[Accepts::exactly(Datatype::ImgFrame)]).waiting(),
    ],
    outputs: &[
        Output::new(
            "out",
            &[Accepts::exactly(Datatype::SpatialLocationCalculatorData)],
        ),
        Output::new("passthroughDepth", &[Accepts::exactly(Datatype::ImgFrame)]),
    ],
    input_map: None,
    output_map: None,
};

static SETTERS: &[Setter] = &[
    Setter {
        key: "initial_config",
        methods: &[],
        doc: "The regions to locate; the name of `roi_config` in the library's API.",
        apply: &Set(|node: &mut SpatialLocationCalculatorProperties, config| {
            node.roi_config = config;
        }),
    },
    Setter {
        key: "wait_for_config_input",
        methods: &["setWaitForConfigInput"],
        doc: "Whether each depth map waits for a message on `inputConfig`.",
        apply: &With(
            |_: &mut SpatialLocationCalculatorProperties, wait, effects| {
                effects.wait_for_message("inputConfig", wait);
                Ok(())
            },
        ),
    },
];
