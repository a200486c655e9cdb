//! What `ImageManip` does to an image: crop, resize or warp, convert.

mod stages;

pub use stages::{
    CenterCrop, ColorRange, ColorTop, FourPointWarp, RotatedCrop, SizedThumbnail, Thumbnail,
};

use crate::image::{Colormap, FrameType, Interpolation};
use crate::messages::{Point2f, RotatedRect};
use crate::reflect::Reflect;

/// Three stages in this order: crop, resize (or rotate, or warp), convert. A stage runs only if its
/// `enable_` flag is set; the setters also set the flag.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "RawImageManipConfig", setters = stages::SETTERS)]
pub struct ImageManipConfig {
    /// The part that is cut out.
    pub crop_config: CropConfig,
    /// How it is resized, rotated or warped.
    pub resize_config: ResizeConfig,
    /// How pixels are converted.
    pub format_config: FormatConfig,
    /// Whether the crop stage runs.
    pub enable_crop: bool,
    /// Whether the resize stage runs.
    pub enable_resize: bool,
    /// Whether the format stage runs.
    pub enable_format: bool,
    /// Process the previous image again instead of waiting for a new one. Makes sense only in a
    /// message to a node that waits for configurations.
    pub reuse_previous_image: bool,
    /// Take an image from the queue and discard it. Makes sense only in a message to a node that
    /// waits for configurations.
    pub skip_current_image: bool,
    /// How pixels are resampled.
    #[reflect(default = Interpolation::AUTO)]
    pub interpolation: Interpolation,
}

/// The part that is cut out: a rectangle, a rotated rectangle, or the centre.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "RawImageManipConfig::CropConfig")]
pub struct CropConfig {
    /// The rectangle.
    pub crop_rect: CropRect,
    /// The rotated rectangle, used if `enable_rotated_rect` is set.
    pub crop_rotated_rect: RotatedRect,
    /// Cut out the centre as defined by `crop_ratio` and `width_height_aspect_ratio` instead of
    /// `crop_rect`.
    pub enable_center_crop_rectangle: bool,
    /// The part of the image that the centre crop keeps: 0 to 1.
    #[reflect(default = 1.0)]
    pub crop_ratio: f32,
    /// Width of the centre crop divided by its height.
    #[reflect(default = 1.0)]
    pub width_height_aspect_ratio: f32,
    /// Cut out `crop_rotated_rect`.
    pub enable_rotated_rect: bool,
    /// Whether the rotated rectangle is in fractions of the image (0 to 1) or in pixels.
    #[reflect(default = true)]
    pub normalized_coords: bool,
}

/// How an image is resized, rotated or warped.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "RawImageManipConfig::ResizeConfig")]
pub struct ResizeConfig {
    /// Width of the result in pixels; 0: unchanged.
    pub width: i32,
    /// Height of the result in pixels; 0: unchanged.
    pub height: i32,
    /// Fit the whole image in and fill the rest with the background colour (letterbox).
    pub lock_aspect_ratio_fill: bool,
    /// Background: red, 0 to 255.
    pub bg_red: u8,
    /// Background: green, 0 to 255.
    pub bg_green: u8,
    /// Background: blue, 0 to 255.
    pub bg_blue: u8,
    /// Corners in the input that become the corners of the output, clockwise from the top left.
    pub warp_four_points: Vec<Point2f>,
    /// Whether the four points are in fractions of the image (0 to 1) or in pixels.
    #[reflect(default = true)]
    pub normalized_coords: bool,
    /// Warp with `warp_four_points`.
    pub enable_warp4pt: bool,
    /// Perspective matrix from input to output, row by row: nine numbers.
    pub warp_matrix3x3: Vec<f32>,
    /// Warp with `warp_matrix3x3`.
    pub enable_warp_matrix: bool,
    /// Outside the input, repeat its edge pixels; otherwise use the background colour.
    pub warp_border_replicate: bool,
    /// Angle in degrees, clockwise.
    pub rotation_angle_deg: f32,
    /// Rotate by `rotation_angle_deg`.
    pub enable_rotation: bool,
    /// Keep the aspect ratio: the image is cropped or padded where it does not fit. Otherwise it is
    /// stretched.
    #[reflect(default = true)]
    pub keep_aspect_ratio: bool,
}

/// How pixels are converted.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "RawImageManipConfig::FormatConfig")]
pub struct FormatConfig {
    /// The pixel format of the result; NONE: that of the input.
    #[reflect(default = FrameType::NONE)]
    pub r#type: FrameType,
    /// Swap left and right.
    pub flip_horizontal: bool,
    /// Swap top and bottom.
    pub flip_vertical: bool,
    /// Colour map for a single-channel image.
    pub colormap: Colormap,
    /// The value that gets the first colour: 0 to 255.
    pub colormap_min: i32,
    /// The value that gets the last colour: 0 to 255.
    #[reflect(default = 255)]
    pub colormap_max: i32,
}

/// A rectangle in fractions of the image, 0 to 1.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "RawImageManipConfig::CropRect")]
pub struct CropRect {
    /// Left edge.
    pub xmin: f32,
    /// Top edge.
    pub ymin: f32,
    /// Right edge.
    pub xmax: f32,
    /// Bottom edge.
    pub ymax: f32,
}
