//! Warp meshes: a grid of points over the result, each with the place in the picture that is seen there.
//!
//! The points are spread evenly: the first ones are at the left and the top edge of the result, the last ones at the right and
//! the bottom edge. Between four points places are found by bilinear interpolation. As in the meshes that Luxonis' tools make,
//! places are whole at the centres of pixels.

use crate::image::{Image, ImageError};
use crate::warp::{Border, Map, Sampling, float};

/// The most points of a mesh.
const MOST: usize = 1 << 22;

/// A mesh of at least two by two points.
#[derive(Clone, Debug, PartialEq)]
pub struct Mesh {
    width: usize,
    height: usize,
    /// Row by row: x, y.
    points: Vec<(f64, f64)>,
}

impl Mesh {
    /// A mesh as the device keeps it: each point as y, x in 32-bit floats, each row padded to 16 bytes. None where there are
    /// fewer than two by two points, or bytes are missing.
    pub fn read(bytes: &[u8], width: usize, height: usize) -> Option<Self> {
        if width < 2 || height < 2 || width.checked_mul(height)? > MOST {
            return None;
        }
        let row = (width * 8).next_multiple_of(16);
        let rows = bytes.get(..row * height)?.chunks_exact(row);
        let points = rows.flat_map(|row| row.as_chunks::<8>().0.iter().take(width));
        let points = points.map(|[a, b, c, d, e, f, g, h]| {
            let (y, x) = ([*a, *b, *c, *d], [*e, *f, *g, *h]);
            (f32::from_le_bytes(x).into(), f32::from_le_bytes(y).into())
        });
        Some(Self {
            width,
            height,
            points: points.collect(),
        })
    }

    /// The place that is seen at a place of a result of this size.
    fn place(&self, (x, y): (f64, f64), (width, height): (usize, usize)) -> Option<(f64, f64)> {
        let (column, across) = cell(x, width, self.width);
        let (row, down) = cell(y, height, self.height);
        let first = row * self.width + column;
        let between = |a: (f64, f64), b: (f64, f64), part: f64| {
            (a.0 + (b.0 - a.0) * part, a.1 + (b.1 - a.1) * part)
        };
        let along = |first: usize| {
            let (left, right) = (self.points.get(first)?, self.points.get(first + 1)?);
            Some(between(*left, *right, across))
        };
        let (x, y) = between(along(first)?, along(first + self.width)?, down);
        (x.is_finite() && y.is_finite()).then_some((x, y))
    }
}

/// The cell of a grid in which a position of a side is, and how far into it.
fn cell(position: f64, length: usize, points: usize) -> (usize, f64) {
    let cells = points - 1;
    let at = (position / float(length) * float(cells)).clamp(0.0, float(cells));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "from 0 to the number of cells"
    )]
    let cell = (at as usize).min(cells - 1);
    (cell, at - float(cell))
}

impl Image {
    /// A picture of this size, in which each pixel is taken from where the mesh says.
    ///
    /// # Errors
    /// As [`Image::warped`].
    pub fn remapped(
        &self,
        size: (usize, usize),
        mesh: &Mesh,
        sampling: Sampling,
        border: Border,
    ) -> Result<Self, ImageError> {
        self.resampled(size, sampling, border, |to_picture: Map, to_plane: Map| {
            move |x, y| {
                let (x, y) = to_picture.apply(x, y)?;
                let (x, y) = mesh.place((x - 0.5, y - 0.5), size)?;
                to_plane.apply(x + 0.5, y + 0.5)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use oakc_runtime_schema::image::FrameType;

    use super::*;

    /// The bytes of points, x and y.
    fn bytes(width: usize, points: &[(f32, f32)]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for row in points.chunks(width) {
            bytes.extend(row.iter().flat_map(|(x, y)| {
                let (x, y) = (x.to_le_bytes(), y.to_le_bytes());
                [y, x].concat()
            }));
            bytes.resize(bytes.len().next_multiple_of(16), 0);
        }
        bytes
    }

    fn picture() -> Image {
        let data: Vec<u8> = (0..32).collect();
        Image::new(FrameType::GRAY8, 8, 4, data).unwrap()
    }

    fn seen(mesh: &Mesh, border: Border) -> Vec<u8> {
        let result = picture().remapped((8, 4), mesh, Sampling::Bilinear, border);
        result.unwrap().data().to_vec()
    }

    #[test]
    fn a_mesh_of_the_corners_changes_nothing() {
        let corners = [(0.0, 0.0), (8.0, 0.0), (0.0, 4.0), (8.0, 4.0)];
        let mesh = Mesh::read(&bytes(2, &corners), 2, 2).unwrap();
        assert_eq!(seen(&mesh, Border::Replicate), **picture().data());
        // An odd number of points has a padded row.
        let thirds: Vec<_> = (0..3)
            .flat_map(|y| [0.0, 4.0, 8.0].map(|x| (x, [0.0, 2.0, 4.0][y])))
            .collect();
        let mesh = Mesh::read(&bytes(3, &thirds), 3, 3).unwrap();
        assert_eq!(seen(&mesh, Border::Replicate), **picture().data());
    }

    #[test]
    fn places_may_lie_outside_and_need_not_be_numbers() {
        let outside = [(-8.0, 0.0), (0.0, 0.0), (-8.0, 4.0), (0.0, 4.0)];
        let mesh = Mesh::read(&bytes(2, &outside), 2, 2).unwrap();
        assert_eq!(seen(&mesh, Border::Fill([0; 3])), [0; 32]);
        let nowhere = [(f32::NAN, f32::INFINITY); 4];
        let mesh = Mesh::read(&bytes(2, &nowhere), 2, 2).unwrap();
        assert_eq!(seen(&mesh, Border::Fill([0; 3])), [0; 32]);
    }

    #[test]
    fn bytes_that_are_missing_are_not_a_mesh() {
        let corners = bytes(2, &[(0.0, 0.0); 4]);
        assert!(Mesh::read(&corners[..31], 2, 2).is_none());
        assert!(Mesh::read(&corners, 1, 2).is_none());
        assert!(Mesh::read(&corners, usize::MAX, usize::MAX).is_none());
    }
}
