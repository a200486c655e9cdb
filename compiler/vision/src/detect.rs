//! From the tensors of a detection network to boxes: MobileNet-SSD, and YOLO with anchors and without.
//!
//! How YOLO is decoded follows from the options and the names of the layers, as Luxonis' tools name them: with anchors,
//! `…yolov5`, `…yolov7` and `…yolop` as version 5, everything else as version 3; without anchors, `…yolov6` as the first release of
//! version 6, everything else by the distances of the edges. Which rule the firmware has is not known.

use oakc_runtime_schema::nodes::detection_parser::{DetectionNetworkType, DetectionParserOptions};

use crate::tensor::Tensor;

/// The most candidates that are looked at; the weakest are left out.
const MOST: usize = 10_000;

/// An object that was detected. Edges are fractions of the picture, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Detection {
    /// Its class.
    pub label: u32,
    /// 0 to 1.
    pub confidence: f32,
    /// Left edge.
    pub xmin: f32,
    /// Top edge.
    pub ymin: f32,
    /// Right edge.
    pub xmax: f32,
    /// Bottom edge.
    pub ymax: f32,
}

impl Detection {
    fn area(&self) -> f32 {
        (self.xmax - self.xmin).max(0.0) * (self.ymax - self.ymin).max(0.0)
    }

    /// What both have in common, as a part of what they cover together.
    pub fn overlap(&self, other: &Self) -> f32 {
        let across = self.xmax.min(other.xmax) - self.xmin.max(other.xmin);
        let down = self.ymax.min(other.ymax) - self.ymin.max(other.ymin);
        let common = across.max(0.0) * down.max(0.0);
        let together = self.area() + other.area() - common;
        if together > 0.0 {
            common / together
        } else {
            0.0
        }
    }
}

/// The objects that the tensors of a network tell of, for a picture of this size.
///
/// # Errors
/// Why they tell of none, in the firmware's words where it has some.
pub fn detections(
    tensors: &[Tensor],
    options: &DetectionParserOptions,
    size: (usize, usize),
) -> Result<Vec<Detection>, String> {
    match options.nn_family {
        DetectionNetworkType::MOBILENET => mobilenet(tensors, options.confidence_threshold),
        DetectionNetworkType::YOLO => yolo(tensors, options, size),
    }
}

/// Rows of seven numbers: picture, label, confidence, edges. A row of picture -1 ends them.
fn mobilenet(tensors: &[Tensor], threshold: f32) -> Result<Vec<Detection>, String> {
    let tensor = tensors.first().ok_or("the network sends no tensor")?;
    let rows = tensor.values.as_chunks::<7>().0.iter();
    let rows = rows.take_while(|row| row.first().is_some_and(|picture| *picture >= 0.0));
    let found = rows.map(|[_, label, confidence, xmin, ymin, xmax, ymax]| Detection {
        label: whole(*label),
        confidence: *confidence,
        xmin: fraction(*xmin),
        ymin: fraction(*ymin),
        xmax: fraction(*xmax),
        ymax: fraction(*ymax),
    });
    Ok(found.filter(|it| it.confidence >= threshold).collect())
}

/// How the numbers of a cell become a box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Version {
    /// Centre in the cell, logarithms of the sides in anchors.
    Three,
    /// Centre around the cell, roots of the sides in anchors.
    Five,
    /// Centre from the cell, logarithms of the sides in cells.
    SixFirst,
    /// Distances of the edges from the middle of the cell, in cells.
    Edges,
}

impl Version {
    fn of(layer: &str, has_anchors: bool) -> Self {
        let is = |name: &str| layer.contains(name);
        match has_anchors {
            true if is("yolov5") || is("yolov7") || is("yolop") => Self::Five,
            true => Self::Three,
            false if is("yolov6") && !is("yolov6r2") => Self::SixFirst,
            false => Self::Edges,
        }
    }
}

/// A grid of cells that a layer has.
struct Grid<'a> {
    tensor: &'a Tensor,
    width: usize,
    height: usize,
    channels: usize,
}

impl<'a> Grid<'a> {
    fn new(tensor: &'a Tensor) -> Option<Self> {
        let [.., channels, height, width] = *tensor.dims.as_slice() else {
            return None;
        };
        let numbers = channels.checked_mul(height)?.checked_mul(width)?;
        (numbers > 0 && tensor.values.len() >= numbers).then_some(Self {
            tensor,
            width,
            height,
            channels,
        })
    }

    fn at(&self, channel: usize, row: usize, column: usize) -> f32 {
        let index = (channel * self.height + row) * self.width + column;
        self.tensor.values.get(index).copied().unwrap_or_default()
    }
}

