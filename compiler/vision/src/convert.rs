//! From one format to another.
//!
//! Colours are BT.601 with the full range of 0 to 255, as in a JPEG, everywhere: which range the device uses is not
//! known. Chroma of half the size is the mean of its pixels one way, and repeated the other.

use half::f16;
use oakc_runtime_schema::image::FrameType;

use crate::image::{self, Image, ImageError};

/// The order of red, green and blue in a format that has them, and whether they are planes.
fn colours(kind: FrameType) -> Option<([usize; 3], bool)> {
    use FrameType as F;
    match kind {
        F::RGB888p | F::RGBF16F16F16p | F::RGB161616 => Some(([0, 1, 2], true)),
        F::BGR888p | F::BGRF16F16F16p => Some(([2, 1, 0], true)),
        F::RGB888i | F::RGBF16F16F16i => Some(([0, 1, 2], false)),
        F::BGR888i | F::BGRF16F16F16i => Some(([2, 1, 0], false)),
        _ => None,
    }
}

/// Whether a format has brightness only, in 8 bits.
pub const fn is_gray(kind: FrameType) -> bool {
    matches!(
        kind,
        FrameType::GRAY8 | FrameType::RAW8 | FrameType::YUV400p
    )
}

const fn is_half(kind: FrameType) -> bool {
    use FrameType as F;
    matches!(
        kind,
        F::RGBF16F16F16p | F::BGRF16F16F16p | F::RGBF16F16F16i | F::BGRF16F16F16i | F::GRAYF16
    )
}

const fn is_yuv(kind: FrameType) -> bool {
    use FrameType as F;
    matches!(
        kind,
        F::NV12 | F::NV21 | F::YUV420p | F::YUV422p | F::YUV444p | F::YUV444i
    )
}

impl Image {
    /// The same picture in another format. Half-precision floats have the numbers of bytes, 0 to 255.
    ///
    /// # Errors
    /// Where one of the formats is not computed with, or the size does not fit it.
    pub fn converted(&self, kind: FrameType) -> Result<Self, ImageError> {
        if kind == self.kind() {
            return Ok(self.clone());
        }
        if is_gray(kind) && is_gray(self.kind()) {
            return self.relabelled(kind);
        }
        // It has to fit before anything is computed.
        image::size(kind, self.width(), self.height())?;
        if is_gray(kind) && is_yuv(self.kind()) && self.kind() != FrameType::YUV444i {
            let luma = self.planes().first().map(|(_, bytes)| bytes.to_vec());
            return Self::new(kind, self.width(), self.height(), luma.unwrap_or_default());
        }
        if is_half(kind) {
            let bytes = self.converted(whole(kind))?;
            let data = bytes
                .data()
                .iter()
                .flat_map(|byte| f16::from(*byte).to_le_bytes());
            return Self::new(kind, self.width(), self.height(), data.collect::<Vec<_>>());
        }
        if is_half(self.kind()) {
            let numbers = self.data().chunks_exact(2);
            let data = numbers.map(|number| match number {
                [low, high] => byte(f16::from_le_bytes([*low, *high]).to_f32()),
                _ => 0,
            });
            let data: Vec<_> = data.collect();
            let bytes = Self::new(whole(self.kind()), self.width(), self.height(), data)?;
            return bytes.converted(kind);
        }
        let data = if let Some(data) = self.reordered(kind) {
            data
        } else if is_yuv(kind) && is_yuv(self.kind()) {
            from_yuv(kind, self.width(), &self.yuv444())
        } else {
            self.by_rgb(kind)?
        };
        Self::new(kind, self.width(), self.height(), data)
    }

    /// Its bytes in a format that has the same chroma in another order; none where that is not all.
    fn reordered(&self, kind: FrameType) -> Option<Vec<u8>> {
        use FrameType as F;
        if !matches!(kind, F::YUV420p | F::NV12 | F::NV21) {
            return None;
        }
        let planes = self.planes();
        let plane = |index: usize| planes.get(index).map(|(_, bytes)| *bytes);
        let pairs = || Some(plane(1)?.as_chunks::<2>().0.iter());
        let (us, vs): (Vec<u8>, Vec<u8>) = match self.kind() {
            F::YUV420p => (plane(1)?.to_vec(), plane(2)?.to_vec()),
            F::NV12 => pairs()?.map(|[u, v]| (*u, *v)).unzip(),
            F::NV21 => pairs()?.map(|[v, u]| (*u, *v)).unzip(),
            _ => return None,
        };
        Some(with_chroma(kind, plane(0)?.to_vec(), &us, &vs))
    }

