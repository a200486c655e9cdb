//! What ImageManip does to a picture: crop, then resize, rotate or warp, then convert.
//!
//! The first two stages are one [`Map`], so a picture is sampled once. How the device rounds is not known: parts are cut out at
//! the nearest whole pixel, or the nearest even one where chroma is halved.

use oakc_runtime_schema::image::{Colormap, FrameType, Interpolation};
use oakc_runtime_schema::messages::{
    CropConfig, FormatConfig, ImageManipConfig, Point2f, ResizeConfig,
};
use thiserror::Error;

use crate::colormap;
use crate::convert::is_gray;
use crate::image::{self, Image, ImageError};
use crate::warp::{Border, Map, Sampling, float};

/// Why a picture is skipped.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ManipError {
    /// Settings that no picture fits.
    #[error("{0}")]
    Settings(&'static str),
    /// More pixels in a row than the device takes.
    #[error(
        "Output image width is bigger ({0} pixels) than maximum output frame width supported by \
         ImageManip ({1} pixels)"
    )]
    TooWide(usize, usize),
    /// More bytes than the properties of the node allow.
    #[error("Output image is bigger ({0}B) than maximum frame size specified in properties ({1}B)")]
    TooLarge(usize, usize),
    /// A picture that cannot be made.
    #[error(transparent)]
    Image(#[from] ImageError),
}

/// What a picture becomes, without its pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outline {
    /// Its format.
    pub kind: FrameType,
    /// In pixels.
    pub width: usize,
    /// In pixels.
    pub height: usize,
}

impl Outline {
    /// That of a picture.
    pub fn of(image: &Image) -> Self {
        Self {
            kind: image.kind(),
            width: image.width(),
            height: image.height(),
        }
    }

    /// How many bytes it takes; none if there is no such picture.
    pub fn bytes(&self) -> Option<usize> {
        image::size(self.kind, self.width, self.height).ok()
    }
}

/// What becomes of a picture of this outline.
///
/// # Errors
/// Where the settings fit no picture.
pub fn outline(of: Outline, config: &ImageManipConfig) -> Result<Outline, ManipError> {
    let (width, height, _) = geometry(of, config)?;
    let kind = target(of.kind, config);
    Ok(Outline {
        kind,
        width,
        height,
    })
}

/// What becomes of a picture.
///
/// # Errors
/// Where the settings fit no picture, or not this one.
pub fn manipulate(image: &Image, config: &ImageManipConfig) -> Result<Image, ManipError> {
    let from = Outline::of(image);
    let (width, height, map) = geometry(from, config)?;
    let resize = &config.resize_config;
    let border = if config.enable_resize && resize.warp_border_replicate {
        Border::Replicate
    } else {
        Border::Fill([resize.bg_red, resize.bg_green, resize.bg_blue])
    };
    let is_same = map == Map::IDENTITY && (width, height) == (from.width, from.height);
    let kind = target(from.kind, config);
    // Where the result's sides do not fit halved chroma, it is converted first.
    let image = match image::planes(from.kind, width, height) {
        Err(ImageError::Odd(..)) if kind != from.kind => &image.converted(FrameType::RGB888i)?,
        _ => image,
    };
    let warped = if is_same {
        image.clone()
    } else {
        image.warped(width, height, &map, sampling(from.kind, config), border)?
    };
    let format = &config.format_config;
    if config.enable_format && format.colormap != Colormap::NONE && is_gray(warped.kind()) {
        let range = (format.colormap_min, format.colormap_max);
        return Ok(colormap::coloured(&warped, format.colormap, range)?.converted(kind)?);
    }
    Ok(warped.converted(kind)?)
}

/// The format of the result.
fn target(from: FrameType, config: &ImageManipConfig) -> FrameType {
    let FormatConfig {
        r#type, colormap, ..
    } = &config.format_config;
    if !config.enable_format {
        return from;
    }
    match *r#type {
        FrameType::NONE if *colormap != Colormap::NONE => FrameType::BGR888i,
        FrameType::NONE => from,
        kind => kind,
    }
}

