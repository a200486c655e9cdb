//! `StereoDepth`: disparity, depth and the rectified images.
//!
//! In: the node's properties and its two images. Out: frames as large as these or as those of the
//! camera that depth is aligned to, divided by the decimation filter. Never: a size where a message
//! may change filters and modes.

use oakc_runtime_schema::camera::CameraBoardSocket;
use oakc_runtime_schema::image::FrameType;
use oakc_runtime_schema::messages::{DepthAlign, Filter};
use oakc_runtime_schema::nodes::stereo_depth::StereoDepthProperties;

use super::sensor;
use crate::infer::{Fact, Flow, Inference, Refusal, Size, View};

/// The widest input that the matcher takes, in pixels.
pub const MAX_INPUT_WIDTH: u64 = 1280;
/// Widths of inputs and of disparity are multiples of this many pixels.
pub const WIDTH_STEP: u64 = 16;

pub(super) fn infer(inference: &mut Inference<'_, '_>) {
    let node = inference.node;
    let Some(properties) = node.properties::<StereoDepthProperties>() else {
        return;
    };
    let stereo = Stereo {
        left: inference.input("left"),
        right: inference.input("right"),
        // A message may change filters and modes.
        fixed: node.links_to("inputConfig").next().is_none(),
        properties,
        inference,
    };
    stereo.infer();
}

struct Stereo<'t, 'a, 'g> {
    inference: &'t mut Inference<'a, 'g>,
    properties: StereoDepthProperties,
    left: Flow,
    right: Flow,
    fixed: bool,
}

impl Stereo<'_, '_, '_> {
    fn infer(self) {
        let matched = self.matched();
        let rectified = self.eight_bits(&matched);
        let disparity = Flow {
            frame_type: self.disparity_type(),
            size: self.output_size(&matched),
            socket: self.view(),
            ..matched.clone()
        };
        let depth = Flow {
            frame_type: Some(self.constant(FrameType::RAW16, "the format of depth")),
            ..disparity.clone()
        };
        let side = |input: &Flow| Flow {
            socket: input.socket.clone(),
            ..rectified.clone()
        };
        let synced = |input: &Flow| Flow {
            frame_type: input.frame_type.clone(),
            ..side(input)
        };
        let outputs = [
            ("disparity", disparity),
            ("depth", depth),
            (
                "confidenceMap",
                Flow {
                    size: None,
                    ..rectified.clone()
                },
            ),
            ("rectifiedLeft", side(&self.left)),
            ("rectifiedRight", side(&self.right)),
            ("syncedLeft", synced(&self.left)),
            ("syncedRight", synced(&self.right)),
        ];
        for (name, flow) in outputs {
            self.inference.output(name, flow.with_frame_bytes());
        }
    }

    /// What both inputs have in common with each other and with the results.
    fn matched(&self) -> Flow {
        let node = self.inference.node;
        Flow {
            fps: self.left.clone().agreeing(&self.right).fps,
            pool: sensor::pool(node, self.properties.num_frames_pool, &["num_frames_pool"]),
            refused: self.unequal().or_else(|| self.unmatchable()),
            size: self.input_size(),
            ..Flow::default()
        }
    }

    fn unequal(&self) -> Option<Refusal> {
        let (left, right) = (self.left.size.clone()?, self.right.size.clone()?);
        (left.value != right.value).then_some(Refusal::UnequalInputs { left, right })
    }

    fn unmatchable(&self) -> Option<Refusal> {
        let frames = self.input_size()?;
        let width = frames.value.width;
        let too_wide = width > MAX_INPUT_WIDTH;
        let is_known = |input: &Flow| input.size.is_some();
        let input = match (is_known(&self.left), is_known(&self.right)) {
            (true, _) => Some("left"),
            (false, true) => Some("right"),
            (false, false) => None,
        };
        (too_wide || !width.is_multiple_of(WIDTH_STEP)).then_some(Refusal::UnmatchableWidth {
            frames,
            input,
            too_wide,
        })
    }

    fn input_size(&self) -> Option<Fact<Size>> {
        let known = self.left.size.as_ref().or(self.right.size.as_ref());
        known.cloned().or_else(|| {
            let written = Size::of_pixels(self.properties.width?, self.properties.height?)?;
            let span = self.inference.node.span(&["input_resolution", "width"]);
            Some(Fact::new(written, span, "the resolution of the inputs"))
        })
    }

    fn eight_bits(&self, matched: &Flow) -> Flow {
        let eight_bits = self.constant(FrameType::RAW8, "rectified frames");
        Flow {
            frame_type: Some(eight_bits),
            ..matched.clone()
        }
    }

    fn constant<T>(&self, value: T, what: &'static str) -> Fact<T> {
        Fact::new(value, self.inference.node.config.kind_span, what)
    }

    fn disparity_type(&self) -> Option<Fact<FrameType>> {
        let subpixel = self
            .properties
            .initial_config
            .algorithm_control
            .enable_subpixel;
        let frame_type = if subpixel {
            FrameType::RAW16
        } else {
            FrameType::RAW8
        };
        let keys = ["subpixel", "default_profile_preset", "initial_config"];
        let span = self.inference.node.span(&keys);
        self.fixed
            .then(|| Fact::new(frame_type, span, "whether disparity has fractions"))
    }

    /// The camera that disparity and depth are seen from.
    fn view(&self) -> Option<Fact<CameraBoardSocket>> {
        let camera = self.properties.depth_align_camera;
        if camera != CameraBoardSocket::AUTO {
            let span = self
                .inference
                .node
                .span(&["depth_align", "depth_align_camera"]);
            return Some(Fact::new(camera, span, "what depth is aligned to"));
        }
        let view = self.properties.initial_config.algorithm_control.depth_align;
        match view {
            _ if !self.fixed => None,
            DepthAlign::RECTIFIED_RIGHT => self.right.socket.clone(),
            DepthAlign::RECTIFIED_LEFT => self.left.socket.clone(),
            DepthAlign::CENTER => None,
        }
    }

    fn output_size(&self, matched: &Flow) -> Option<Fact<Size>> {
        let size = self.aligned_size(matched)?;
        let post = &self.properties.initial_config.post_processing;
        let factor = u64::from(post.decimation_filter.decimation_factor);
        let decimates = post.filtering_order.contains(&Filter::DECIMATION);
        if !self.fixed {
            return None;
        }
        if factor <= 1 || !decimates {
            return Some(size);
        }
        let Size { width, height } = size.value;
        let whole = width.is_multiple_of(factor) && height.is_multiple_of(factor);
        whole.then(|| size.map(|_| Size::new(width / factor, height / factor)))
    }

    /// Before decimation.
    fn aligned_size(&self, matched: &Flow) -> Option<Fact<Size>> {
        let camera = self.properties.depth_align_camera;
        let is_input = |input: &Flow| {
            let socket = input.socket.as_ref();
            socket.is_some_and(|socket| socket.value == camera)
        };
        if camera == CameraBoardSocket::AUTO || is_input(&self.left) || is_input(&self.right) {
            return matched.size.clone();
        }
        if let (Some(width), Some(height)) = (self.properties.out_width, self.properties.out_height)
        {
            let span = self.inference.node.span(&["output_size", "out_width"]);
            return Some(Fact::new(
                Size::of_pixels(width, height)?,
                span,
                "the output size",
            ));
        }
        match self.inference.view(camera) {
            View::Camera(isp) => isp.size.clone(),
            // The device keeps the size of the inputs.
            View::Absent => matched.size.clone(),
            View::Unknown => None,
        }
    }
}
