//! Crops, scales, turns and warps: each is a [`Map`] from the result's pixels to the picture's.
//!
//! Positions are continuous: a pixel covers one unit, and its centre is at .5. So half the size, twice the size and turned
//! need no corrections.

use oakc_runtime_schema::image::FrameType;

use crate::image::{self, Image, ImageError, Plane};

/// A perspective map, row by row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Map([f64; 9]);

#[expect(
    clippy::many_single_char_names,
    reason = "the numbers of a matrix have no other names"
)]
impl Map {
    /// Everything stays where it is.
    pub const IDENTITY: Self = Self([1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0]);

    /// These nine numbers, row by row.
    pub const fn new(numbers: [f64; 9]) -> Self {
        Self(numbers)
    }

    /// Moves by so many pixels.
    pub const fn moved(x: f64, y: f64) -> Self {
        Self([1.0, 0.0, x, 0.0, 1.0, y, 0.0, 0.0, 1.0])
    }

    /// Scales around the top left.
    pub const fn scaled(x: f64, y: f64) -> Self {
        Self([x, 0.0, 0.0, 0.0, y, 0.0, 0.0, 0.0, 1.0])
    }

    /// Turns around the top left: by a positive angle clockwise, as pictures are looked at.
    pub fn turned(radians: f64) -> Self {
        let (sine, cosine) = radians.sin_cos();
        Self([cosine, -sine, 0.0, sine, cosine, 0.0, 0.0, 0.0, 1.0])
    }

    /// First this, then another.
    #[must_use]
    pub fn then(&self, next: &Self) -> Self {
        let (Self([a, b, c, d, e, f, g, h, i]), Self(n)) = (*self, *next);
        let row = |x: f64, y: f64, z: f64| {
            [
                x * a + y * d + z * g,
                x * b + y * e + z * h,
                x * c + y * f + z * i,
            ]
        };
        let [r0, r1, r2, r3, r4, r5, r6, r7, r8] = n;
        let (first, second, third) = (row(r0, r1, r2), row(r3, r4, r5), row(r6, r7, r8));
        let [a, b, c] = first;
        let [d, e, f] = second;
        let [g, h, i] = third;
        Self([a, b, c, d, e, f, g, h, i])
    }

    /// The way back; none where everything would be on a line.
    pub fn inverse(&self) -> Option<Self> {
        let [a, b, c, d, e, f, g, h, i] = self.0;
        let (first, second, third) = (e * i - f * h, f * g - d * i, d * h - e * g);
        let determinant = a * first + b * second + c * third;
        if determinant.abs() < 1e-12 || !determinant.is_finite() {
            return None;
        }
        let inverse = [
            first,
            c * h - b * i,
            b * f - c * e,
            second,
            a * i - c * g,
            c * d - a * f,
            third,
            b * g - a * h,
            a * e - b * d,
        ];
        Some(Self(inverse.map(|number| number / determinant)))
    }

    /// Where a position goes; none at infinity.
    pub fn apply(&self, x: f64, y: f64) -> Option<(f64, f64)> {
        let [a, b, c, d, e, f, g, h, i] = self.0;
        let weight = g * x + h * y + i;
        if weight.abs() < 1e-9 {
            return None;
        }
        Some(((a * x + b * y + c) / weight, (d * x + e * y + f) / weight))
    }

    /// The map that takes the corners of a rectangle of this size, clockwise from the top left, to four points; none
    /// where three of them are on a line.
    pub fn to_quadrilateral(width: f64, height: f64, points: [(f64, f64); 4]) -> Option<Self> {
        let [(x0, y0), (x1, y1), (x2, y2), (x3, y3)] = points;
        let (dx1, dx2, dx3) = (x1 - x2, x3 - x2, x0 - x1 + x2 - x3);
        let (dy1, dy2, dy3) = (y1 - y2, y3 - y2, y0 - y1 + y2 - y3);
        let determinant = dx1 * dy2 - dx2 * dy1;
        if determinant.abs() < 1e-12 {
            return None;
        }
        let g = (dx3 * dy2 - dx2 * dy3) / determinant;
        let h = (dx1 * dy3 - dx3 * dy1) / determinant;
        let unit = Self([
            x1 - x0 + g * x1,
            x3 - x0 + h * x3,
            x0,
            y1 - y0 + g * y1,
            y3 - y0 + h * y3,
            y0,
            g,
            h,
            1.0,
        ]);
        Some(Self::scaled(1.0 / width, 1.0 / height).then(&unit))
    }
}

