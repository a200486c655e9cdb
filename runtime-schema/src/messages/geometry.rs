//! Points, sizes and rectangles. Whether coordinates are pixels, fractions of the image or a length
//! is said where they are used.

use crate::reflect::Reflect;

/// A point in space.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct Point3f {
    /// To the right.
    pub x: f32,
    /// Vertical.
    pub y: f32,
    /// Away from the camera.
    pub z: f32,
}

/// A rectangle that may be rotated.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct RotatedRect {
    /// Its middle.
    pub center: Point2f,
    /// Its width and height before rotation.
    pub size: Size2f,
    /// Degrees, clockwise.
    pub angle: f32,
}

/// A point of an image.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct Point2f {
    /// From the left edge.
    pub x: f32,
    /// From the top edge.
    pub y: f32,
}

/// A rectangle parallel to the edges of the image, in pixels or in fractions from 0 to 1.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct Rect {
    /// Left edge.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

/// A width and a height.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct Size2f {
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}