/// How settings want values between pixels to be found.
pub fn sampling(kind: FrameType, config: &ImageManipConfig) -> Sampling {
    match config.interpolation {
        Interpolation::BICUBIC => Sampling::Bicubic,
        Interpolation::NEAREST_NEIGHBOR => Sampling::Nearest,
        // A mean of two depths is none.
        Interpolation::AUTO if kind == FrameType::RAW16 => Sampling::Nearest,
        Interpolation::BILINEAR | Interpolation::AUTO => Sampling::Bilinear,
    }
}

/// The size of the result, and the map from its pixels to those of the picture.
fn geometry(from: Outline, config: &ImageManipConfig) -> Result<(usize, usize, Map), ManipError> {
    let region = if config.enable_crop {
        cropped(from, &config.crop_config)?
    } else {
        Region {
            width: from.width,
            height: from.height,
            map: Map::IDENTITY,
        }
    };
    let resized = if config.enable_resize {
        resized(&region, &config.resize_config)?
    } else {
        region
    };
    let Region { width, height, map } = resized;
    if !(1..=image::LONGEST).contains(&width) || !(1..=image::LONGEST).contains(&height) {
        return Err(ImageError::Size(width, height).into());
    }
    let format = &config.format_config;
    let flip = |is_flipped: bool, length: usize| {
        if config.enable_format && is_flipped {
            (-1.0, float(length))
        } else {
            (1.0, 0.0)
        }
    };
    let (x, right) = flip(format.flip_horizontal, width);
    let (y, down) = flip(format.flip_vertical, height);
    let flipped = Map::new([x, 0.0, right, 0.0, y, down, 0.0, 0.0, 1.0]);
    Ok((width, height, flipped.then(&map)))
}

/// A part of a picture: its size, and the map from its pixels to those of the picture.
struct Region {
    width: usize,
    height: usize,
    map: Map,
}

fn cropped(from: Outline, crop: &CropConfig) -> Result<Region, ManipError> {
    let (whole_width, whole_height) = (float(from.width), float(from.height));
    if crop.enable_rotated_rect {
        let rect = &crop.crop_rotated_rect;
        let (across, down) = if crop.normalized_coords {
            (whole_width, whole_height)
        } else {
            (1.0, 1.0)
        };
        let (width, height) = (
            f64::from(rect.size.width) * across,
            f64::from(rect.size.height) * down,
        );
        let map = Map::moved(-width / 2.0, -height / 2.0)
            .then(&Map::turned(f64::from(rect.angle).to_radians()))
            .then(&Map::moved(
                f64::from(rect.center.x) * across,
                f64::from(rect.center.y) * down,
            ));
        return Ok(Region {
            width: pixel(width),
            height: pixel(height),
            map,
        });
    }
    let edges = if crop.enable_center_crop_rectangle {
        centre(whole_width, whole_height, crop)
    } else {
        let rect = &crop.crop_rect;
        let edges = [rect.xmin, rect.ymin, rect.xmax, rect.ymax].map(f64::from);
        let [left, top, right, bottom] = edges;
        [
            left * whole_width,
            top * whole_height,
            right * whole_width,
            bottom * whole_height,
        ]
    };
    let (across, down) = image::subsampling(from.kind);
    let aligned = |edge: f64, step: usize| pixel(edge / float(step)) * step;
    let [left, top, right, bottom] = edges;
    let (left, right) = (aligned(left, across), aligned(right, across));
    let (top, bottom) = (aligned(top, down), aligned(bottom, down));
    if right <= left || bottom <= top {
        return Err(ManipError::Settings("the crop rectangle is empty"));
    }
    Ok(Region {
        width: right - left,
        height: bottom - top,
        map: Map::moved(float(left), float(top)),
    })
}

