//! The configuration of point clouds: in `PointCloud`'s properties and as a message at runtime.

use crate::reflect::{Either, Reflect, Set, Setter};

/// How depth becomes points.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "RawPointCloudConfig", setters = SETTERS)]
pub struct PointCloudConfig {
    /// Omits pixels without depth; otherwise every pixel has a point.
    pub sparse: bool,
    /// Applied to each point, row by row; the identity keeps the camera's own axes.
    #[reflect(default = [[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]])]
    pub transformation_matrix: [[f32; 4]; 4],
}

static SETTERS: &[Setter] = &[Setter {
    key: "transformation_matrix",
    methods: &["setTransformationMatrix"],
    doc: "Applied to each point, row by row: 4 by 4, or 3 by 3 for a rotation without a translation.",
    apply: &Set(|config: &mut PointCloudConfig, matrix| {
        config.transformation_matrix = match matrix {
            Either::A(rotation) => without_shift(rotation),
            Either::B(matrix) => matrix,
        };
    }),
}];

fn without_shift(rotation: [[f32; 3]; 3]) -> [[f32; 4]; 4] {
    let [x, y, z] = rotation.map(|[a, b, c]| [a, b, c, 0.0]);
    [x, y, z, [0.0, 0.0, 0.0, 1.0]]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rotation_is_a_matrix_without_a_translation() {
        let rotation = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]];
        let expected = [
            [1.0, 2.0, 3.0, 0.0],
            [4.0, 5.0, 6.0, 0.0],
            [7.0, 8.0, 9.0, 0.0],
            [0.0, 0.0, 0.0, 1.0],
        ];
        assert_eq!(without_shift(rotation), expected);
    }
}