fn yolo(
    tensors: &[Tensor],
    options: &DetectionParserOptions,
    size: (usize, usize),
) -> Result<Vec<Detection>, String> {
    let classes = usize::try_from(options.classes).unwrap_or(0);
    if classes == 0 || options.coordinates != 4 {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for tensor in tensors {
        let grid = Grid::new(tensor).ok_or_else(|| {
            let (name, dims) = (&tensor.name, &tensor.dims);
            format!("the layer `{name}` is not a grid of cells: {dims:?}")
        })?;
        let anchors = anchors(options, &grid)?;
        let needed = (5 + classes) * anchors.len();
        if grid.channels < needed {
            let (name, channels) = (&tensor.name, grid.channels);
            return Err(format!(
                "the layer `{name}` has {channels} channels, and {classes} classes need {needed}"
            ));
        }
        let version = Version::of(&tensor.name, !options.anchors.is_empty());
        for (number, anchor) in anchors.iter().enumerate() {
            let cells = Cells {
                grid: &grid,
                version,
                first: number * (5 + classes),
                classes,
                anchor: *anchor,
                size,
            };
            cells.find(options.confidence_threshold, &mut found);
        }
    }
    Ok(best(found, options.iou_threshold))
}

/// The anchors of a grid, in pixels; one without a size where there are no anchors.
fn anchors(options: &DetectionParserOptions, grid: &Grid<'_>) -> Result<Vec<(f32, f32)>, String> {
    if options.anchors.is_empty() {
        return Ok(vec![(0.0, 0.0)]);
    }
    let side = grid.width;
    let mask = options.anchor_masks.get(&format!("side{side}"));
    let mask = mask.ok_or_else(|| {
        format!(
            "Mask is not defined for output layer with width '{side}'. Define at pipeline build time \
             using: 'setAnchorMasks' for 'side{side}'."
        )
    })?;
    let pairs = options.anchors.as_chunks::<2>().0;
    let chosen = mask.iter().map(|index| {
        let pair = usize::try_from(*index)
            .ok()
            .and_then(|index| pairs.get(index));
        let [width, height] = pair.ok_or_else(|| format!("there is no anchor {index}"))?;
        Ok((*width, *height))
    });
    chosen.collect()
}

/// The cells of a grid, for one anchor.
struct Cells<'a> {
    grid: &'a Grid<'a>,
    version: Version,
    first: usize,
    classes: usize,
    anchor: (f32, f32),
    size: (usize, usize),
}

impl Cells<'_> {
    fn find(&self, threshold: f32, found: &mut Vec<Detection>) {
        for row in 0..self.grid.height {
            for column in 0..self.grid.width {
                let detection = self.cell(row, column);
                found.extend(detection.filter(|it| it.confidence >= threshold));
            }
        }
    }

    fn cell(&self, row: usize, column: usize) -> Option<Detection> {
        let at = |channel: usize| self.grid.at(self.first + channel, row, column);
        let objectness = at(4);
        let scores = (0..self.classes).map(|class| (class, at(5 + class)));
        let (label, score) =
            scores.reduce(|best, next| if next.1 > best.1 { next } else { best })?;
        let confidence = match self.version {
            // The number before the classes is already the best of them.
            Version::Edges => score,
            Version::Three | Version::Five | Version::SixFirst => objectness * score,
        };
        if !confidence.is_finite() {
            return None;
        }
        let [xmin, ymin, xmax, ymax] = self.edges(row, column, [at(0), at(1), at(2), at(3)]);
        Some(Detection {
            label: u32::try_from(label).ok()?,
            confidence,
            xmin,
            ymin,
            xmax,
            ymax,
        })
    }

    /// The edges of the box of a cell, as fractions of the picture.
    fn edges(&self, row: usize, column: usize, numbers: [f32; 4]) -> [f32; 4] {
        let (column, row) = (float(column), float(row));
        let (across, down) = (float(self.grid.width), float(self.grid.height));
        let (anchor_width, anchor_height) = (
            self.anchor.0 / float(self.size.0),
            self.anchor.1 / float(self.size.1),
        );
        let [first, second, third, fourth] = numbers;
        let (middle, sides) = match self.version {
            Version::Three => (
                [column + first, row + second],
                [third.exp() * anchor_width, fourth.exp() * anchor_height],
            ),
            Version::Five => (
                [column - 0.5 + 2.0 * first, row - 0.5 + 2.0 * second],
                [
                    4.0 * third * third * anchor_width,
                    4.0 * fourth * fourth * anchor_height,
                ],
            ),
            Version::SixFirst => (
                [column + first, row + second],
                [third.exp() / across, fourth.exp() / down],
            ),
            Version::Edges => {
                let edges = [
                    (column + 0.5 - first) / across,
                    (row + 0.5 - second) / down,
                    (column + 0.5 + third) / across,
                    (row + 0.5 + fourth) / down,
                ];
                return edges.map(fraction);
            }
        };
        let ([x, y], [width, height]) = (middle, sides);
        let (x, y) = (x / across, y / down);
        [
            x - width / 2.0,
            y - height / 2.0,
            x + width / 2.0,
            y + height / 2.0,
        ]
        .map(fraction)
    }
}

/// Of boxes of one class that overlap too much, the best; the best of all come first.
fn best(mut found: Vec<Detection>, most_overlap: f32) -> Vec<Detection> {
    found.sort_by(|one, other| other.confidence.total_cmp(&one.confidence));
    found.truncate(MOST);
    let mut kept: Vec<Detection> = Vec::new();
    for candidate in found {
        let is_known = kept.iter().any(|better| {
            better.label == candidate.label && better.overlap(&candidate) > most_overlap
        });
        if !is_known {
            kept.push(candidate);
        }
    }
    kept
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "labels are small whole numbers"
)]
fn whole(number: f32) -> u32 {
    number.max(0.0) as u32
}

