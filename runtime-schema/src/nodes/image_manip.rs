//! `ImageManip`: frames in; cropped, resized, rotated, converted frames out.

use crate::datatype::Datatype;
use crate::messages::ImageManipConfig;
use crate::node::{Accepts, Input, ModelRole, NodeKind, Output, Processors, Role, Share, Start};
use crate::reflect::{Effects, Reflect, Set, Setter, With};
use crate::warp_mesh::WarpMesh;

/// Properties of `ImageManip`.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct ImageManipProperties {
    /// What is done to each image until a message on `inputConfig` changes it.
    pub initial_config: ImageManipConfig,
    /// Largest output frame in bytes; larger ones are dropped. Even 640 x 640 in BGR needs more
    /// than the default.
    #[reflect(default = 1_048_576)]
    pub output_frame_size: i32,
    /// Output frames in memory at once.
    #[reflect(default = 4)]
    pub num_frames_pool: i32,
    /// Points in a row of the warp mesh; 0: no mesh.
    pub mesh_width: i32,
    /// Rows of the warp mesh; 0: no mesh.
    pub mesh_height: i32,
    /// The asset that contains the warp mesh; empty: no mesh.
    pub mesh_uri: String,
}

/// The node kind `ImageManip`.
pub static KIND: NodeKind = NodeKind {
    schema_name: "ImageManip",
    doc: "Crops, resizes, rotates, warps and converts images.",
    role: Role::Transform,
    model: ModelRole::None,
    processors: Processors::shaves(Share::Common("all ImageManip nodes together")),
    start: Start::ALWAYS,
    properties: ImageManipProperties::SHAPE,
    default_properties: || ImageManipProperties::default().to_value(),
    setters: SETTERS,
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

static SETTERS: &[Setter] = &[
    Setter {
        key: "crop_rect",
        methods: &["setCropRect"],
        doc: "Cuts out a rectangle: [xmin, ymin, xmax, ymax], or a table of these keys, in \
              fractions of the image, 0 to 1. The same as in `initial_config`.",
        apply: &Set(|manip: &mut ImageManipProperties, argument| {
            manip.initial_config.crop_rect(argument);
        }),
    },
    Setter {
        key: "center_crop",
        methods: &["setCenterCrop"],
        doc: "Cuts out the centre: the part of the image that is kept (0 to 1), and its aspect \
              ratio (width divided by height). The same as in `initial_config`.",
        apply: &Set(|manip: &mut ImageManipProperties, argument| {
            manip.initial_config.center_crop(argument);
        }),
    },
    Setter {
        key: "resize",
        methods: &["setResize"],
        doc: "The size of the result in pixels: [width, height]. The same as in `initial_config`.",
        apply: &Set(|manip: &mut ImageManipProperties, argument| {
            manip.initial_config.resize(argument);
        }),
    },
    Setter {
        key: "resize_thumbnail",
        methods: &["setResizeThumbnail"],
        doc: "Fits the whole image into a size and fills the rest with a colour. The same as in \
              `initial_config`.",
        apply: &Set(|manip: &mut ImageManipProperties, argument| {
            manip.initial_config.resize_thumbnail(argument);
        }),
    },
    Setter {
        key: "keep_aspect_ratio",
        methods: &["setKeepAspectRatio"],
        doc: "Whether the aspect ratio is kept; otherwise the image is stretched to the size. The \
              same as in `initial_config`.",
        apply: &Set(|manip: &mut ImageManipProperties, argument| {
            manip.initial_config.keep_aspect_ratio(argument);
        }),
    },
    Setter {
        key: "frame_type",
        methods: &["setFrameType"],
        doc: "The pixel format of the result. The same as in `initial_config`.",
        apply: &Set(|manip: &mut ImageManipProperties, argument| {
            manip.initial_config.frame_type(argument);
        }),
    },
    Setter {
        key: "horizontal_flip",
        methods: &["setHorizontalFlip"],
        doc: "Whether left and right are swapped. The same as in `initial_config`.",
        apply: &Set(|manip: &mut ImageManipProperties, argument| {
            manip.initial_config.horizontal_flip(argument);
        }),
    },
    Setter {
        key: "warp_mesh",
        methods: &["setWarpMesh"],
        doc: "Warps with a grid of points: the position in the input, in pixels, from which each \
              grid point of the output is taken.",
        apply: &With(warp_mesh),
    },
    Setter {
        key: "wait_for_config_input",
        methods: &["setWaitForConfigInput"],
        doc: "Whether the node waits for a message on `inputConfig` for each image.",
        apply: &With(|_: &mut ImageManipProperties, wait, effects| {
            effects.wait_for_message("inputConfig", wait);
            Ok(())
        }),
    },
    Setter {
        key: "max_output_frame_size",
        methods: &["setMaxOutputFrameSize"],
        doc: "Largest output frame in bytes; the same as `output_frame_size`.",
        apply: &Set(|manip: &mut ImageManipProperties, value| manip.output_frame_size = value),
    },
];

fn warp_mesh(
    manip: &mut ImageManipProperties,
    mesh: WarpMesh,
    effects: &mut Effects,
) -> Result<(), String> {
    let placed = mesh.place(effects)?;
    manip.mesh_uri = placed.uri;
    manip.mesh_width = placed.width;
    manip.mesh_height = placed.height;
    Ok(())
}
