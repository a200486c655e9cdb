//! Colours for numbers: TURBO and JET.

use oakc_runtime_schema::image::{Colormap, FrameType};

use crate::convert::{byte, luma};
use crate::image::{Image, ImageError};

/// A gray picture in colours: the first colour for numbers up to the first of `range`, the last from the second on.
///
/// # Errors
/// Where the picture is not gray.
pub fn coloured(
    image: &Image,
    map: Colormap,
    (first, last): (i32, i32),
) -> Result<Image, ImageError> {
    let gray = image.converted(FrameType::GRAY8)?;
    let width = f64::from((last - first).max(1));
    let table: Vec<_> = (0..=255_u8)
        .map(|number| {
            let part = (f64::from(i32::from(number) - first) / width).clamp(0.0, 1.0);
            colour(map, number, part)
        })
        .collect();
    let colours = gray.data().iter();
    let colours = colours.flat_map(|gray| {
        let colour = table.get(usize::from(*gray));
        colour.copied().unwrap_or_default()
    });
    let data: Vec<_> = colours.collect();
    Image::new(FrameType::RGB888i, image.width(), image.height(), data)
}

fn colour(map: Colormap, number: u8, part: f64) -> [u8; 3] {
    match map {
        // No disparity, no colour.
        Colormap::STEREO_TURBO | Colormap::STEREO_JET if number == 0 => [0; 3],
        Colormap::TURBO | Colormap::STEREO_TURBO => turbo(part),
        Colormap::JET | Colormap::STEREO_JET => jet(part),
        Colormap::NONE => [luma([number; 3]); 3],
    }
}

fn jet(part: f64) -> [u8; 3] {
    [3.0, 2.0, 1.0].map(|middle| intensity(1.5 - (4.0 * part - middle).abs()))
}

/// The polynomials of fifth degree that approximate Google's table, within 32 of 255 at 0 and 21 elsewhere.
fn turbo(part: f64) -> [u8; 3] {
    const RED: [f64; 6] = [
        0.135_721_38,
        4.615_392_60,
        -42.660_322_58,
        132.131_082_34,
        -152.942_393_96,
        59.286_379_43,
    ];
    const GREEN: [f64; 6] = [
        0.091_402_61,
        2.194_188_39,
        4.842_966_58,
        -14.185_033_33,
        4.277_298_57,
        2.829_566_04,
    ];
    const BLUE: [f64; 6] = [
        0.106_673_30,
        12.641_946_08,
        -60.582_048_36,
        110.362_767_71,
        -89.903_109_12,
        27.348_249_73,
    ];
    [RED, GREEN, BLUE].map(|polynomial| {
        let value = polynomial.iter().rev();
        intensity(value.fold(0.0, |sum, factor| sum * part + factor))
    })
}

#[expect(clippy::cast_possible_truncation, reason = "a colour needs no more")]
fn intensity(value: f64) -> u8 {
    byte((value.clamp(0.0, 1.0) * 255.0) as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_go_from_blue_to_red() {
        for map in [Colormap::JET, Colormap::TURBO] {
            let image = Image::new(FrameType::GRAY8, 3, 1, vec![40, 128, 215]).unwrap();
            let image = coloured(&image, map, (0, 255)).unwrap();
            let [low, middle, high] = image.data().as_chunks::<3>().0 else {
                panic!("three pixels")
            };
            assert!(
                low[2] > low[0] && middle[1] > 200 && high[0] > high[2],
                "{image:?}"
            );
        }
    }

    #[test]
    fn without_a_disparity_there_is_no_colour() {
        let image = Image::new(FrameType::GRAY8, 1, 1, vec![0]).unwrap();
        let image = coloured(&image, Colormap::STEREO_JET, (0, 255)).unwrap();
        assert_eq!(**image.data(), [0; 3]);
    }
}