/// What is seen beyond the edges of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Border {
    /// The pixels of the edge.
    Replicate,
    /// A colour: red, green, blue.
    Fill([u8; 3]),
}

/// How values between pixels are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sampling {
    /// Weighted mean of the four nearest pixels.
    Bilinear,
    /// From the sixteen nearest pixels.
    Bicubic,
    /// The nearest pixel.
    Nearest,
}

impl Image {
    /// A picture of this size, whose pixels come from where `map` says.
    ///
    /// # Errors
    /// Where the format is not computed with or the size does not fit it.
    pub fn warped(
        &self,
        width: usize,
        height: usize,
        map: &Map,
        sampling: Sampling,
        border: Border,
    ) -> Result<Self, ImageError> {
        self.resampled((width, height), sampling, border, |to_picture, to_plane| {
            let map = to_picture.then(map).then(&to_plane);
            move |x, y| map.apply(x, y)
        })
    }

    /// A picture of this size. `locate` tells for each plane, from the map from its pixels to those of the result and the
    /// map from those of the picture to those of the picture's plane, where its pixels come from.
    pub(crate) fn resampled<P>(
        &self,
        (width, height): (usize, usize),
        sampling: Sampling,
        border: Border,
        locate: impl Fn(Map, Map) -> P,
    ) -> Result<Self, ImageError>
    where
        P: Fn(f64, f64) -> Option<(f64, f64)>,
    {
        let planes = image::planes(self.kind(), width, height)?;
        let depth = image::depth(self.kind())?;
        let fill = fills(self.kind(), border);
        let mut data = Vec::with_capacity(image::size(self.kind(), width, height)?);
        for (index, (to, (from, bytes))) in planes.iter().zip(self.planes()).enumerate() {
            let fill = fill.as_ref().and_then(|fill| fill.get(index));
            let source = Source {
                plane: from,
                bytes,
                depth,
                is_half: is_half(self.kind()),
                fill: fill.copied(),
            };
            // A position in the plane of the result is one in the result, mapped, and one in the plane of the picture.
            let to_picture = Map::scaled(ratio(width, to.width), ratio(height, to.height));
            let to_plane = Map::scaled(
                ratio(from.width, self.width()),
                ratio(from.height, self.height()),
            );
            let place = locate(to_picture, to_plane);
            source.sample(*to, &place, sampling, &mut data);
        }
        Self::new(self.kind(), width, height, data)
    }

    /// The whole picture in another size.
    ///
    /// # Errors
    /// As [`Image::warped`].
    pub fn scaled(&self, width: usize, height: usize, by: Sampling) -> Result<Self, ImageError> {
        if (width, height) == (self.width(), self.height()) {
            return Ok(self.clone());
        }
        if width == 0 || height == 0 {
            return Err(ImageError::Size(width, height));
        }
        let map = Map::scaled(ratio(self.width(), width), ratio(self.height(), height));
        self.warped(width, height, &map, by, Border::Replicate)
    }

    /// A part of the picture, from a pixel on. What lies beyond its edges repeats them.
    ///
    /// # Errors
    /// As [`Image::warped`].
    pub fn cropped(
        &self,
        x: usize,
        y: usize,
        width: usize,
        height: usize,
    ) -> Result<Self, ImageError> {
        if (x, y, width, height) == (0, 0, self.width(), self.height()) {
            return Ok(self.clone());
        }
        if let Some(data) = self.rows(x, y, width, height)? {
            return Self::new(self.kind(), width, height, data);
        }
        let map = Map::moved(float(x), float(y));
        self.warped(width, height, &map, Sampling::Nearest, Border::Replicate)
    }
}

