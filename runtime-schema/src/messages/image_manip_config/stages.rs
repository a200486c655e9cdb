//! The setters of [`ImageManipConfig`]: each enables the stage that it belongs to. `ImageManip`
//! also has some of them as its own methods, so the functions are shared.

use super::{CropRect, ImageManipConfig};
use crate::image::{Colormap, FrameType};
use crate::messages::{Point2f, RotatedRect};
use crate::reflect::{Effects, Either, Reflect, Set, Setter, With};

// The crops are in this order because `crop_rect` turns the centre crop off; and a warp by four
// points drops the aspect ratio unless `keep_aspect_ratio` restores it.
pub(super) static SETTERS: &[Setter] = &[
    Setter {
        key: "crop_rect",
        methods: &["setCropRect"],
        doc: "Cuts out a rectangle: [xmin, ymin, xmax, ymax], or a table of these keys, in \
              fractions of the image, 0 to 1; coordinates outside are moved to the edge.",
        apply: &Set(ImageManipConfig::crop_rect),
    },
    Setter {
        key: "crop_rotated_rect",
        methods: &["setCropRotatedRect"],
        doc: "Cuts out a rotated rectangle.",
        apply: &Set(crop_rotated_rect),
    },
    Setter {
        key: "center_crop",
        methods: &["setCenterCrop"],
        doc: "Cuts out the centre: the part of the image that is kept (0 to 1), and, in a table or \
              list, its aspect ratio (width divided by height).",
        apply: &Set(ImageManipConfig::center_crop),
    },
    Setter {
        key: "warp_transform_four_points",
        methods: &["setWarpTransformFourPoints"],
        doc: "Stretches a quadrilateral of the input over the output; the aspect ratio is not kept.",
        apply: &Set(warp_four_points),
    },
    Setter {
        key: "warp_transform_matrix3x3",
        methods: &["setWarpTransformMatrix3x3"],
        doc: "Warps with a perspective matrix: nine numbers, row by row.",
        apply: &Set(warp_matrix),
    },
    Setter {
        key: "warp_border_replicate_pixels",
        methods: &["setWarpBorderReplicatePixels"],
        doc: "`true` repeats the edge pixels where a warp reaches outside the input.",
        apply: &Set(warp_border_replicate),
    },
    Setter {
        key: "warp_border_fill_color",
        methods: &["setWarpBorderFillColor"],
        doc: "The colour where a warp reaches outside the input: [red, green, blue], 0 to 255.",
        apply: &Set(warp_border_fill),
    },
    Setter {
        key: "rotation_degrees",
        methods: &["setRotationDegrees"],
        doc: "Rotates the image clockwise, in degrees.",
        apply: &Set(rotate_by_degrees),
    },
    Setter {
        key: "rotation_radians",
        methods: &["setRotationRadians"],
        doc: "Rotates the image clockwise, in radians.",
        apply: &Set(rotate_by_radians),
    },
    Setter {
        key: "resize",
        methods: &["setResize"],
        doc: "The size of the result in pixels: [width, height].",
        apply: &Set(ImageManipConfig::resize),
    },
    Setter {
        key: "resize_thumbnail",
        methods: &["setResizeThumbnail"],
        doc: "Fits the whole image into a size and fills the rest with a colour (letterbox).",
        apply: &Set(ImageManipConfig::resize_thumbnail),
    },
    Setter {
        key: "keep_aspect_ratio",
        methods: &["setKeepAspectRatio"],
        doc: "Whether the aspect ratio is kept; otherwise the image is stretched to the size.",
        apply: &Set(ImageManipConfig::keep_aspect_ratio),
    },
    Setter {
        key: "frame_type",
        methods: &["setFrameType"],
        doc: "The pixel format of the result.",
        apply: &Set(ImageManipConfig::frame_type),
    },
    Setter {
        key: "colormap",
        methods: &["setColormap"],
        doc: "Colours for a single-channel image: a colour map, or a list or table with the range \
              of values (0 to 255) that it covers.",
        apply: &With(colormap),
    },
    Setter {
        key: "horizontal_flip",
        methods: &["setHorizontalFlip"],
        doc: "Whether left and right are swapped.",
        apply: &Set(ImageManipConfig::horizontal_flip),
    },
    Setter {
        key: "vertical_flip",
        methods: &["setVerticalFlip"],
        doc: "Whether top and bottom are swapped.",
        apply: &Set(vertical_flip),
    },
];

