//! Warp meshes: points of an image in, the bytes that the warp hardware reads out. A mesh with
//! fewer points than its size requires is refused, never padded.

use crate::messages::Point2f;
use crate::reflect::{Effects, Reflect};

/// A grid of points: the position in the input from which each grid point of the output is taken.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct WarpMesh {
    /// The points in pixels of the input, row by row from the top left.
    pub mesh_data: Vec<Point2f>,
    /// Points in a row; the hardware needs an even number.
    pub width: u32,
    /// Number of rows.
    pub height: u32,
}

/// The properties with which a node refers to its mesh.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct MeshProperties {
    pub(crate) uri: String,
    pub(crate) width: i32,
    pub(crate) height: i32,
}

impl WarpMesh {
    /// Adds the mesh as an asset of the node.
    pub(crate) fn place(&self, effects: &mut Effects) -> Result<MeshProperties, String> {
        let too_few = || {
            let (width, height) = (self.width, self.height);
            let points = self.mesh_data.len();
            format!("a mesh of {width} x {height} has too few points: {points}")
        };
        let too_large = |_| "a mesh must have fewer than 2^31 rows and columns".to_owned();
        let (width, height) = (
            i32::try_from(self.width).map_err(too_large)?,
            i32::try_from(self.height).map_err(too_large)?,
        );
        let bytes = self.pack().ok_or_else(too_few)?;
        let uri = effects.asset("mesh", bytes.into());
        Ok(MeshProperties { uri, width, height })
    }

    /// Each point as y, x in 32-bit floats, each row padded with zeros to 16 bytes: the layout of
    /// the hardware. `None` if points are missing.
    fn pack(&self) -> Option<Vec<u8>> {
        let width = usize::try_from(self.width).ok()?;
        let height = usize::try_from(self.height).ok()?;
        let points = self.mesh_data.get(..width.checked_mul(height)?)?;
        let mut bytes = Vec::new();
        // `chunks` needs a size greater than 0, and a mesh without columns has no rows to write.
        for row in points.chunks(width.max(1)) {
            for point in row {
                bytes.extend(point.y.to_le_bytes());
                bytes.extend(point.x.to_le_bytes());
            }
            bytes.resize(bytes.len().next_multiple_of(16), 0);
        }
        Some(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::WarpMesh;
    use crate::messages::Point2f;
    use crate::reflect::Effects;

    fn mesh(width: u32, height: u32, points: u8) -> WarpMesh {
        let point = |i: u8| Point2f {
            x: f32::from(i),
            y: f32::from(i) + 0.5,
        };
        WarpMesh {
            mesh_data: (0..points).map(point).collect(),
            width,
            height,
        }
    }

    #[test]
    fn rows_are_padded_and_points_are_stored_y_first() {
        let bytes = mesh(3, 2, 6).pack().unwrap();
        let numbers: Vec<f32> = bytes
            .chunks(4)
            .map(|four| f32::from_le_bytes(four.try_into().unwrap()))
            .collect();
        let first = [0.5, 0.0, 1.5, 1.0, 2.5, 2.0, 0.0, 0.0];
        let second = [3.5, 3.0, 4.5, 4.0, 5.5, 5.0, 0.0, 0.0];
        assert_eq!(numbers, [first, second].concat());
    }

    #[test]
    fn points_beyond_the_size_are_ignored() {
        assert_eq!(mesh(2, 1, 9).pack(), mesh(2, 1, 2).pack());
    }

    #[test]
    fn a_mesh_with_too_few_points_is_refused_and_leaves_no_asset() {
        let mut effects = Effects::default();
        for size in [(3, 2), (u32::MAX, u32::MAX), (i32::MAX as u32, 2)] {
            assert!(
                mesh(size.0, size.1, 5).place(&mut effects).is_err(),
                "{size:?}"
            );
        }
        assert!(effects.assets.is_empty());
    }

    #[test]
    fn an_empty_mesh_is_an_empty_asset() {
        for size in [(0, 0), (0, 7), (7, 0)] {
            assert_eq!(mesh(size.0, size.1, 0).pack(), Some(Vec::new()), "{size:?}");
        }
    }
}
