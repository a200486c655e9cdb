//! `StereoDepth`: a left and a right frame in, disparity and depth out.

use std::sync::Arc;

use crate::camera::CameraBoardSocket;
use crate::datatype::Datatype;
use crate::messages::{DepthAlign, StereoDepthConfig};
use crate::node::{
    Accepts, Fed, Input, ModelRole, NodeKind, Output, Processors, Role, Share, Start, set_number,
};
use crate::reflect::{Bytes, Effects, Either, File, Reflect, Set, Setter, Value, With};

mod preset;

pub use preset::PresetMode;

/// Properties of `StereoDepth`.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct StereoDepthProperties {
    /// How matching works and how its result is filtered until a message on `inputConfig` changes
    /// it.
    pub initial_config: StereoDepthConfig,
    /// The camera whose view disparity and depth are aligned to, which needs the left-right check
    /// and calibration. `AUTO` leaves it to `initial_config`.
    #[reflect(default = CameraBoardSocket::AUTO)]
    pub depth_align_camera: CameraBoardSocket,
    /// Whether the node rectifies the inputs; turn it off for frames that are already rectified.
    #[reflect(default = true)]
    pub enable_rectification: bool,
    /// Grey level, 0 to 255, of areas that rectification leaves empty at the edges; -1 repeats the
    /// edge.
    pub rectify_edge_fill_color: i32,
    /// Width of the inputs in pixels. By default it is taken from the cameras linked to them.
    pub width: Option<i32>,
    /// Height of the inputs in pixels. By default it is taken from the cameras linked to them.
    pub height: Option<i32>,
    /// Width of disparity and depth if they are aligned to a colour camera, a multiple of 16.
    /// Default: the camera's.
    pub out_width: Option<i32>,
    /// Height of disparity and depth if they are aligned to a colour camera. Default: the camera's.
    pub out_height: Option<i32>,
    /// Crops instead of stretching if the output has a different aspect ratio from the input.
    #[reflect(default = true)]
    pub out_keep_aspect_ratio: bool,
    /// A custom rectification mesh instead of the calibration.
    pub mesh: RectificationMesh,
    /// Reserves the resources of the most expensive mode, so that messages to `inputConfig` can
    /// enable left-right check, subpixel and extended range.
    pub enable_runtime_stereo_mode_switch: bool,
    /// Frames in the pool of each output that is used.
    #[reflect(default = 3)]
    pub num_frames_pool: i32,
    /// SHAVEs for the filters, up to 10. 0 shares those of the matcher; -1 lets the device choose.
    #[reflect(default = -1)]
    pub num_post_processing_shaves: i32,
    /// CMX memory slices for the filters, up to 6. 0 shares those of the matcher; -1 lets the
    /// device choose.
    #[reflect(default = -1)]
    pub num_post_processing_memory_slices: i32,
    /// Takes the focal length from the calibration; otherwise it is computed from the calibrated
    /// field of view.
    #[reflect(default = true)]
    pub focal_length_from_calibration: bool,
    /// Rectifies with one homography, which cannot correct lens distortion, instead of a mesh. By
    /// default, lenses wider than 85 degrees get a mesh.
    pub use_homography_rectification: Option<bool>,
    /// Distance between the cameras in centimetres, for depth only. Default: the calibrated one.
    pub baseline: Option<f32>,
    /// Focal length in pixels, for depth only. Default: the calibrated one.
    pub focal_length: Option<f32>,
    /// For debugging: computes depth with the baseline of the design instead of the calibrated one.
    pub disparity_to_depth_use_spec_translation: Option<bool>,
    /// For debugging: rectifies with the camera positions of the design instead of the calibrated ones.
    pub rectification_use_spec_translation: Option<bool>,
    /// For debugging: aligns with the camera positions of the design instead of the calibrated ones.
    pub depth_alignment_use_spec_translation: Option<bool>,
    /// How much of the image rectification keeps: 0 only valid pixels, 1 the whole source. Values
    /// below 0 crop more, for lenses that leave empty corners even at 0.
    pub alpha_scaling: Option<f32>,
}

