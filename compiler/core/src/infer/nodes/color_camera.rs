//! `ColorCamera`.
//!
//! In: the node's properties and the mode of its sensor. Out: what its outputs send: the image of
//! the sensor, scaled by the image signal processor. Never: a size where the scaler might refuse,
//! or where formulas of the host library and limits of the device disagree.

use oakc_runtime_schema::nodes::color_camera::{
    ColorCameraProperties, ColorOrder, IspScale, SensorResolution,
};

use super::processed::{Auto, Pools, Processing};
use super::sensor;
use crate::hardware::outcome;
use crate::infer::{Fact, Inference, PreviewFormat, Size};

pub(super) fn infer(inference: &mut Inference<'_, '_>) {
    let node = inference.node;
    let Some(camera) = node.properties::<ColorCameraProperties>() else {
        return;
    };
    let outcome = outcome::color(inference.camera, &camera);
    let mode = outcome.resolution(camera.resolution);
    let scaled = is_scaled(&camera.isp_scale);
    let resolution = node.span(&["resolution"]);
    let span = node.span(&["isp_scale", "resolution"]);
    let isp = mode.and_then(|mode| scale(size(mode), &camera.isp_scale));
    let processing = Processing {
        node,
        raw: mode.map(|mode| Fact::new(size(mode), resolution, "the sensor's resolution")),
        isp: isp.map(|size| Fact::new(size, span, "the size of the processed image")),
        auto_video: mode.map_or(Auto::Unknown, |mode| auto_video(mode, scaled)),
        auto_still: mode.map_or(Auto::Unknown, |mode| auto_still(mode, scaled)),
        fps: sensor::fps(node, camera.fps, outcome.max_fps()),
        socket: camera.board_socket,
        camera_name: &camera.camera_name,
        preview: [camera.preview_width, camera.preview_height],
        video: [camera.video_width, camera.video_height],
        still: [camera.still_width, camera.still_height],
        format: PreviewFormat {
            rgb: camera.color_order == ColorOrder::RGB,
            interleaved: camera.interleaved,
            fp16: camera.fp16,
        },
        raw_type: Some(sensor::raw_type(node, camera.raw_packed)),
        pools: Pools {
            raw: camera.num_frames_pool_raw,
            isp: camera.num_frames_pool_isp,
            video: camera.num_frames_pool_video,
            still: camera.num_frames_pool_still,
            preview: camera.num_frames_pool_preview,
        },
    };
    processing.infer(inference);
}

/// The sensor's image. No sensor reads out 48 MP: the one that could gives half of its columns.
pub fn size(resolution: SensorResolution) -> Size {
    use SensorResolution as R;
    match resolution {
        R::THE_1080_P => Size::new(1920, 1080),
        R::THE_4_K => Size::new(3840, 2160),
        R::THE_12_MP => Size::new(4056, 3040),
        R::THE_13_MP => Size::new(4208, 3120),
        R::THE_720_P => Size::new(1280, 720),
        R::THE_800_P => Size::new(1280, 800),
        R::THE_1200_P => Size::new(1920, 1200),
        R::THE_5_MP => Size::new(2592, 1944),
        R::THE_4000X3000 => Size::new(4000, 3000),
        R::THE_5312X6000 | R::THE_48_MP => Size::new(5312, 6000),
        R::THE_1440X1080 => Size::new(1440, 1080),
        R::THE_1352X1012 => Size::new(1352, 1012),
        R::THE_2024X1520 => Size::new(2024, 1520),
    }
}

/// Where the host library's arithmetic and the limits of the device agree.
fn auto_video(resolution: SensorResolution, scaled: bool) -> Auto {
    use SensorResolution as R;
    match resolution {
        R::THE_12_MP | R::THE_13_MP | R::THE_4000X3000 | R::THE_5312X6000 | R::THE_48_MP => {
            unscaled(Size::new(3840, 2160), scaled)
        }
        R::THE_1352X1012 | R::THE_2024X1520 => Auto::Unknown,
        _ => Auto::Processed,
    }
}