    fn by_rgb(&self, kind: FrameType) -> Result<Vec<u8>, ImageError> {
        let rgb = self.rgb()?;
        let (pixels, _) = rgb.as_chunks::<3>();
        if let Some((order, is_planar)) = colours(kind).filter(|_| kind != FrameType::RGB161616) {
            return Ok(if is_planar {
                let planes = order.iter();
                planes
                    .flat_map(|of| pixels.iter().map(move |pixel| pick(*pixel, *of)))
                    .collect()
            } else {
                pixels
                    .iter()
                    .flat_map(|pixel| order.map(|of| pick(*pixel, of)))
                    .collect()
            });
        }
        if is_gray(kind) {
            return Ok(pixels.iter().map(|pixel| luma(*pixel)).collect());
        }
        if kind == FrameType::RGBA8888 {
            let pixels = pixels.iter();
            return Ok(pixels.flat_map(|[r, g, b]| [*r, *g, *b, 255]).collect());
        }
        if is_yuv(kind) {
            let yuv: Vec<_> = pixels.iter().map(|pixel| yuv(*pixel)).collect();
            return Ok(from_yuv(kind, self.width(), &yuv));
        }
        Err(ImageError::Format(kind))
    }

    /// Its pixels as red, green and blue, interleaved.
    ///
    /// # Errors
    /// Where its format is not computed with.
    pub fn rgb(&self) -> Result<Vec<u8>, ImageError> {
        let kind = self.kind();
        let data = self.data();
        if kind == FrameType::RGB888i {
            return Ok(data.to_vec());
        }
        if is_gray(kind) {
            return Ok(data.iter().flat_map(|gray| [*gray; 3]).collect());
        }
        if is_yuv(kind) {
            return Ok(self.yuv444().into_iter().flat_map(rgb).collect());
        }
        match kind {
            FrameType::BGR888i => {
                let (pixels, _) = data.as_chunks::<3>();
                Ok(pixels.iter().flat_map(|[b, g, r]| [*r, *g, *b]).collect())
            }
            FrameType::RGBA8888 => {
                let (pixels, _) = data.as_chunks::<4>();
                Ok(pixels
                    .iter()
                    .flat_map(|[r, g, b, _]| [*r, *g, *b])
                    .collect())
            }
            FrameType::RGB888p | FrameType::BGR888p => {
                let planes = self.planes();
                let plane = |index: usize| planes.get(index).map_or(&[][..], |(_, bytes)| bytes);
                let (order, _) = colours(kind).unwrap_or(([0, 1, 2], true));
                let [red, green, blue] = order.map(plane);
                let pixels = red.iter().zip(green).zip(blue);
                Ok(pixels.flat_map(|((r, g), b)| [*r, *g, *b]).collect())
            }
            _ if is_half(kind) => self.converted(FrameType::RGB888i)?.rgb(),
            _ => Err(ImageError::Format(kind)),
        }
    }

    /// Brightness and chroma of each pixel of a picture in YUV.
    fn yuv444(&self) -> Vec<[u8; 3]> {
        let planes = self.planes();
        let plane = |index: usize| planes.get(index).map_or(&[][..], |(_, bytes)| bytes);
        let luma = plane(0);
        if self.kind() == FrameType::YUV444i {
            return luma.as_chunks::<3>().0.to_vec();
        }
        let (across, down) = image::subsampling(self.kind());
        let columns = self.width() / across;
        let chroma = |at: usize| match self.kind() {
            FrameType::NV12 => (plane(1).get(at * 2), plane(1).get(at * 2 + 1)),
            FrameType::NV21 => (plane(1).get(at * 2 + 1), plane(1).get(at * 2)),
            _ => (plane(1).get(at), plane(2).get(at)),
        };
        let mut pixels = Vec::with_capacity(luma.len());
        for (row, luma) in luma.chunks_exact(self.width()).enumerate() {
            for (column, luma) in luma.iter().enumerate() {
                let (u, v) = chroma(row / down * columns + column / across);
                pixels.push([*luma, u.copied().unwrap_or(128), v.copied().unwrap_or(128)]);
            }
        }
        pixels
    }
}

