//! `FeatureTracker`: 8-bit frames in, corners tracked from frame to frame out.

use crate::datatype::Datatype;
use crate::messages::FeatureTrackerConfig;
use crate::node::{
    Accepts, Input, ModelRole, NodeKind, Output, Processors, Role, Share, Start, set_number,
};
use crate::reflect::{Reflect, Set, Setter, Value, With};

/// Properties of `FeatureTracker`.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct FeatureTrackerProperties {
    /// How features are found and tracked until a message on `inputConfig` changes it.
    pub initial_config: FeatureTrackerConfig,
    /// SHAVEs, 1 or 2: optical flow can use 2, corner detection uses 1, hardware motion estimation
    /// none.
    #[reflect(default = 1)]
    pub num_shaves: i32,
    /// CMX memory slices, 1 or 2: 2 hold more features.
    #[reflect(default = 1)]
    pub num_memory_slices: i32,
}

const PROCESSORS: Processors = Processors {
    shaves: Share::Set(|of| Some(set_number(read(of)?.num_shaves)), "features"),
    slices: Share::Set(
        |of| Some(set_number(read(of)?.num_memory_slices)),
        "features",
    ),
};

fn read(properties: &Value) -> Option<FeatureTrackerProperties> {
    FeatureTrackerProperties::from_value(properties).ok()
}

/// The node kind `FeatureTracker`.
pub static KIND: NodeKind = NodeKind {
    schema_name: "FeatureTracker",
    doc: "Finds corners in frames and tracks them from frame to frame.",
    role: Role::Transform,
    model: ModelRole::None,
    processors: PROCESSORS,
    start: Start::ALWAYS,
    properties: FeatureTrackerProperties::SHAPE,
    default_properties: || FeatureTrackerProperties::default().to_value(),
    setters: SETTERS,
    inputs: &[
        Input::dropping(
            "inputConfig",
            4,
            &[Accepts::exactly(Datatype::FeatureTrackerConfig)],
        ),
        Input::dropping("inputImage", 4, &[Accepts::exactly(Datatype::ImgFrame)]).waiting(),
    ],
    outputs: &[
        Output::new(
            "outputFeatures",
            &[Accepts::exactly(Datatype::TrackedFeatures)],
        ),
        Output::new(
            "passthroughInputImage",
            &[Accepts::exactly(Datatype::ImgFrame)],
        ),
    ],
    input_map: None,
    output_map: None,
};

static SETTERS: &[Setter] = &[
    Setter {
        key: "hardware_resources",
        methods: &["setHardwareResources"],
        doc: "SHAVEs and CMX memory slices, 1 or 2 of each.",
        apply: &Set(|tracker: &mut FeatureTrackerProperties, resources| {
            let HardwareResources {
                num_shaves,
                num_memory_slices,
            } = resources;
            tracker.num_shaves = num_shaves;
            tracker.num_memory_slices = num_memory_slices;
        }),
    },
    Setter {
        key: "wait_for_config_input",
        methods: &["setWaitForConfigInput"],
        doc: "Whether each frame waits for a message on `inputConfig`.",
        apply: &With(|_: &mut FeatureTrackerProperties, wait, effects| {
            effects.wait_for_message("inputConfig", wait);
            Ok(())
        }),
    },
];

/// Hardware resources, as `setHardwareResources` takes them.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "FeatureTracker::HardwareResources")]
pub struct HardwareResources {
    /// SHAVEs, 1 or 2.
    #[reflect(default = 1)]
    pub num_shaves: i32,
    /// CMX memory slices, 1 or 2.
    #[reflect(default = 1)]
    pub num_memory_slices: i32,
}
