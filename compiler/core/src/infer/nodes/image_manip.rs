//! `ImageManip`: crops, resizes and converts.
//!
//! In: the node's properties and its image. Out: the size and format of the result. Never: a guess
//! where a message may change the settings, or where the device rounds in a way that is not known.

use oakc_runtime_schema::image::{Colormap, FrameType};
use oakc_runtime_schema::messages::ImageManipConfig;
use oakc_runtime_schema::nodes::image_manip::ImageManipProperties;

use super::sensor;
use crate::infer::{Fact, Flow, Inference, Size};

pub(super) fn infer(inference: &mut Inference<'_, '_>) {
    let node = inference.node;
    let Some(manip) = node.properties::<ImageManipProperties>() else {
        return;
    };
    let pool = sensor::pool(node, manip.num_frames_pool, &["num_frames_pool"]);
    if node.links_to("inputConfig").next().is_some() {
        // A message may say anything else.
        inference.output(
            "out",
            Flow {
                pool,
                ..Flow::default()
            },
        );
        return;
    }
    let input = inference.input("inputImage");
    let flow = Flow {
        frame_type: frame_type(inference, &manip.initial_config, &input),
        size: size(inference, &manip.initial_config, &input),
        pool,
        ..input.derived()
    }
    .with_frame_bytes();
    inference.output("out", flow.within(manip.output_frame_size));
}

fn frame_type(
    inference: &Inference<'_, '_>,
    config: &ImageManipConfig,
    input: &Flow,
) -> Option<Fact<FrameType>> {
    let format = &config.format_config;
    if !config.enable_format || format.r#type == FrameType::NONE {
        let colored = config.enable_format && format.colormap != Colormap::NONE;
        return input.frame_type.clone().filter(|_| !colored);
    }
    let span = inference
        .node
        .span(&["frame_type", "initial_config.frame_type", "initial_config"]);
    Some(Fact::new(format.r#type, span, "the frame type"))
}

fn size(
    inference: &Inference<'_, '_>,
    config: &ImageManipConfig,
    input: &Flow,
) -> Option<Fact<Size>> {
    let resize = &config.resize_config;
    if config.enable_resize && (resize.width != 0 || resize.height != 0) {
        let width = u64::try_from(resize.width)
            .ok()
            .filter(|width| *width > 0)?;
        let height = u64::try_from(resize.height)
            .ok()
            .filter(|height| *height > 0)?;
        let keys = [
            "resize",
            "resize_thumbnail",
            "initial_config.resize",
            "initial_config.resize_thumbnail",
            "initial_config",
        ];
        let span = inference.node.span(&keys);
        return Some(Fact::new(
            Size::new(width, height),
            span,
            "the size asked for",
        ));
    }
    let turned = config.enable_resize
        && (resize.enable_rotation || resize.enable_warp4pt || resize.enable_warp_matrix);
    if turned {
        return None;
    }
    if config.enable_crop {
        return cropped(inference, config, input);
    }
    input.size.clone()
}

/// The size of what is cut out, where it is a whole number of pixels.
fn cropped(
    inference: &Inference<'_, '_>,
    config: &ImageManipConfig,
    input: &Flow,
) -> Option<Fact<Size>> {
    let crop = &config.crop_config;
    if crop.enable_center_crop_rectangle {
        return None;
    }
    let (part, normalized) = if crop.enable_rotated_rect {
        let size = &crop.crop_rotated_rect.size;
        ([size.width, size.height], crop.normalized_coords)
    } else {
        let rect = &crop.crop_rect;
        ([rect.xmax - rect.xmin, rect.ymax - rect.ymin], true)
    };
    let whole = if normalized {
        let size = input.size.as_ref()?.value;
        [size.width, size.height]
    } else {
        [1, 1]
    };
    let size = Size::new(pixels(part[0], whole[0])?, pixels(part[1], whole[1])?);
    let keys = ["crop_rect", "initial_config.crop_rect", "initial_config"];
    Some(Fact::new(
        size,
        inference.node.span(&keys),
        "the part that is cut out",
    ))
}

/// A part of `whole` pixels, if it is an even number of them: how the device rounds is not known.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sizes of images are small, and the range is checked"
)]
fn pixels(part: f32, whole: u64) -> Option<u64> {
    let exact = f64::from(part) * whole as f64;
    let rounded = exact.round();
    let is_whole = (exact - rounded).abs() < 1e-3 && (2.0..1e6).contains(&rounded);
    let pixels = rounded as u64;
    (is_whole && pixels.is_multiple_of(2)).then_some(pixels)
}