/// The edges of the largest part in the middle that has an aspect ratio, made smaller.
fn centre(width: f64, height: f64, crop: &CropConfig) -> [f64; 4] {
    let aspect = f64::from(crop.width_height_aspect_ratio).max(1e-6);
    let ratio = f64::from(crop.crop_ratio);
    let (part_width, part_height) = if width / height > aspect {
        (height * aspect * ratio, height * ratio)
    } else {
        (width * ratio, width / aspect * ratio)
    };
    let (left, top) = ((width - part_width) / 2.0, (height - part_height) / 2.0);
    [left, top, left + part_width, top + part_height]
}

fn resized(region: &Region, resize: &ResizeConfig) -> Result<Region, ManipError> {
    let side = |asked: i32, own: usize| match usize::try_from(asked) {
        Ok(0) => Ok(own),
        Ok(asked) => Ok(asked),
        Err(_) => Err(ManipError::Settings("a side of the result is negative")),
    };
    let width = side(resize.width, region.width)?;
    let height = side(resize.height, region.height)?;
    let is_sized = resize.width > 0 || resize.height > 0;
    let map = if resize.enable_warp4pt {
        four_points(region, width, height, resize)?
    } else if resize.enable_warp_matrix {
        matrix(&resize.warp_matrix3x3)?
    } else {
        let angle = if resize.enable_rotation {
            f64::from(resize.rotation_angle_deg).to_radians()
        } else {
            0.0
        };
        let (across, down) = (float(region.width), float(region.height));
        let [wide, tall] = [angle.cos().abs(), angle.sin().abs()];
        // What the turned picture takes.
        let (fit_width, fit_height) = if is_sized {
            (across * wide + down * tall, across * tall + down * wide)
        } else {
            (float(width), float(height))
        };
        let (x, y) = (fit_width / float(width), fit_height / float(height));
        let (x, y) = match (resize.lock_aspect_ratio_fill, resize.keep_aspect_ratio) {
            (true, _) => (x.max(y), x.max(y)),
            (false, true) => (x.min(y), x.min(y)),
            (false, false) => (x, y),
        };
        Map::moved(-float(width) / 2.0, -float(height) / 2.0)
            .then(&Map::scaled(x, y))
            .then(&Map::turned(-angle))
            .then(&Map::moved(across / 2.0, down / 2.0))
    };
    Ok(Region {
        width,
        height,
        map: map.then(&region.map),
    })
}

fn four_points(
    region: &Region,
    width: usize,
    height: usize,
    resize: &ResizeConfig,
) -> Result<Map, ManipError> {
    let (across, down) = if resize.normalized_coords {
        (float(region.width), float(region.height))
    } else {
        (1.0, 1.0)
    };
    let point = |point: &Point2f| (f64::from(point.x) * across, f64::from(point.y) * down);
    let [a, b, c, d] = resize.warp_four_points.as_slice() else {
        return Err(ManipError::Settings("a warp needs four points"));
    };
    let points = [point(a), point(b), point(c), point(d)];
    Map::to_quadrilateral(float(width), float(height), points).ok_or(ManipError::Settings(
        "three of the four points are on a line",
    ))
}