/// A mesh that says where each rectified pixel comes from.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "StereoDepthProperties::RectificationMesh")]
pub struct RectificationMesh {
    /// The asset that contains the left mesh; empty for none.
    pub mesh_left_uri: String,
    /// The asset that contains the right mesh; empty for none.
    pub mesh_right_uri: String,
    /// Size of each mesh in bytes.
    pub mesh_size: Option<u32>,
    /// Distance of mesh points along a row, in pixels.
    #[reflect(default = 16)]
    pub step_width: u16,
    /// Distance of mesh points along a column, in pixels.
    #[reflect(default = 16)]
    pub step_height: u16,
}

/// One for matching, and what the filters are given.
const PROCESSORS: Processors = Processors {
    shaves: Share::Set(
        |of| with_matcher(read(of)?.num_post_processing_shaves),
        "matching and filters",
    ),
    slices: Share::Set(
        |of| with_matcher(read(of)?.num_post_processing_memory_slices),
        "matching and filters",
    ),
};

fn read(properties: &Value) -> Option<StereoDepthProperties> {
    StereoDepthProperties::from_value(properties).ok()
}

fn with_matcher(filters: i32) -> Option<u64> {
    set_number(filters).checked_add(1)
}

/// The node kind `StereoDepth`.
pub static KIND: NodeKind = NodeKind {
    schema_name: "StereoDepth",
    doc: "Matches the frames of a left and a right camera: disparity, depth and rectified frames.",
    role: Role::Transform,
    model: ModelRole::None,
    processors: PROCESSORS,
    start: Start {
        inputs: Fed::All(&["left", "right"]),
        consumer: true,
    },
    properties: StereoDepthProperties::SHAPE,
    default_properties: || StereoDepthProperties::default().to_value(),
    setters: SETTERS,
    inputs: &[
        Input::dropping(
            "inputConfig",
            4,
            &[Accepts::exactly(Datatype::StereoDepthConfig)],
        ),
        Input::dropping("left", 8, &[Accepts::family(Datatype::ImgFrame)]).waiting(),
        Input::dropping("right", 8, &[Accepts::family(Datatype::ImgFrame)]).waiting(),
    ],
    outputs: &[
        Output::new("confidenceMap", &[Accepts::exactly(Datatype::ImgFrame)]),
        Output::new("debugDispCostDump", &[Accepts::exactly(Datatype::ImgFrame)]),
        Output::new(
            "debugDispLrCheckIt1",
            &[Accepts::exactly(Datatype::ImgFrame)],
        ),
        Output::new(
            "debugDispLrCheckIt2",
            &[Accepts::exactly(Datatype::ImgFrame)],
        ),
        Output::new(
            "debugExtDispLrCheckIt1",
            &[Accepts::exactly(Datatype::ImgFrame)],
        ),
        Output::new(
            "debugExtDispLrCheckIt2",
            &[Accepts::exactly(Datatype::ImgFrame)],
        ),
        Output::new("depth", &[Accepts::exactly(Datatype::ImgFrame)]).main(),
        Output::new("disparity", &[Accepts::exactly(Datatype::ImgFrame)]),
        Output::new(
            "outConfig",
            &[Accepts::exactly(Datatype::StereoDepthConfig)],
        ),
        Output::new("rectifiedLeft", &[Accepts::exactly(Datatype::ImgFrame)]),
        Output::new("rectifiedRight", &[Accepts::exactly(Datatype::ImgFrame)]),
        Output::new("syncedLeft", &[Accepts::exactly(Datatype::ImgFrame)]),
        Output::new("syncedRight", &[Accepts::exactly(Datatype::ImgFrame)]),
    ],
    input_map: None,
    output_map: None,
};