impl Image {
    /// The bytes of a part that lies inside and begins at a value of each plane; `None` for any other.
    fn rows(
        &self,
        x: usize,
        y: usize,
        width: usize,
        height: usize,
    ) -> Result<Option<Vec<u8>>, ImageError> {
        let (across, down) = image::subsampling(self.kind());
        let is_inside = x + width <= self.width() && y + height <= self.height();
        if !is_inside || !x.is_multiple_of(across) || !y.is_multiple_of(down) {
            return Ok(None);
        }
        let depth = image::depth(self.kind())?;
        let mut data = Vec::with_capacity(image::size(self.kind(), width, height)?);
        let parts = image::planes(self.kind(), width, height)?;
        for (part, (plane, bytes)) in parts.iter().zip(self.planes()) {
            let (across, down) = (self.width() / plane.width, self.height() / plane.height);
            let pixel = plane.channels * depth;
            let rows = bytes.chunks_exact(plane.width * pixel);
            for row in rows.skip(y / down).take(part.height) {
                let start = x / across * pixel;
                data.extend(
                    row.get(start..start + part.width * pixel)
                        .unwrap_or_default(),
                );
            }
        }
        Ok(Some(data))
    }
}

/// One length in units of another.
fn ratio(whole: usize, part: usize) -> f64 {
    float(whole) / float(part)
}

#[expect(clippy::cast_precision_loss, reason = "sides of pictures are short")]
pub(crate) fn float(length: usize) -> f64 {
    length as f64
}

const fn is_half(kind: FrameType) -> bool {
    use FrameType as F;
    matches!(
        kind,
        F::RGBF16F16F16p | F::BGRF16F16F16p | F::RGBF16F16F16i | F::BGRF16F16F16i | F::GRAYF16
    )
}

/// What fills each plane, channel by channel; none where edges are repeated.
fn fills(kind: FrameType, border: Border) -> Option<Vec<[f32; 4]>> {
    use FrameType as F;
    let Border::Fill(colour) = border else {
        return None;
    };
    let [y, u, v] = crate::convert::yuv(colour).map(f32::from);
    let [red, green, blue] = colour.map(f32::from);
    let one = |value: f32| [value, 0.0, 0.0, 0.0];
    Some(match kind {
        F::NV12 => vec![one(y), [u, v, 0.0, 0.0]],
        F::NV21 => vec![one(y), [v, u, 0.0, 0.0]],
        F::YUV420p | F::YUV422p | F::YUV444p => vec![one(y), one(u), one(v)],
        F::YUV444i => vec![[y, u, v, 0.0]],
        F::RGB888p | F::RGBF16F16F16p | F::RGB161616 => vec![one(red), one(green), one(blue)],
        F::BGR888p | F::BGRF16F16F16p => vec![one(blue), one(green), one(red)],
        F::BGR888i | F::BGRF16F16F16i => vec![[blue, green, red, 0.0]],
        F::RGB888i | F::RGBF16F16F16i | F::RGBA8888 => vec![[red, green, blue, 255.0]],
        F::RAW16 | F::RAW14 | F::RAW12 | F::RAW10 => vec![one(0.0)],
        _ => vec![one(y)],
    })
}

/// A plane that is looked at.
struct Source<'a> {
    plane: Plane,
    bytes: &'a [u8],
    depth: usize,
    is_half: bool,
    fill: Option<[f32; 4]>,
}

