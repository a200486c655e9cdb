//! `Warp`: frames in, frames warped with a mesh out, on the warp engines.

use crate::datatype::Datatype;
use crate::image::Interpolation;
use crate::node::{Accepts, Input, ModelRole, NodeKind, Output, Processors, Role, Start};
use crate::reflect::{Effects, Reflect, Set, Setter, With};
use crate::warp_mesh::WarpMesh;

/// Properties of `Warp`.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct WarpProperties {
    /// Width of the output in pixels, a multiple of 16 (of 32 for YUV420p). It must be set.
    pub output_width: i32,
    /// Height of the output in pixels, even. It must be set.
    pub output_height: i32,
    /// Largest output frame in bytes; larger images are not sent.
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
    /// The warp engines to use: 0, 1 or 2; if empty, the device chooses. `StereoDepth` and a
    /// `Camera` with undistortion use them too.
    pub warp_hw_ids: Vec<i32>,
    /// How pixels are resampled.
    #[reflect(default = Interpolation::AUTO)]
    pub interpolation: Interpolation,
}

/// The node kind `Warp`.
pub static KIND: NodeKind = NodeKind {
    schema_name: "Warp",
    doc: "Warps images with a mesh on the warp engines of the device.",
    role: Role::Transform,
    model: ModelRole::None,
    processors: Processors::NONE,
    start: Start::ALWAYS,
    properties: WarpProperties::SHAPE,
    default_properties: || WarpProperties::default().to_value(),
    setters: SETTERS,
    inputs: &[Input::blocking("inputImage", 8, &[Accepts::family(Datatype::ImgFrame)]).waiting()],
    outputs: &[Output::new("out", &[Accepts::family(Datatype::ImgFrame)])],
    input_map: None,
    output_map: None,
};

static SETTERS: &[Setter] = &[
    Setter {
        key: "output_size",
        methods: &["setOutputSize"],
        doc: "Size of the output in pixels: [width, height]. The width is a multiple of 16 (of 32 \
              for YUV420p), the height even.",
        apply: &Set(|warp: &mut WarpProperties, [width, height]: [i32; 2]| {
            warp.output_width = width;
            warp.output_height = height;
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
        key: "hw_ids",
        methods: &["setHwIds"],
        doc: "The warp engines to use: 0, 1 or 2; the same as `warp_hw_ids`.",
        apply: &Set(|warp: &mut WarpProperties, value| warp.warp_hw_ids = value),
    },
    Setter {
        key: "max_output_frame_size",
        methods: &["setMaxOutputFrameSize"],
        doc: "Largest output frame in bytes; the same as `output_frame_size`.",
        apply: &Set(|warp: &mut WarpProperties, value| warp.output_frame_size = value),
    },
];

fn warp_mesh(
    warp: &mut WarpProperties,
    mesh: WarpMesh,
    effects: &mut Effects,
) -> Result<(), String> {
    let placed = mesh.place(effects)?;
    warp.mesh_uri = placed.uri;
    warp.mesh_width = placed.width;
    warp.mesh_height = placed.height;
    Ok(())
}