/// The format with bytes that is like one with half-precision floats.
const fn whole(kind: FrameType) -> FrameType {
    use FrameType as F;
    match kind {
        F::RGBF16F16F16p => F::RGB888p,
        F::BGRF16F16F16p => F::BGR888p,
        F::RGBF16F16F16i => F::RGB888i,
        F::BGRF16F16F16i => F::BGR888i,
        _ => F::GRAY8,
    }
}

fn pick(pixel: [u8; 3], channel: usize) -> u8 {
    pixel.get(channel).copied().unwrap_or_default()
}

/// A picture in a format with chroma.
fn from_yuv(kind: FrameType, width: usize, pixels: &[[u8; 3]]) -> Vec<u8> {
    if kind == FrameType::YUV444i {
        return pixels.iter().flatten().copied().collect();
    }
    let data: Vec<_> = pixels.iter().map(|[luma, _, _]| *luma).collect();
    let (across, down) = image::subsampling(kind);
    let (mut us, mut vs) = (Vec::new(), Vec::new());
    let count = u32::try_from(across * down).unwrap_or(1);
    let mean = |sum: u32| u8::try_from(sum / count).unwrap_or(u8::MAX);
    for band in pixels.chunks(width.max(1) * down) {
        let mut sums = vec![[count / 2; 2]; width / across];
        for row in band.chunks(width.max(1)) {
            for ([u, v], cell) in sums.iter_mut().zip(row.chunks(across)) {
                for [_, pu, pv] in cell {
                    *u += u32::from(*pu);
                    *v += u32::from(*pv);
                }
            }
        }
        us.extend(sums.iter().map(|[u, _]| mean(*u)));
        vs.extend(sums.iter().map(|[_, v]| mean(*v)));
    }
    with_chroma(kind, data, &us, &vs)
}

/// Brightness and the planes of chroma, in the order of a format.
fn with_chroma(kind: FrameType, brightness: Vec<u8>, us: &[u8], vs: &[u8]) -> Vec<u8> {
    let mut data = brightness;
    match kind {
        FrameType::NV12 => data.extend(us.iter().zip(vs).flat_map(|(u, v)| [*u, *v])),
        FrameType::NV21 => data.extend(us.iter().zip(vs).flat_map(|(u, v)| [*v, *u])),
        _ => {
            data.extend(us);
            data.extend(vs);
        }
    }
    data
}

/// The nearest byte.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float becomes the nearest byte"
)]
pub(crate) fn byte(number: f32) -> u8 {
    (number + 0.5) as u8
}

/// Parts of 65536, rounded.
const fn scaled(sum: i32) -> u8 {
    let rounded = (sum + (1 << 15)) >> 16;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is within a byte"
    )]
    if rounded < 0 {
        0
    } else if rounded > 255 {
        255
    } else {
        rounded as u8
    }
}

/// Brightness of a pixel.
pub(crate) fn luma([red, green, blue]: [u8; 3]) -> u8 {
    let [red, green, blue] = [red, green, blue].map(i32::from);
    scaled(19_595 * red + 38_470 * green + 7_471 * blue)
}

/// Brightness and chroma of a pixel of red, green and blue.
pub(crate) fn yuv(pixel: [u8; 3]) -> [u8; 3] {
    let [red, green, blue] = pixel.map(i32::from);
    let middle = 128 << 16;
    [
        luma(pixel),
        scaled(middle - 11_059 * red - 21_709 * green + 32_768 * blue),
        scaled(middle + 32_768 * red - 27_439 * green - 5_329 * blue),
    ]
}

