//! Pictures: a format, a size and packed planes.

use std::sync::Arc;

use oakc_runtime_schema::image::FrameType;
use thiserror::Error;

/// The longest side of a picture, in pixels.
pub const LONGEST: usize = 1 << 14;

/// Why there is no such picture.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ImageError {
    /// A side is 0, or longer than [`LONGEST`].
    #[error("a picture cannot have {0} x {1} pixels")]
    Size(usize, usize),
    /// Chroma of half the size needs sides that can be halved.
    #[error("{0:?} needs an even width and height, not {1} x {2}")]
    Odd(FrameType, usize, usize),
    /// There is another number of bytes.
    #[error("{kind:?} of {width} x {height} pixels takes {needed} bytes, not {given}")]
    Length {
        /// The format.
        kind: FrameType,
        /// In pixels.
        width: usize,
        /// In pixels.
        height: usize,
        /// How many bytes it takes.
        needed: usize,
        /// How many there are.
        given: usize,
    },
    /// A format that is not computed with here.
    #[error("pictures in {0:?} are not computed with")]
    Format(FrameType),
    /// A file that is not a picture.
    #[error("it is not a picture that can be read: {0}")]
    File(String),
}

/// A picture. Its planes follow each other, and rows have no padding.
#[derive(Clone, PartialEq, Eq)]
pub struct Image {
    kind: FrameType,
    width: usize,
    height: usize,
    data: Arc<[u8]>,
}

impl std::fmt::Debug for Image {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} {} x {}", self.kind, self.width, self.height)
    }
}

/// A plane: rows of pixels of some channels each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plane {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Numbers for each pixel.
    pub channels: usize,
}

impl Plane {
    /// How many numbers it has.
    pub const fn len(&self) -> usize {
        self.width * self.height * self.channels
    }

    /// Whether it has none.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Bytes for each number of a format that is computed with.
///
/// # Errors
/// Of a format that is not.
pub fn depth(kind: FrameType) -> Result<usize, ImageError> {
    use FrameType as F;
    match kind {
        F::YUV444p
        | F::YUV420p
        | F::YUV422p
        | F::YUV400p
        | F::RGBA8888
        | F::RGB888p
        | F::BGR888p
        | F::RGB888i
        | F::BGR888i
        | F::RAW8
        | F::YUV444i
        | F::NV12
        | F::NV21
        | F::GRAY8 => Ok(1),
        F::RAW16
        | F::RAW14
        | F::RAW12
        | F::RAW10
        | F::RGB161616
        | F::RGBF16F16F16p
        | F::BGRF16F16F16p
        | F::RGBF16F16F16i
        | F::BGRF16F16F16i
        | F::GRAYF16 => Ok(2),
        F::YUV422i
        | F::LUT2
        | F::LUT4
        | F::LUT16
        | F::PACK10
        | F::PACK12
        | F::BITSTREAM
        | F::HDR
        | F::NONE => Err(ImageError::Format(kind)),
    }
}

/// The planes of a picture in a format.
///
/// # Errors
/// Where there is no such picture.
pub fn planes(kind: FrameType, width: usize, height: usize) -> Result<Vec<Plane>, ImageError> {
    use FrameType as F;
    depth(kind)?;
    if !(1..=LONGEST).contains(&width) || !(1..=LONGEST).contains(&height) {
        return Err(ImageError::Size(width, height));
    }
    let (across, down) = subsampling(kind);
    if !width.is_multiple_of(across) || !height.is_multiple_of(down) {
        return Err(ImageError::Odd(kind, width, height));
    }
    let plane = |across, down, channels| Plane {
        width: width / across,
        height: height / down,
        channels,
    };
    Ok(match kind {
        F::NV12 | F::NV21 => vec![plane(1, 1, 1), plane(2, 2, 2)],
        F::YUV420p | F::YUV422p | F::YUV444p => {
            vec![
                plane(1, 1, 1),
                plane(across, down, 1),
                plane(across, down, 1),
            ]
        }
        F::RGB888p | F::BGR888p | F::RGB161616 | F::RGBF16F16F16p | F::BGRF16F16F16p => {
            vec![plane(1, 1, 1); 3]
        }
        F::RGB888i | F::BGR888i | F::YUV444i | F::RGBF16F16F16i | F::BGRF16F16F16i => {
            vec![plane(1, 1, 3)]
        }
        F::RGBA8888 => vec![plane(1, 1, 4)],
        _ => vec![plane(1, 1, 1)],
    })
}

/// How many pixels share a chroma value, across and down.
pub const fn subsampling(kind: FrameType) -> (usize, usize) {
    match kind {
        FrameType::NV12 | FrameType::NV21 | FrameType::YUV420p => (2, 2),
        FrameType::YUV422p => (2, 1),
        _ => (1, 1),
    }
}

/// How many bytes a picture takes.
///
/// # Errors
/// Where there is no such picture.
pub fn size(kind: FrameType, width: usize, height: usize) -> Result<usize, ImageError> {
    let numbers: usize = planes(kind, width, height)?.iter().map(Plane::len).sum();
    Ok(numbers * depth(kind)?)
}

impl Image {
    /// A picture of these bytes.
    ///
    /// # Errors
    /// Where they are not exactly those of such a picture.
    pub fn new(
        kind: FrameType,
        width: usize,
        height: usize,
        data: impl Into<Arc<[u8]>>,
    ) -> Result<Self, ImageError> {
        let data = data.into();
        let needed = size(kind, width, height)?;
        if data.len() != needed {
            let given = data.len();
            return Err(ImageError::Length {
                kind,
                width,
                height,
                needed,
                given,
            });
        }
        Ok(Self {
            kind,
            width,
            height,
            data,
        })
    }

