//! Raw frames of a sensor: a picture in, the numbers that a sensor would have read, as they are stored, out.
//!
//! A colour sensor has one colour for each pixel: red and green in even rows, green and blue in odd ones. Which colour a sensor
//! of the device begins with is not known here. Numbers of 10 and 12 bits are packed as MIPI CSI-2 has them.

use oakc_runtime_schema::image::FrameType;

use crate::image::{Image, ImageError};

/// What a sensor sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sees {
    /// Brightness.
    Brightness,
    /// A mosaic of colours.
    Colours,
}

/// Whether frames of a format are what a sensor gives.
pub const fn is_raw(kind: FrameType) -> bool {
    use FrameType as F;
    matches!(
        kind,
        F::RAW8 | F::RAW10 | F::RAW12 | F::RAW14 | F::RAW16 | F::PACK10 | F::PACK12
    )
}

/// The bytes of a raw frame that shows a picture; its size is the picture's.
///
/// # Errors
/// Where the format is not one of a sensor.
pub fn raw(image: &Image, kind: FrameType, sees: Sees) -> Result<Vec<u8>, ImageError> {
    use FrameType as F;
    if !is_raw(kind) {
        return Err(ImageError::Format(kind));
    }
    let numbers = numbers(image, sees)?;
    let shifted = |bits: u8| {
        let numbers = numbers.iter();
        numbers.flat_map(move |number| (u16::from(*number) << bits).to_le_bytes())
    };
    let rows = || numbers.chunks(image.width());
    Ok(match kind {
        F::RAW10 => shifted(2).collect(),
        F::RAW12 => shifted(4).collect(),
        F::RAW14 => shifted(6).collect(),
        F::RAW16 => shifted(8).collect(),
        F::PACK10 => rows().flat_map(|row| packed(row, 4)).collect(),
        F::PACK12 => rows().flat_map(|row| packed(row, 2)).collect(),
        _ => numbers,
    })
}

/// The upper 8 bits of so many numbers, and a byte with the lower ones of all of them: 0, as a picture has 8 bits.
fn packed(row: &[u8], together: usize) -> impl Iterator<Item = u8> + '_ {
    row.chunks(together).flat_map(move |numbers| {
        let missing = together - numbers.len();
        let numbers = numbers.iter().copied();
        numbers.chain(std::iter::repeat_n(0, missing + 1))
    })
}

/// A number of 8 bits for each pixel.
fn numbers(image: &Image, sees: Sees) -> Result<Vec<u8>, ImageError> {
    if sees == Sees::Brightness {
        return Ok(image.converted(FrameType::GRAY8)?.data().to_vec());
    }
    let rgb = image.rgb()?;
    let pixels = rgb.as_chunks::<3>().0.iter().enumerate();
    let numbers = pixels.map(|(at, [red, green, blue])| {
        let (x, y) = (at % image.width(), at / image.width());
        match (x % 2, y % 2) {
            (0, 0) => *red,
            (1, 1) => *blue,
            _ => *green,
        }
    });
    Ok(numbers.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Red, green and blue are 1, 2 and 3.
    fn picture(width: usize, height: usize) -> Image {
        let pixels = [1, 2, 3].repeat(width * height);
        Image::new(FrameType::RGB888i, width, height, pixels).unwrap()
    }

    #[test]
    fn a_mosaic_has_one_colour_for_each_pixel() {
        let numbers = raw(&picture(4, 2), FrameType::RAW8, Sees::Colours).unwrap();
        assert_eq!(numbers, [1, 2, 1, 2, 2, 3, 2, 3]);
        let gray = Image::new(FrameType::GRAY8, 2, 1, vec![7, 9]).unwrap();
        assert_eq!(
            raw(&gray, FrameType::RAW8, Sees::Brightness).unwrap(),
            [7, 9]
        );
    }

    #[test]
    fn ten_bits_are_packed_with_their_lower_bits_behind_each_four() {
        let packed = raw(&picture(4, 2), FrameType::PACK10, Sees::Colours).unwrap();
        assert_eq!(packed, [1, 2, 1, 2, 0, 2, 3, 2, 3, 0]);
        let packed = raw(&picture(4, 1), FrameType::PACK12, Sees::Colours).unwrap();
        assert_eq!(packed, [1, 2, 0, 1, 2, 0]);
        // The last of a row may have fewer numbers.
        let packed = raw(&picture(6, 1), FrameType::PACK10, Sees::Colours).unwrap();
        assert_eq!(packed, [1, 2, 1, 2, 0, 1, 2, 0, 0, 0]);
    }

    #[test]
    fn numbers_that_are_not_packed_take_two_bytes() {
        let numbers = raw(&picture(2, 1), FrameType::RAW10, Sees::Colours).unwrap();
        assert_eq!(numbers, [4, 0, 8, 0]);
        let other = raw(&picture(2, 1), FrameType::NV12, Sees::Colours);
        assert_eq!(other, Err(ImageError::Format(FrameType::NV12)));
    }
}
