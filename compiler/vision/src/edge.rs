//! Edges: a gray picture in, the strength of its differences out.
//!
//! The strength is the length of both differences, at most 255. Beyond the edge of the picture its pixels repeat.

use oakc_runtime_schema::image::FrameType;
use oakc_runtime_schema::messages::EdgeDetectorConfigData;

use crate::image::{Image, ImageError};

/// The device's own kernels.
const HORIZONTAL: [[i32; 3]; 3] = [[1, 0, -1], [2, 0, -2], [1, 0, -1]];
const VERTICAL: [[i32; 3]; 3] = [[1, 2, 1], [0, 0, 0], [-1, -2, -1]];

/// The edges of a picture, in RAW8.
///
/// # Errors
/// Where its format is not computed with.
pub fn edges(image: &Image, config: &EdgeDetectorConfigData) -> Result<Image, ImageError> {
    let gray = image.converted(FrameType::GRAY8)?;
    let horizontal = kernel(&config.sobel_filter_horizontal_kernel).unwrap_or(HORIZONTAL);
    let vertical = kernel(&config.sobel_filter_vertical_kernel).unwrap_or(VERTICAL);
    let (width, height) = (gray.width(), gray.height());
    let mut data = Vec::with_capacity(width * height);
    for row in 0..height {
        for column in 0..width {
            let around = around(&gray, column, row);
            let (x, y) = (filtered(&around, &horizontal), filtered(&around, &vertical));
            let strength = f64::from(x).hypot(f64::from(y)).min(255.0).round();
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "it is within a byte"
            )]
            data.push(strength as u8);
        }
    }
    Image::new(FrameType::RAW8, width, height, data)
}

/// Three rows of three; none where there is nothing of the kind.
fn kernel(rows: &[Vec<i32>]) -> Option<[[i32; 3]; 3]> {
    let rows: Vec<[i32; 3]> = rows
        .iter()
        .map(|row| row.as_slice().try_into().ok())
        .collect::<Option<_>>()?;
    rows.try_into().ok()
}

fn around(gray: &Image, column: usize, row: usize) -> [[i32; 3]; 3] {
    let near = |at: usize, last: usize| [at.saturating_sub(1), at, (at + 1).min(last)];
    near(row, gray.height() - 1).map(|row| {
        near(column, gray.width() - 1).map(|column| {
            let pixel = gray.data().get(row * gray.width() + column);
            pixel.copied().map_or(0, i32::from)
        })
    })
}

fn filtered(pixels: &[[i32; 3]; 3], kernel: &[[i32; 3]; 3]) -> i32 {
    let pairs = pixels.iter().flatten().zip(kernel.iter().flatten());
    pairs
        .map(|(pixel, factor)| pixel.saturating_mul(*factor))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edge_is_where_brightness_changes() {
        let row = [0, 0, 40, 40];
        let image = Image::new(FrameType::RAW8, 4, 3, row.repeat(3)).unwrap();
        let found = edges(&image, &EdgeDetectorConfigData::default()).unwrap();
        assert_eq!(**found.data(), [0, 160, 160, 0].repeat(3));
    }

    #[test]
    fn kernels_can_be_set() {
        let image = Image::new(FrameType::RAW8, 3, 1, vec![5, 6, 7]).unwrap();
        let same = vec![vec![0, 0, 0], vec![0, 1, 0], vec![0, 0, 0]];
        let none = vec![vec![0; 3]; 3];
        let config = EdgeDetectorConfigData {
            sobel_filter_horizontal_kernel: same,
            sobel_filter_vertical_kernel: none,
        };
        assert_eq!(**edges(&image, &config).unwrap().data(), [5, 6, 7]);
    }
}