/// Encoders want widths of 32, so the largest still of some sensors is a little narrower.
fn auto_still(resolution: SensorResolution, scaled: bool) -> Auto {
    use SensorResolution as R;
    match resolution {
        R::THE_12_MP => unscaled(Size::new(4032, 3040), scaled),
        R::THE_13_MP => unscaled(Size::new(4192, 3120), scaled),
        R::THE_1352X1012 | R::THE_2024X1520 | R::THE_48_MP => Auto::Unknown,
        _ => Auto::Processed,
    }
}

fn unscaled(size: Size, scaled: bool) -> Auto {
    if scaled {
        Auto::Unknown
    } else {
        Auto::Fixed(size)
    }
}

fn is_scaled(scale: &IspScale) -> bool {
    let horizontal = scale.horiz_numerator != scale.horiz_denominator;
    horizontal || scale.vert_numerator != scale.vert_denominator
}

/// The size behind the scaler; none where the scaler might refuse.
fn scale(size: Size, by: &IspScale) -> Option<Size> {
    Some(Size {
        width: scale_axis(size.width, by.horiz_numerator, by.horiz_denominator)?,
        height: scale_axis(size.height, by.vert_numerator, by.vert_denominator)?,
    })
}

/// Largest numerator of the scaler, after reduction.
pub const MAX_NUMERATOR: u64 = 16;
/// Largest denominator of the scaler, after reduction. Chroma has half the size, so that its ratio
/// may need twice the denominator; that is why only half of it is certain.
pub const MAX_DENOMINATOR: u64 = 63;

/// What the scaler makes of one axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scaling {
    /// It leaves the axis as it is.
    Off,
    /// It scales by this fraction, in lowest terms.
    By([u64; 2]),
    /// It might scale by what is written, or might not.
    Uncertain,
    /// It cannot scale by what is written, and leaves the axis as it is.
    Impossible,
}

impl Scaling {
    /// By a fraction as it is written.
    pub fn of(numerator: i32, denominator: i32) -> Self {
        if numerator == 0 || denominator == 0 {
            return Self::Off;
        }
        let [Ok(numerator), Ok(denominator)] = [numerator, denominator].map(u64::try_from) else {
            return Self::Impossible;
        };
        let [top, bottom] = reduced(numerator, denominator);
        if top == bottom {
            Self::Off
        } else if top > MAX_NUMERATOR || bottom > MAX_DENOMINATOR {
            Self::Impossible
        } else if top < bottom && bottom <= MAX_DENOMINATOR / 2 {
            Self::By([top, bottom])
        } else {
            Self::Uncertain
        }
    }
}

/// The host library's formula for one axis (`CameraHelper`).
fn scale_axis(pixels: u64, numerator: i32, denominator: i32) -> Option<u64> {
    match Scaling::of(numerator, denominator) {
        Scaling::Off => Some(pixels),
        Scaling::By([top, bottom]) => Some((pixels * top - 1) / bottom + 1),
        Scaling::Uncertain | Scaling::Impossible => None,
    }
}

/// A fraction in lowest terms.
fn reduced(numerator: u64, denominator: u64) -> [u64; 2] {
    let (mut a, mut b) = (numerator, denominator);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    [numerator / a.max(1), denominator / a.max(1)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scaler_rounds_up() {
        assert_eq!(scale_axis(1080, 2, 3), Some(720));
        assert_eq!(scale_axis(4056, 1, 3), Some(1352));
        assert_eq!(scale_axis(3040, 1, 3), Some(1014));
        assert_eq!(scale_axis(1920, 4, 6), Some(1280));
    }

    #[test]
    fn what_the_scaler_cannot_do_is_unknown() {
        assert_eq!(scale_axis(1920, 17, 18), None);
        assert_eq!(scale_axis(1920, 1, 64), None);
        assert_eq!(scale_axis(1920, -1, 2), None);
        assert_eq!(scale_axis(1920, 0, 0), Some(1920));
    }
}