static SETTERS: &[Setter] = &[
    Setter {
        key: "default_profile_preset",
        methods: &["setDefaultProfilePreset"],
        doc: "Settings of the matcher and the filters for a purpose. Other settings override it.",
        apply: &Set(preset::apply),
    },
    Setter {
        key: "depth_align",
        methods: &["setDepthAlign"],
        doc: "The view that disparity and depth are aligned to: that of a camera, or a rectified one.",
        apply: &Set(depth_align),
    },
    Setter {
        key: "left_right_check",
        methods: &["setLeftRightCheck"],
        doc: "Matches in both directions and drops pixels where the results disagree.",
        apply: &Set(|stereo: &mut StereoDepthProperties, on| {
            stereo
                .initial_config
                .algorithm_control
                .enable_left_right_check = on;
        }),
    },
    Setter {
        key: "extended_disparity",
        methods: &["setExtendedDisparity"],
        doc: "Doubles the disparity range: sees closer objects.",
        apply: &Set(|stereo: &mut StereoDepthProperties, on| {
            stereo.initial_config.algorithm_control.enable_extended = on;
        }),
    },
    Setter {
        key: "subpixel",
        methods: &["setSubpixel"],
        doc: "Fractional disparities: finer depth at long range.",
        apply: &Set(|stereo: &mut StereoDepthProperties, on| {
            stereo.initial_config.algorithm_control.enable_subpixel = on;
        }),
    },
    Setter {
        key: "subpixel_fractional_bits",
        methods: &["setSubpixelFractionalBits"],
        doc: "Fraction bits of a subpixel disparity: 3, 4 or 5.",
        apply: &Set(|stereo: &mut StereoDepthProperties, bits| {
            stereo
                .initial_config
                .algorithm_control
                .subpixel_fractional_bits = bits;
        }),
    },
    Setter {
        key: "confidence_threshold",
        methods: &["setConfidenceThreshold"],
        doc: "0 to 255; lower keeps fewer and better matches.",
        apply: &Set(|stereo: &mut StereoDepthProperties, threshold| {
            stereo.initial_config.cost_matching.confidence_threshold = threshold;
        }),
    },
    Setter {
        key: "median_filter",
        methods: &["setMedianFilter"],
        doc: "Kernel size of the median filter, or off.",
        apply: &Set(|stereo: &mut StereoDepthProperties, kernel| {
            stereo.initial_config.post_processing.median = kernel;
        }),
    },
    Setter {
        key: "post_processing_hardware_resources",
        methods: &["setPostProcessingHardwareResources"],
        doc: "SHAVEs and CMX memory slices for the filters.",
        apply: &Set(post_processing_hardware_resources),
    },
    Setter {
        key: "empty_calibration",
        methods: &["setEmptyCalibration"],
        doc: "`true` is the same as `rectification = false`, which the library prefers; `false` \
              changes nothing.",
        apply: &Set(|stereo: &mut StereoDepthProperties, empty| {
            if empty {
                stereo.enable_rectification = false;
            }
        }),
    },
    Setter {
        key: "rectification",
        methods: &["setRectification"],
        doc: "Whether the node rectifies the inputs; the same as `enable_rectification`.",
        apply: &Set(|stereo: &mut StereoDepthProperties, on| stereo.enable_rectification = on),
    },
    Setter {
        key: "enable_distortion_correction",
        methods: &["enableDistortionCorrection"],
        doc: "Whether rectification corrects lens distortion: the opposite of \
              `use_homography_rectification`.",
        apply: &Set(|stereo: &mut StereoDepthProperties, on: bool| {
            stereo.use_homography_rectification = Some(!on);
        }),
    },
    Setter {
        key: "runtime_mode_switch",
        methods: &["setRuntimeModeSwitch"],
        doc: "Whether messages can enable modes; the same as `enable_runtime_stereo_mode_switch`.",
        apply: &Set(|stereo: &mut StereoDepthProperties, on| {
            stereo.enable_runtime_stereo_mode_switch = on;
        }),
    },
    Setter {
        key: "input_resolution",
        methods: &["setInputResolution"],
        doc: "Width and height of the inputs in pixels, if they do not come from cameras.",
        apply: &Set(
            |stereo: &mut StereoDepthProperties, [width, height]: [i32; 2]| {
                stereo.width = Some(width);
                stereo.height = Some(height);
            },
        ),
    },
    Setter {
        key: "output_size",
        methods: &["setOutputSize"],
        doc: "Width (a multiple of 16) and height of disparity and depth in pixels, if they are \
              aligned to a colour camera.",
        apply: &Set(
            |stereo: &mut StereoDepthProperties, [width, height]: [i32; 2]| {
                stereo.out_width = Some(width);
                stereo.out_height = Some(height);
            },
        ),
    },
    Setter {
        key: "output_keep_aspect_ratio",
        methods: &["setOutputKeepAspectRatio"],
        doc: "Crops instead of stretching; the same as `out_keep_aspect_ratio`.",
        apply: &Set(|stereo: &mut StereoDepthProperties, keep| stereo.out_keep_aspect_ratio = keep),
    },
    Setter {
        key: "mesh_step",
        methods: &["setMeshStep"],
        doc: "Distance of mesh points along a row and along a column, in pixels.",
        apply: &Set(
            |stereo: &mut StereoDepthProperties, [width, height]: [u16; 2]| {
                stereo.mesh.step_width = width;
                stereo.mesh.step_height = height;
            },
        ),
    },
    Setter {
        key: "load_mesh_files",
        methods: &["loadMeshFiles"],
        doc: "The files that contain the left and the right rectification mesh, equally long: for \
              each mesh point its y and x in the input, as 32-bit floats.",
        apply: &With(
            |stereo: &mut StereoDepthProperties, [left, right]: [Arc<File>; 2], effects| {
                load_meshes(stereo, [left.bytes.clone(), right.bytes.clone()], effects)
            },
        ),
    },
    Setter {
        key: "load_mesh_data",
        methods: &["loadMeshData"],
        doc: "The bytes of the left and the right rectification mesh, in the format of \
              `load_mesh_files`.",
        apply: &With(
            |stereo: &mut StereoDepthProperties, meshes: [Bytes; 2], effects| {
                load_meshes(stereo, meshes.map(|mesh| mesh.0.into()), effects)
            },
        ),
    },
    Setter {
        key: "rectify_mirror_frame",
        methods: &["setRectifyMirrorFrame"],
        doc: "No effect; the library keeps it for old programs.",
        apply: &Set(|_: &mut StereoDepthProperties, _: bool| {}),
    },
    Setter {
        key: "output_rectified",
        methods: &["setOutputRectified"],
        doc: "No effect; rectified frames are sent if their outputs are linked.",
        apply: &Set(|_: &mut StereoDepthProperties, _: bool| {}),
    },
    Setter {
        key: "output_depth",
        methods: &["setOutputDepth"],
        doc: "No effect; depth is sent if its output is linked.",
        apply: &Set(|_: &mut StereoDepthProperties, _: bool| {}),
    },
];

