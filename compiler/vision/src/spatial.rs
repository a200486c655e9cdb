//! Positions in space: a depth map and regions in, distances and coordinates out.
//!
//! A region is located at its middle, as far away as its depth values say. Without a calibration the lens is one without
//! distortion that sees [`FIELD_OF_VIEW`] degrees across, as a mono camera of an OAK-D.

use std::collections::BTreeMap;

use oakc_runtime_schema::messages::{
    Point3f, Rect, SpatialLocationCalculatorAlgorithm as Algorithm,
    SpatialLocationCalculatorConfigData,
};

use crate::image::Image;

/// Across, in degrees: an OV9282 with the lens of an OAK-D.
pub const FIELD_OF_VIEW: f64 = 71.9;

/// Where a region is.
#[derive(Clone, Debug, PartialEq)]
pub struct Location {
    /// What was asked for.
    pub config: SpatialLocationCalculatorConfigData,
    /// The mean of the values that count, in depth units.
    pub average: f32,
    /// The most frequent one; the smallest of several.
    pub mode: f32,
    /// The one in the middle.
    pub median: f32,
    /// How many values count.
    pub count: u32,
    /// The smallest.
    pub min: u16,
    /// The largest.
    pub max: u16,
    /// To the right, up and away from the camera, in depth units; all 0 where no value counts.
    pub coordinates: Point3f,
}

/// A part of a depth map in pixels: first column and row, and those behind the last.
fn bounds(roi: &Rect, depth: &Image) -> [usize; 4] {
    let (across, down) = if is_normalized(roi) {
        (depth.width(), depth.height())
    } else {
        (1, 1)
    };
    let edge = |position: f32, scale: usize, last: usize| {
        let position = f64::from(position) * crate::warp::float(scale);
        // What is a whole pixel but for rounding is that pixel.
        pixel((position + 1e-3).floor()).min(last)
    };
    let (right, bottom) = (roi.x + roi.width, roi.y + roi.height);
    let (left, top) = (
        edge(roi.x, across, depth.width()),
        edge(roi.y, down, depth.height()),
    );
    [
        left,
        top,
        edge(right, across, depth.width()).max(left),
        edge(bottom, down, depth.height()).max(top),
    ]
}

/// Whether a rectangle is in fractions, by the library's rule: it ends at 1 or below, and is not one pixel by one.
pub fn is_normalized(roi: &Rect) -> bool {
    let is_whole = [roi.x, roi.y, roi.width, roi.height]
        .iter()
        .all(|number| number.fract() == 0.0);
    !is_whole
        && roi.x >= 0.0
        && roi.y >= 0.0
        && roi.x + roi.width <= 1.0
        && roi.y + roi.height <= 1.0
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "negative positions become 0"
)]
fn pixel(position: f64) -> usize {
    position as usize
}

/// Where a region of a depth map is.
pub fn locate(depth: &Image, config: &SpatialLocationCalculatorConfigData) -> Location {
    let [left, top, right, bottom] = bounds(&config.roi, depth);
    let values = values(depth, config, [left, top, right, bottom]);
    let count = u32::try_from(values.len()).unwrap_or(u32::MAX);
    let sum: u64 = values.iter().map(|value| u64::from(*value)).sum();
    let average = if values.is_empty() {
        0.0
    } else {
        ratio(sum, count)
    };
    let at = |index: usize| values.get(index).copied().unwrap_or_default();
    let (min, max) = (at(0), at(values.len().saturating_sub(1)));
    let median = f32::from(at(values.len() / 2));
    let mode = mode(&values);
    let z = match config.calculation_algorithm {
        Algorithm::AVERAGE => average,
        Algorithm::MIN => f32::from(min),
        Algorithm::MAX => f32::from(max),
        Algorithm::MODE => mode,
        Algorithm::MEDIAN => median,
    };
    let middle = |first: usize, behind: usize| crate::warp::float(first + behind) / 2.0;
    Location {
        config: config.clone(),
        average,
        mode,
        median,
        count,
        min,
        max,
        coordinates: position(depth, middle(left, right), middle(top, bottom), z),
    }
}