/// The matrix goes from the picture to the result, with pixels at whole numbers.
fn matrix(numbers: &[f32]) -> Result<Map, ManipError> {
    let numbers: Result<[f32; 9], _> = numbers.try_into();
    let numbers = numbers.map_err(|_| ManipError::Settings("a matrix has nine numbers"))?;
    let back = Map::new(numbers.map(f64::from)).inverse();
    let back = back.ok_or(ManipError::Settings("the matrix has no inverse"))?;
    Ok(Map::moved(-0.5, -0.5)
        .then(&back)
        .then(&Map::moved(0.5, 0.5)))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "negative numbers become 0, and large ones are refused later"
)]
fn pixel(position: f64) -> usize {
    position.round() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gray(width: usize, height: usize) -> Image {
        let data: Vec<u8> = (0..height)
            .flat_map(|y| (0..width).map(move |x| u8::try_from((x * 10 + y) % 251).unwrap()))
            .collect();
        Image::new(FrameType::GRAY8, width, height, data).unwrap()
    }

    fn config(change: impl FnOnce(&mut ImageManipConfig)) -> ImageManipConfig {
        let mut config = ImageManipConfig::default();
        change(&mut config);
        config
    }

    #[test]
    fn nothing_asked_for_nothing_done() {
        let image = gray(8, 4);
        assert_eq!(
            manipulate(&image, &ImageManipConfig::default()).unwrap(),
            image
        );
    }

    #[test]
    fn a_rectangle_is_cut_out_at_its_pixels() {
        let crop = config(|config| {
            config.enable_crop = true;
            config.crop_config.crop_rect.xmin = 0.25;
            config.crop_config.crop_rect.xmax = 0.75;
            config.crop_config.crop_rect.ymax = 0.5;
        });
        let image = gray(8, 4);
        let cut = manipulate(&image, &crop).unwrap();
        assert_eq!(cut, image.cropped(2, 0, 4, 2).unwrap());
        let empty = config(|config| config.enable_crop = true);
        assert_eq!(
            manipulate(&image, &empty).unwrap_err().to_string(),
            "the crop rectangle is empty"
        );
    }

    #[test]
    fn a_letterbox_shows_all_and_fills_the_rest() {
        let thumbnail = config(|config| {
            config.enable_resize = true;
            config.resize_config.width = 8;
            config.resize_config.height = 8;
            config.resize_config.lock_aspect_ratio_fill = true;
            config.resize_config.bg_red = 255;
            config.resize_config.bg_green = 255;
            config.resize_config.bg_blue = 255;
        });
        let image = gray(8, 4);
        let result = manipulate(&image, &thumbnail).unwrap();
        let rows: Vec<_> = result.data().chunks(8).collect();
        assert!(
            rows[..2]
                .iter()
                .chain(&rows[6..])
                .all(|row| *row == [255; 8])
        );
        assert_eq!(rows[2..6].concat(), **image.data());
    }

    #[test]
    fn keeping_the_aspect_ratio_cuts_the_sides_off() {
        let resize = |keep| {
            config(|config| {
                config.enable_resize = true;
                config.resize_config.width = 4;
                config.resize_config.height = 4;
                config.resize_config.keep_aspect_ratio = keep;
            })
        };
        let image = gray(8, 4);
        let cut = manipulate(&image, &resize(true)).unwrap();
        assert_eq!(cut, image.cropped(2, 0, 4, 4).unwrap());
        let stretched = manipulate(&image, &resize(false)).unwrap();
        assert_eq!(stretched, image.scaled(4, 4, Sampling::Bilinear).unwrap());
    }

    #[test]
    fn a_quarter_turn_into_a_turned_size_shows_all() {
        let turn = config(|config| {
            config.enable_resize = true;
            config.resize_config.width = 4;
            config.resize_config.height = 8;
            config.resize_config.enable_rotation = true;
            config.resize_config.rotation_angle_deg = 90.0;
        });
        let image = gray(8, 4);
        let turned = manipulate(&image, &turn).unwrap();
        // Clockwise: the first row becomes the last column.
        let column: Vec<_> = turned.data().chunks(4).map(|row| row[3]).collect();
        assert_eq!(column, &image.data()[..8]);
    }

    #[test]
    fn flips_and_formats_come_last() {
        let flip = config(|config| {
            config.enable_format = true;
            config.format_config.flip_horizontal = true;
            config.format_config.r#type = FrameType::BGR888p;
        });
        let result = manipulate(&gray(8, 4), &flip).unwrap();
        assert_eq!(result.kind(), FrameType::BGR888p);
        assert_eq!(result.data()[..8], [70, 60, 50, 40, 30, 20, 10, 0]);
        assert_eq!(
            outline(Outline::of(&gray(8, 4)), &flip).unwrap(),
            Outline::of(&result)
        );
    }
}