impl Source<'_> {
    fn sample(
        &self,
        to: Plane,
        place: &impl Fn(f64, f64) -> Option<(f64, f64)>,
        sampling: Sampling,
        data: &mut Vec<u8>,
    ) {
        for row in 0..to.height {
            for column in 0..to.width {
                let position = place(float(column) + 0.5, float(row) + 0.5);
                let (x, y) = position.unwrap_or((-1e9, -1e9));
                for channel in 0..to.channels {
                    let value = match sampling {
                        Sampling::Nearest => self.at(floor(x), floor(y), channel),
                        Sampling::Bilinear => self.bilinear(x - 0.5, y - 0.5, channel),
                        Sampling::Bicubic => self.bicubic(x - 0.5, y - 0.5, channel),
                    };
                    self.push(value, data);
                }
            }
        }
    }

    fn push(&self, value: f32, data: &mut Vec<u8>) {
        match (self.depth, self.is_half) {
            (1, _) => data.push(crate::convert::byte(value)),
            (_, true) => data.extend(half::f16::from_f32(value).to_le_bytes()),
            _ => {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a float becomes the nearest number of 16 bits"
                )]
                let number = (value + 0.5) as u16;
                data.extend(number.to_le_bytes());
            }
        }
    }

    fn at(&self, x: i64, y: i64, channel: usize) -> f32 {
        let (last_x, last_y) = (last(self.plane.width), last(self.plane.height));
        let is_inside = (0..=last_x).contains(&x) && (0..=last_y).contains(&y);
        if let Some(fill) = self.fill.filter(|_| !is_inside) {
            return fill.get(channel).copied().unwrap_or_default();
        }
        let index = |at: i64, last: i64| usize::try_from(at.clamp(0, last)).unwrap_or(0);
        let row = index(y, last_y) * self.plane.width;
        let number = (row + index(x, last_x)) * self.plane.channels + channel;
        if self.depth == 1 {
            return self.bytes.get(number).copied().map_or(0.0, f32::from);
        }
        let bytes = self.bytes.get(number * 2..number * 2 + 2);
        let Some([low, high]) = bytes else { return 0.0 };
        if self.is_half {
            half::f16::from_le_bytes([*low, *high]).to_f32()
        } else {
            f32::from(u16::from_le_bytes([*low, *high]))
        }
    }

    fn bilinear(&self, x: f64, y: f64, channel: usize) -> f32 {
        let (left, top) = (floor(x), floor(y));
        let (right, down) = (part(x), part(y));
        let row = |y: i64| {
            let start = self.at(left, y, channel);
            start + (self.at(left + 1, y, channel) - start) * right
        };
        let first = row(top);
        first + (row(top + 1) - first) * down
    }

    /// With the weights of OpenCV, whose parameter is -0.75.
    fn bicubic(&self, x: f64, y: f64, channel: usize) -> f32 {
        let (left, top) = (floor(x), floor(y));
        let (across, down) = (cubic(part(x)), cubic(part(y)));
        let mut sum = 0.0;
        for (row, vertical) in (-1..).zip(down) {
            for (column, horizontal) in (-1..).zip(across) {
                sum += self.at(left + column, top + row, channel) * vertical * horizontal;
            }
        }
        let most = match (self.depth, self.is_half) {
            (1, _) | (_, true) => 255.0,
            _ => 65_535.0,
        };
        sum.clamp(0.0, most)
    }
}

fn cubic(part: f32) -> [f32; 4] {
    const A: f32 = -0.75;
    let far = |x: f32| ((A * x - 5.0 * A) * x + 8.0 * A) * x - 4.0 * A;
    let near = |x: f32| ((A + 2.0) * x - (A + 3.0)) * x * x + 1.0;
    let (first, second, third) = (far(part + 1.0), near(part), near(1.0 - part));
    [first, second, third, 1.0 - first - second - third]
}

fn last(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX) - 1
}

/// The pixel at a position, within reason.
#[expect(clippy::cast_possible_truncation, reason = "the range is limited")]
fn floor(position: f64) -> i64 {
    position.clamp(-1e9, 1e9).floor() as i64
}