    /// Its format.
    pub fn kind(&self) -> FrameType {
        self.kind
    }

    /// In pixels.
    pub fn width(&self) -> usize {
        self.width
    }

    /// In pixels.
    pub fn height(&self) -> usize {
        self.height
    }

    /// All planes, one after the other.
    pub fn data(&self) -> &Arc<[u8]> {
        &self.data
    }

    /// Its planes with their bytes.
    pub fn planes(&self) -> Vec<(Plane, &[u8])> {
        // They were found when it was made.
        let planes = planes(self.kind, self.width, self.height).unwrap_or_default();
        let depth = depth(self.kind).unwrap_or(1);
        let mut rest = &*self.data;
        let planes = planes.into_iter();
        planes
            .filter_map(|plane| {
                let (bytes, after) = rest.split_at_checked(plane.len() * depth)?;
                rest = after;
                Some((plane, bytes))
            })
            .collect()
    }

    /// The same bytes in a format with the same planes: RAW8 is GRAY8.
    ///
    /// # Errors
    /// Where the other format takes another number of bytes.
    pub fn relabelled(&self, kind: FrameType) -> Result<Self, ImageError> {
        Self::new(kind, self.width, self.height, Arc::clone(&self.data))
    }

    /// A number of a picture with 16 bits each, from 0: depth, raw values.
    pub fn number16(&self, index: usize) -> Option<u16> {
        let bytes = self.data.get(index * 2..index * 2 + 2)?;
        Some(u16::from_le_bytes([*bytes.first()?, *bytes.get(1)?]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_take_the_bytes_that_the_device_gives_them() {
        let bytes = |kind| size(kind, 640, 480).unwrap();
        assert_eq!(bytes(FrameType::NV12), 640 * 480 * 3 / 2);
        assert_eq!(bytes(FrameType::YUV420p), 640 * 480 * 3 / 2);
        assert_eq!(bytes(FrameType::BGR888p), 640 * 480 * 3);
        assert_eq!(bytes(FrameType::RAW16), 640 * 480 * 2);
        assert_eq!(bytes(FrameType::BGRF16F16F16p), 640 * 480 * 6);
    }

    #[test]
    fn a_picture_has_exactly_its_bytes() {
        let made = Image::new(FrameType::GRAY8, 4, 2, vec![0; 9]);
        assert_eq!(
            made.unwrap_err().to_string(),
            "GRAY8 of 4 x 2 pixels takes 8 bytes, not 9"
        );
        let odd = Image::new(FrameType::NV12, 3, 2, vec![0; 9]);
        assert_eq!(odd.unwrap_err(), ImageError::Odd(FrameType::NV12, 3, 2));
        assert!(Image::new(FrameType::GRAY8, 0, 2, vec![]).is_err());
        assert!(Image::new(FrameType::BITSTREAM, 4, 2, vec![0; 9]).is_err());
    }
}