/// What `setDepthAlign` takes: a camera or a rectified view. The numbers are oakc's own, all
/// different, because both enumerations of the library begin at 0; `CENTER` is the view between the
/// cameras, not the old name of `CAM_A`.
#[derive(Reflect, Clone, Copy, Debug, PartialEq, Eq)]
#[reflect(name = "StereoDepth::DepthAlignment")]
#[repr(i32)]
pub enum DepthAlignment {
    /// The view set in `initial_config`.
    AUTO = -1,
    /// As the camera on socket A sees it.
    #[reflect(alias = "RGB")]
    CAM_A = 0,
    /// As the camera on socket B sees it.
    #[reflect(alias = "LEFT")]
    CAM_B = 1,
    /// As the camera on socket C sees it.
    #[reflect(alias = "RIGHT")]
    CAM_C = 2,
    /// As the camera on socket D sees it.
    CAM_D = 3,
    /// As the camera on socket E sees it.
    CAM_E = 4,
    /// As the camera on socket F sees it.
    CAM_F = 5,
    /// As the camera on socket G sees it.
    CAM_G = 6,
    /// As the camera on socket H sees it.
    CAM_H = 7,
    /// As the camera on socket I sees it.
    CAM_I = 8,
    /// As the camera on socket J sees it.
    CAM_J = 9,
    /// As the rectified right camera sees it.
    RECTIFIED_RIGHT = 100,
    /// As the rectified left camera sees it.
    RECTIFIED_LEFT = 101,
    /// As a camera halfway between the two would see it.
    CENTER = 102,
}

impl DepthAlignment {
    /// The rectified view, or the camera.
    fn target(self) -> Either<DepthAlign, CameraBoardSocket> {
        match self {
            Self::AUTO => Either::B(CameraBoardSocket::AUTO),
            Self::CAM_A => Either::B(CameraBoardSocket::CAM_A),
            Self::CAM_B => Either::B(CameraBoardSocket::CAM_B),
            Self::CAM_C => Either::B(CameraBoardSocket::CAM_C),
            Self::CAM_D => Either::B(CameraBoardSocket::CAM_D),
            Self::CAM_E => Either::B(CameraBoardSocket::CAM_E),
            Self::CAM_F => Either::B(CameraBoardSocket::CAM_F),
            Self::CAM_G => Either::B(CameraBoardSocket::CAM_G),
            Self::CAM_H => Either::B(CameraBoardSocket::CAM_H),
            Self::CAM_I => Either::B(CameraBoardSocket::CAM_I),
            Self::CAM_J => Either::B(CameraBoardSocket::CAM_J),
            Self::RECTIFIED_RIGHT => Either::A(DepthAlign::RECTIFIED_RIGHT),
            Self::RECTIFIED_LEFT => Either::A(DepthAlign::RECTIFIED_LEFT),
            Self::CENTER => Either::A(DepthAlign::CENTER),
        }
    }
}