/// Red, green and blue of a pixel of brightness and chroma.
pub(crate) fn rgb([luma, u, v]: [u8; 3]) -> [u8; 3] {
    let luma = i32::from(luma) << 16;
    let (u, v) = (i32::from(u) - 128, i32::from(v) - 128);
    [
        scaled(luma + 91_881 * v),
        scaled(luma - 22_554 * u - 46_802 * v),
        scaled(luma + 116_130 * u),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture with different colours.
    fn colourful() -> Image {
        let data: Vec<u8> = (0..16_u8 * 3).map(|n| n.wrapping_mul(37)).collect();
        Image::new(FrameType::RGB888i, 4, 4, data).unwrap()
    }

    #[test]
    fn what_is_only_stored_in_another_order_comes_back_as_it_was() {
        use FrameType as F;
        let picture = colourful();
        for kind in [
            F::RGB888p,
            F::BGR888p,
            F::BGR888i,
            F::RGBA8888,
            F::RGBF16F16F16p,
            F::BGRF16F16F16p,
            F::RGBF16F16F16i,
            F::BGRF16F16F16i,
        ] {
            let there = picture.converted(kind).unwrap();
            assert_eq!(there.converted(F::RGB888i).unwrap(), picture, "{kind:?}");
        }
    }

    #[test]
    fn chroma_in_another_order_is_the_same_chroma() {
        use FrameType as F;
        let data: Vec<u8> = (0..24).collect();
        let nv12 = Image::new(F::NV12, 4, 4, data).unwrap();
        let planes = nv12.converted(F::YUV420p).unwrap();
        assert_eq!(planes.data()[16..], [16, 18, 20, 22, 17, 19, 21, 23]);
        let nv21 = planes.converted(F::NV21).unwrap();
        assert_eq!(nv21.data()[16..20], [17, 16, 19, 18]);
        assert_eq!(nv21.converted(F::NV12).unwrap(), nv12);
        // As by the long way.
        let whole = nv12.converted(F::YUV444i).unwrap();
        assert_eq!(whole.converted(F::YUV420p).unwrap(), planes);
    }

    #[test]
    fn blue_comes_first_in_bgr() {
        let picture = Image::new(FrameType::RGB888i, 1, 1, vec![1, 2, 3]).unwrap();
        let data = |kind| picture.converted(kind).unwrap().data().to_vec();
        assert_eq!(data(FrameType::BGR888p), [3, 2, 1]);
        assert_eq!(data(FrameType::RGB888p), [1, 2, 3]);
    }

    #[test]
    fn yuv_of_full_size_differs_by_rounding_only() {
        for kind in [FrameType::YUV444p, FrameType::YUV444i] {
            let picture = colourful();
            let there = picture.converted(kind).unwrap();
            let back = there.converted(FrameType::RGB888i).unwrap();
            let differences = back.data().iter().zip(&**picture.data());
            let most = differences.map(|(a, b)| a.abs_diff(*b)).max();
            assert!(most.unwrap() <= 2, "{most:?}");
        }
    }

    #[test]
    fn white_black_and_gray_have_no_chroma() {
        for gray in [0, 128, 255] {
            assert_eq!(yuv([gray; 3]), [gray, 128, 128]);
            assert_eq!(rgb([gray, 128, 128]), [gray; 3]);
        }
        assert_eq!(yuv([255, 0, 0])[0], 76);
    }

    #[test]
    fn nv12_and_yuv420p_have_the_same_numbers_in_another_order() {
        let picture = colourful();
        let nv12 = picture.converted(FrameType::NV12).unwrap();
        let planar = picture.converted(FrameType::YUV420p).unwrap();
        assert_eq!(nv12.converted(FrameType::YUV420p).unwrap(), planar);
        let nv21 = nv12.converted(FrameType::NV21).unwrap();
        assert_eq!(nv21.data()[16], nv12.data()[17]);
        assert_eq!(nv12.data()[..16], planar.data()[..16]);
    }

    #[test]
    fn depth_is_not_a_picture_in_colours() {
        let depth = Image::new(FrameType::RAW16, 2, 2, vec![0; 8]).unwrap();
        assert_eq!(
            depth.converted(FrameType::NV12),
            Err(ImageError::Format(FrameType::RAW16))
        );
    }
}
