//! The configuration of image alignment: in `ImageAlign`'s properties and as a message at runtime.

use crate::reflect::Reflect;

/// How an image is aligned to another camera.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "RawImageAlignConfig")]
pub struct ImageAlignConfig {
    /// Distance at which both images coincide, in depth units (millimetres by default), for input
    /// other than a depth map; 0 means none.
    pub static_depth_plane: u16,
}