/// How far into its pixel a position is, 0 to 1.
#[expect(clippy::cast_possible_truncation, reason = "a weight needs no more")]
fn part(position: f64) -> f32 {
    let position = position.clamp(-1e9, 1e9);
    (position - position.floor()) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gray(width: usize, data: &[u8]) -> Image {
        Image::new(FrameType::GRAY8, width, data.len() / width, data.to_vec()).unwrap()
    }

    #[test]
    fn a_map_and_its_inverse_cancel_out() {
        let points = [(3.0, 1.0), (9.0, 2.0), (8.0, 7.0), (1.0, 6.0)];
        let map = Map::to_quadrilateral(10.0, 20.0, points).unwrap();
        let corners = [(0.0, 0.0), (10.0, 0.0), (10.0, 20.0), (0.0, 20.0)];
        for (corner, point) in corners.into_iter().zip(points) {
            let (x, y) = map.apply(corner.0, corner.1).unwrap();
            assert!((x - point.0).abs() < 1e-9 && (y - point.1).abs() < 1e-9);
            let (x, y) = map.inverse().unwrap().apply(x, y).unwrap();
            assert!((x - corner.0).abs() < 1e-9 && (y - corner.1).abs() < 1e-9);
        }
        assert!(Map::to_quadrilateral(1.0, 1.0, [(0.0, 0.0); 4]).is_none());
    }

    #[test]
    fn a_part_has_the_pixels_that_it_is_cut_from() {
        use FrameType as F;
        let pixels = (0..16_u8).flat_map(|y| (0..16_u8).flat_map(move |x| [x * 16, y * 16, x ^ y]));
        let image = Image::new(F::RGB888i, 16, 16, pixels.collect::<Vec<_>>()).unwrap();
        for kind in [
            F::NV12,
            F::YUV420p,
            F::YUV422p,
            F::RGB888i,
            F::BGR888p,
            F::GRAY8,
        ] {
            let image = image.converted(kind).unwrap();
            let part = image.cropped(4, 2, 8, 6).unwrap();
            let map = Map::moved(4.0, 2.0);
            let warped = image.warped(8, 6, &map, Sampling::Nearest, Border::Replicate);
            assert_eq!(part.data(), warped.unwrap().data(), "{kind:?}");
        }
    }

    #[test]
    fn twice_the_size_is_between_the_pixels() {
        let image = gray(2, &[0, 100]).scaled(4, 1, Sampling::Bilinear).unwrap();
        assert_eq!(**image.data(), [0, 25, 75, 100]);
        let image = gray(2, &[0, 100]).scaled(4, 1, Sampling::Nearest).unwrap();
        assert_eq!(**image.data(), [0, 0, 100, 100]);
    }

    #[test]
    fn a_quarter_turn_is_exact() {
        let image = gray(2, &[1, 2, 3, 4]);
        // Turned clockwise; the map goes back.
        let map = Map::moved(-1.0, -1.0)
            .then(&Map::turned(-std::f64::consts::FRAC_PI_2))
            .then(&Map::moved(1.0, 1.0));
        let turned = image.warped(2, 2, &map, Sampling::Bilinear, Border::Fill([9; 3]));
        assert_eq!(**turned.unwrap().data(), [3, 1, 4, 2]);
    }

    #[test]
    fn beyond_the_edges_there_is_the_border() {
        let image = gray(2, &[1, 2, 3, 4]);
        let map = Map::moved(-1.0, 0.0);
        let see = |border| image.warped(3, 1, &map, Sampling::Nearest, border).unwrap();
        assert_eq!(**see(Border::Fill([7; 3])).data(), [7, 1, 2]);
        assert_eq!(**see(Border::Replicate).data(), [1, 1, 2]);
    }

    #[test]
    fn chroma_moves_with_its_pixels() {
        let rgb: Vec<u8> = (0..4 * 4)
            .flat_map(|n| if n % 4 < 2 { [255, 0, 0] } else { [0, 0, 255] })
            .collect();
        let image = Image::new(FrameType::RGB888i, 4, 4, rgb).unwrap();
        let nv12 = image.converted(FrameType::NV12).unwrap();
        let right = nv12.cropped(2, 0, 2, 4).unwrap();
        let expected = image.cropped(2, 0, 2, 4).unwrap();
        assert_eq!(right, expected.converted(FrameType::NV12).unwrap());
    }
}