/// Where a pixel of a depth map is in space.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the library has single precision"
)]
fn position(depth: &Image, x: f64, y: f64, z: f32) -> Point3f {
    let (width, height) = (
        crate::warp::float(depth.width()),
        crate::warp::float(depth.height()),
    );
    let focal = width / 2.0 / (FIELD_OF_VIEW / 2.0).to_radians().tan();
    let z = f64::from(z);
    Point3f {
        x: (z * (x - width / 2.0) / focal) as f32,
        y: (z * (height / 2.0 - y) / focal) as f32,
        z: z as f32,
    }
}

/// The values that count, the smallest first.
fn values(
    depth: &Image,
    config: &SpatialLocationCalculatorConfigData,
    [left, top, right, bottom]: [usize; 4],
) -> Vec<u16> {
    let thresholds = &config.depth_thresholds;
    let step = match usize::try_from(config.step_size) {
        Ok(step) if step > 0 => step,
        _ => match config.calculation_algorithm {
            Algorithm::MODE | Algorithm::MEDIAN => 2,
            Algorithm::AVERAGE | Algorithm::MIN | Algorithm::MAX => 1,
        },
    };
    let mut values = Vec::new();
    for row in (top..bottom).step_by(step) {
        for column in (left..right).step_by(step) {
            let value = depth.number16(row * depth.width() + column).unwrap_or(0);
            let is_within = u32::from(value) > thresholds.lower_threshold
                && u32::from(value) < thresholds.upper_threshold;
            if is_within {
                values.push(value);
            }
        }
    }
    values.sort_unstable();
    values
}

fn mode(values: &[u16]) -> f32 {
    let mut counts: BTreeMap<u16, u32> = BTreeMap::new();
    for value in values {
        *counts.entry(*value).or_default() += 1;
    }
    let most = counts
        .into_iter()
        .max_by_key(|(value, count)| (*count, u16::MAX - value));
    most.map_or(0.0, |(value, _)| f32::from(value))
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "a mean of numbers of 16 bits"
)]
fn ratio(sum: u64, count: u32) -> f32 {
    (sum as f64 / f64::from(count)) as f32
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these numbers are exact")]
mod tests {
    use super::*;
    use oakc_runtime_schema::image::FrameType;

    fn depth() -> Image {
        let values = [0, 1000, 1000, 2000, 0, 3000, 1000, 9000_u16];
        let data: Vec<u8> = values.iter().flat_map(|it| it.to_le_bytes()).collect();
        Image::new(FrameType::RAW16, 4, 2, data).unwrap()
    }

    fn whole(calculation_algorithm: Algorithm) -> SpatialLocationCalculatorConfigData {
        let mut config = SpatialLocationCalculatorConfigData {
            calculation_algorithm,
            step_size: 1,
            ..SpatialLocationCalculatorConfigData::default()
        };
        config.roi.width = 4.0;
        config.roi.height = 2.0;
        config.depth_thresholds.upper_threshold = 5000;
        config
    }

    #[test]
    fn only_values_between_the_thresholds_count() {
        let location = locate(&depth(), &whole(Algorithm::AVERAGE));
        assert_eq!(
            (location.count, location.min, location.max),
            (5, 1000, 3000)
        );
        assert_eq!(
            (location.average, location.median, location.mode),
            (1600.0, 1000.0, 1000.0)
        );
        assert_eq!(
            location.coordinates,
            Point3f {
                x: 0.0,
                y: 0.0,
                z: 1600.0
            }
        );
    }

    #[test]
    fn the_algorithm_decides_the_distance() {
        let z = |algorithm| locate(&depth(), &whole(algorithm)).coordinates.z;
        assert_eq!(z(Algorithm::MIN), 1000.0);
        assert_eq!(z(Algorithm::MAX), 3000.0);
        assert_eq!(z(Algorithm::MODE), 1000.0);
    }

    #[test]
    fn what_is_left_and_above_has_a_negative_x_and_a_positive_y() {
        let mut config = whole(Algorithm::MIN);
        config.roi = Rect {
            x: 0.25,
            y: 0.0,
            width: 0.25,
            height: 0.5,
        };
        let location = locate(&depth(), &config);
        assert_eq!((location.count, location.coordinates.z), (1, 1000.0));
        assert!(location.coordinates.x < 0.0 && location.coordinates.y > 0.0);
    }

    #[test]
    fn where_nothing_counts_everything_is_0() {
        let mut config = whole(Algorithm::MEDIAN);
        config.depth_thresholds.upper_threshold = 10;
        let location = locate(&depth(), &config);
        assert_eq!(
            (location.count, location.coordinates),
            (0, Point3f::default())
        );
    }
}