fn fraction(number: f32) -> f32 {
    if number.is_nan() {
        0.0
    } else {
        number.clamp(0.0, 1.0)
    }
}

#[expect(clippy::cast_precision_loss, reason = "grids and pictures are small")]
fn float(number: usize) -> f32 {
    number as f32
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these numbers are exact")]
mod tests {
    use super::*;

    fn tensor(name: &str, dims: &[usize], values: Vec<f32>) -> Tensor {
        Tensor {
            name: name.to_owned(),
            dims: dims.to_vec(),
            values,
        }
    }

    #[test]
    fn mobilenet_ends_at_minus_one() {
        let rows = [
            [0.0, 15.0, 0.9, 0.1, 0.2, 0.3, 1.4],
            [0.0, 5.0, 0.2, 0.0, 0.0, 1.0, 1.0],
            [-1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
            [0.0, 7.0, 0.9, 0.0, 0.0, 1.0, 1.0],
        ];
        let options = DetectionParserOptions {
            nn_family: DetectionNetworkType::MOBILENET,
            confidence_threshold: 0.5,
            ..DetectionParserOptions::default()
        };
        let tensors = [tensor("out", &[1, 1, 4, 7], rows.concat())];
        let found = detections(&tensors, &options, (300, 300)).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].label, found[0].ymax), (15, 1.0));
    }

    fn options(anchors: &[f32], side: usize, mask: &[i32]) -> DetectionParserOptions {
        DetectionParserOptions {
            nn_family: DetectionNetworkType::YOLO,
            confidence_threshold: 0.5,
            classes: 2,
            coordinates: 4,
            anchors: anchors.to_vec(),
            anchor_masks: [(format!("side{side}"), mask.to_vec())].into(),
            iou_threshold: 0.5,
        }
    }

    /// A grid of 2 x 2 cells with one box in the cell at the bottom right.
    fn grid(name: &str, numbers: [f32; 7]) -> Tensor {
        let mut values = vec![0.0; 7 * 4];
        for (channel, number) in numbers.into_iter().enumerate() {
            values[channel * 4 + 3] = number;
        }
        tensor(name, &[1, 7, 2, 2], values)
    }

    #[test]
    fn each_version_has_its_own_boxes() {
        let half = [0.5, 0.5, 0.0, 0.0, 0.9, 0.1, 0.8];
        let find = |name: &str, numbers, options| {
            let found = detections(&[grid(name, numbers)], &options, (64, 64)).unwrap();
            let [found] = found[..] else {
                panic!("{found:?}")
            };
            assert_eq!(found.label, 1);
            [found.xmin, found.ymin, found.xmax, found.ymax]
        };
        let anchors = || options(&[16.0, 32.0], 2, &[0]);
        // The middle of the cell is at 3/4; the anchor is 1/4 wide and 1/2 high.
        assert_eq!(find("region", half, anchors()), [0.625, 0.5, 0.875, 1.0]);
        let roots = [0.5, 0.5, 0.5, 0.5, 0.9, 0.1, 0.8];
        let five = find("output1_yolov5", roots, anchors());
        assert_eq!(five, [0.625, 0.5, 0.875, 1.0]);
        let edges = [0.5, 0.25, 0.25, 0.5, 0.8, 0.1, 0.8];
        let free = || options(&[], 2, &[]);
        let found = find("output1_yolov6r2", edges, free());
        assert_eq!(found, [0.5, 0.625, 0.875, 1.0]);
        let found = find("output1_yolov6", half, free());
        assert_eq!(found, [0.5, 0.5, 1.0, 1.0]);
    }

    #[test]
    fn of_boxes_that_overlap_the_best_is_kept_for_each_class() {
        let boxed = |label, confidence, xmin| Detection {
            label,
            confidence,
            xmin,
            ymin: 0.0,
            xmax: xmin + 0.5,
            ymax: 0.5,
        };
        let all = vec![boxed(1, 0.6, 0.0), boxed(1, 0.9, 0.05), boxed(2, 0.7, 0.0)];
        let kept = best(all, 0.5);
        assert_eq!(kept, [boxed(1, 0.9, 0.05), boxed(2, 0.7, 0.0)]);
    }

    #[test]
    fn what_is_missing_is_told() {
        let grid = grid("region", [0.0; 7]);
        let without = options(&[1.0, 1.0], 13, &[0]);
        let error = detections(std::slice::from_ref(&grid), &without, (64, 64)).unwrap_err();
        assert!(error.starts_with("Mask is not defined for output layer with width '2'"));
        let mut many = options(&[], 2, &[]);
        many.classes = 80;
        let error = detections(std::slice::from_ref(&grid), &many, (64, 64)).unwrap_err();
        assert!(
            error.contains("has 7 channels, and 80 classes need 85"),
            "{error}"
        );
    }
}