fn depth_align(stereo: &mut StereoDepthProperties, alignment: DepthAlignment) {
    match alignment.target() {
        Either::A(view) => {
            stereo.initial_config.algorithm_control.depth_align = view;
            // A camera would take precedence over the view.
            stereo.depth_align_camera = CameraBoardSocket::AUTO;
        }
        Either::B(camera) => stereo.depth_align_camera = camera,
    }
}

/// Hardware resources for the filters, as `setPostProcessingHardwareResources` takes them.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "StereoDepth::PostProcessingHardwareResources")]
pub struct PostProcessingHardwareResources {
    /// SHAVEs, up to 10. 0 shares those of the matcher; -1 lets the device choose.
    #[reflect(default = -1)]
    pub num_shaves: i32,
    /// CMX memory slices, up to 6. 0 shares those of the matcher; -1 lets the device choose.
    #[reflect(default = -1)]
    pub num_memory_slices: i32,
}

fn post_processing_hardware_resources(
    stereo: &mut StereoDepthProperties,
    resources: PostProcessingHardwareResources,
) {
    stereo.num_post_processing_shaves = resources.num_shaves;
    stereo.num_post_processing_memory_slices = resources.num_memory_slices;
}

fn load_meshes(
    stereo: &mut StereoDepthProperties,
    [left, right]: [Arc<[u8]>; 2],
    effects: &mut Effects,
) -> Result<(), String> {
    if left.len() != right.len() {
        return Err(format!(
            "the left and the right mesh must be equally long, not {} and {} bytes",
            left.len(),
            right.len()
        ));
    }
    let size = u32::try_from(left.len()).map_err(|_| "a mesh must be smaller than 4 GiB")?;
    stereo.mesh.mesh_size = Some(size);
    stereo.mesh.mesh_left_uri = effects.asset("meshLeft", left);
    stereo.mesh.mesh_right_uri = effects.asset("meshRight", right);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reflect::Shape;

    #[test]
    fn an_alignment_has_every_camera_under_its_own_number() {
        let (Shape::Enum(cameras), Shape::Enum(alignments)) =
            (CameraBoardSocket::SHAPE, DepthAlignment::SHAPE)
        else {
            panic!("both are enumerations");
        };
        for camera in cameras.members {
            let found = alignments.member(camera.name).map(|member| member.value);
            assert_eq!(found, Some(camera.value), "{}", camera.name);
        }
    }

    #[test]
    fn a_view_takes_the_place_of_a_camera() {
        let mut stereo = StereoDepthProperties::default();
        depth_align(&mut stereo, DepthAlignment::CAM_A);
        assert_eq!(stereo.depth_align_camera, CameraBoardSocket::CAM_A);
        depth_align(&mut stereo, DepthAlignment::CENTER);
        assert_eq!(stereo.depth_align_camera, CameraBoardSocket::AUTO);
        let view = stereo.initial_config.algorithm_control.depth_align;
        assert_eq!(view, DepthAlign::CENTER);
    }

    #[test]
    fn meshes_of_unequal_length_are_refused_and_change_nothing() {
        let mut stereo = StereoDepthProperties::default();
        let mut effects = Effects::default();
        let meshes: [Arc<[u8]>; 2] = [Arc::from([1, 2, 3]), Arc::from([1, 2])];
        let refusal = load_meshes(&mut stereo, meshes, &mut effects);
        assert_eq!(
            refusal,
            Err("the left and the right mesh must be equally long, not 3 and 2 bytes".to_owned())
        );
        assert_eq!(stereo, StereoDepthProperties::default());
        assert_eq!(effects, Effects::default());
    }
}
