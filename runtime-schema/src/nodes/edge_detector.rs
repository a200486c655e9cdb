//! `EdgeDetector`: greyscale frames in, frames with their edges out.

use crate::datatype::Datatype;
use crate::messages::EdgeDetectorConfig;
use crate::node::{Accepts, Input, ModelRole, NodeKind, Output, Processors, Role, Start};
use crate::reflect::{Reflect, Set, Setter, With};

/// Properties of `EdgeDetector`.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct EdgeDetectorProperties {
    /// The kernels until a message on `inputConfig` replaces them.
    pub initial_config: EdgeDetectorConfig,
    /// Largest output frame in bytes; the device skips larger ones. One byte per pixel: 1080p takes
    /// 2073600, twice the default.
    #[reflect(default = 1_048_576)]
    pub output_frame_size: i32,
    /// Output frames that can be in use at once.
    #[reflect(default = 4)]
    pub num_frames_pool: i32,
}

/// The node kind `EdgeDetector`.
pub static KIND: NodeKind = NodeKind {
    schema_name: "EdgeDetector",
    doc: "Finds edges with a Sobel filter in hardware. The width of the frames must be a multiple \
          of 16.",
    role: Role::Transform,
    model: ModelRole::None,
    processors: Processors::NONE,
    start: Start::ALWAYS,
    properties: EdgeDetectorProperties::SHAPE,
    default_properties: || EdgeDetectorProperties::default().to_value(),
    setters: SETTERS,
    inputs: &[
        Input::dropping(
            "inputConfig",
            4,
            &[Accepts::exactly(Datatype::EdgeDetectorConfig)],
        ),
        Input::dropping("inputImage", 4, &[Accepts::exactly(Datatype::ImgFrame)]).waiting(),
    ],
    outputs: &[
        Output::new("outputImage", &[Accepts::exactly(Datatype::ImgFrame)]),
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
        key: "wait_for_config_input",
        methods: &["setWaitForConfigInput"],
        doc: "Wait for a message on `inputConfig` before each frame.",
        apply: &With(|_: &mut EdgeDetectorProperties, wait: bool, effects| {
            effects.wait_for_message("inputConfig", wait);
            Ok(())
        }),
    },
    Setter {
        key: "max_output_frame_size",
        methods: &["setMaxOutputFrameSize"],
        doc: "Largest output frame in bytes; the same as `output_frame_size`.",
        apply: &Set(|edges: &mut EdgeDetectorProperties, bytes| edges.output_frame_size = bytes),
    },
];