/// A rotated rectangle, and the unit of its numbers.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct RotatedCrop {
    /// The rectangle.
    pub rr: RotatedRect,
    /// Whether it is in fractions of the image (0 to 1) or in pixels.
    #[reflect(default = true)]
    pub normalized_coords: bool,
}

/// The centre of an image.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct CenterCrop {
    /// The part of the image that is kept, 0 to 1. Anything else means 1.
    #[reflect(default = 1.0)]
    pub ratio: f32,
    /// Its width divided by its height.
    #[reflect(default = 1.0)]
    pub wh_ratio: f32,
}

/// Corners in the input that become the corners of the output.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct FourPointWarp {
    /// The four corners, clockwise from the one that becomes the top left.
    pub pt: Vec<Point2f>,
    /// Whether they are in fractions of the image (0 to 1) or in pixels.
    #[reflect(default = true)]
    pub normalized_coords: bool,
}

/// A size and the colour of the padding.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct Thumbnail {
    /// Width in pixels.
    pub w: i32,
    /// Height in pixels.
    pub h: i32,
    /// Red, 0 to 255.
    pub bg_red: u8,
    /// Green, 0 to 255.
    pub bg_green: u8,
    /// Blue, 0 to 255.
    pub bg_blue: u8,
}

/// A size and the colour of the padding, with width and height together.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct SizedThumbnail {
    /// Width and height in pixels.
    #[reflect(default = [0, 0])]
    pub size: [i32; 2],
    /// Red, 0 to 255.
    pub bg_red: u8,
    /// Green, 0 to 255.
    pub bg_green: u8,
    /// Blue, 0 to 255.
    pub bg_blue: u8,
}

/// A colour map from 0 to a maximum.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct ColorTop {
    /// The colours.
    pub colormap: Colormap,
    /// The value that gets the last colour, 0 to 255; fractions are cut off.
    #[reflect(default = Either::A(255))]
    pub max: Either<i32, f32>,
}

/// A colour map between two values.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct ColorRange {
    /// The colours.
    pub colormap: Colormap,
    /// The value that gets the first colour, 0 to 255.
    pub min: i32,
    /// The value that gets the last colour, 0 to 255.
    #[reflect(default = 255)]
    pub max: i32,
}

/// What `resize_thumbnail` takes.
type ThumbnailForms = Either<[i32; 2], Either<Thumbnail, SizedThumbnail>>;

/// What `colormap` takes.
type ColormapForms = Either<Colormap, Either<ColorTop, ColorRange>>;

// The functions that `ImageManip` uses too.
impl ImageManipConfig {
    pub(crate) fn crop_rect(&mut self, rectangle: Either<[f32; 4], CropRect>) {
        let [xmin, ymin, xmax, ymax] = match rectangle {
            Either::A(edges) => edges,
            Either::B(rect) => [rect.xmin, rect.ymin, rect.xmax, rect.ymax],
        };
        self.enable_crop = true;
        self.crop_config.enable_center_crop_rectangle = false;
        self.crop_config.crop_rect.xmin = xmin.max(0.0);
        self.crop_config.crop_rect.ymin = ymin.max(0.0);
        self.crop_config.crop_rect.xmax = xmax.min(1.0);
        self.crop_config.crop_rect.ymax = ymax.min(1.0);
    }

    pub(crate) fn center_crop(&mut self, crop: Either<f32, CenterCrop>) {
        let CenterCrop { ratio, wh_ratio } = match crop {
            Either::A(ratio) => CenterCrop {
                ratio,
                ..CenterCrop::default()
            },
            Either::B(crop) => crop,
        };
        let is_part = (0.0..=1.0).contains(&ratio);
        self.enable_crop = true;
        self.crop_config.enable_center_crop_rectangle = true;
        self.crop_config.crop_ratio = if is_part { ratio } else { 1.0 };
        self.crop_config.width_height_aspect_ratio = wh_ratio;
    }

    pub(crate) fn resize(&mut self, [width, height]: [i32; 2]) {
        self.enable_resize = true;
        self.resize_config.lock_aspect_ratio_fill = false;
        self.resize_config.width = width;
        self.resize_config.height = height;
    }

    pub(crate) fn resize_thumbnail(&mut self, thumbnail: ThumbnailForms) {
        let (size, background) = match thumbnail {
            Either::A(size) => (size, [0; 3]),
            Either::B(Either::A(t)) => ([t.w, t.h], [t.bg_red, t.bg_green, t.bg_blue]),
            Either::B(Either::B(t)) => (t.size, [t.bg_red, t.bg_green, t.bg_blue]),
        };
        self.resize(size);
        self.resize_config.lock_aspect_ratio_fill = true;
        self.fill_background(background);
    }

    pub(crate) fn keep_aspect_ratio(&mut self, keep: bool) {
        self.resize_config.keep_aspect_ratio = keep;
    }

    pub(crate) fn frame_type(&mut self, frame_type: FrameType) {
        self.enable_format = true;
        self.format_config.r#type = frame_type;
    }

    pub(crate) fn horizontal_flip(&mut self, flip: bool) {
        self.enable_format = true;
        self.format_config.flip_horizontal = flip;
    }

    fn fill_background(&mut self, [red, green, blue]: [u8; 3]) {
        self.resize_config.bg_red = red;
        self.resize_config.bg_green = green;
        self.resize_config.bg_blue = blue;
    }
}

fn crop_rotated_rect(config: &mut ImageManipConfig, crop: RotatedCrop) {
    config.enable_crop = true;
    config.crop_config.enable_rotated_rect = true;
    config.crop_config.crop_rotated_rect = crop.rr;
    config.crop_config.normalized_coords = crop.normalized_coords;
}

fn warp_four_points(config: &mut ImageManipConfig, warp: FourPointWarp) {
    config.enable_resize = true;
    config.resize_config.keep_aspect_ratio = false;
    config.resize_config.enable_warp4pt = true;
    config.resize_config.warp_four_points = warp.pt;
    config.resize_config.normalized_coords = warp.normalized_coords;
}

fn warp_matrix(config: &mut ImageManipConfig, matrix: Vec<f32>) {
    config.enable_resize = true;
    config.resize_config.enable_warp_matrix = true;
    config.resize_config.warp_matrix3x3 = matrix;
}

fn warp_border_replicate(config: &mut ImageManipConfig, replicate: bool) {
    if replicate {
        config.enable_resize = true;
        config.resize_config.warp_border_replicate = true;
    }
}

fn warp_border_fill(config: &mut ImageManipConfig, color: [u8; 3]) {
    config.enable_resize = true;
    config.resize_config.warp_border_replicate = false;
    config.fill_background(color);
}

fn rotate_by_degrees(config: &mut ImageManipConfig, degrees: f32) {
    config.enable_resize = true;
    config.resize_config.enable_rotation = true;
    config.resize_config.rotation_angle_deg = degrees;
}

/// In single precision, as the library computes it.
fn rotate_by_radians(config: &mut ImageManipConfig, radians: f32) {
    rotate_by_degrees(config, radians.to_degrees());
}

#[expect(clippy::cast_possible_truncation, reason = "the library truncates too")]
fn colormap(
    config: &mut ImageManipConfig,
    forms: ColormapForms,
    _: &mut Effects,
) -> Result<(), String> {
    let ColorRange { colormap, min, max } = match forms {
        Either::A(colormap) => ColorRange {
            colormap,
            ..ColorRange::default()
        },
        Either::B(Either::A(top)) => ColorRange {
            colormap: top.colormap,
            min: 0,
            max: match top.max {
                Either::A(max) => max,
                Either::B(max) => max as i32,
            },
        },
        Either::B(Either::B(range)) => range,
    };
    let bytes = 0..=255;
    if !bytes.contains(&min) || !bytes.contains(&max) {
        return Err("the range of a colour map must be within 0 to 255".to_owned());
    }
    config.enable_format = true;
    config.format_config.colormap = colormap;
    config.format_config.colormap_min = min;
    config.format_config.colormap_max = max;
    Ok(())
}

fn vertical_flip(config: &mut ImageManipConfig, flip: bool) {
    config.enable_format = true;
    config.format_config.flip_vertical = flip;
}
