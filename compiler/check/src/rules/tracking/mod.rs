//! Following objects from picture to picture.

pub(super) mod object_limit;
pub(super) mod settings;
pub(super) mod tracker_camera;
pub(super) mod unknown_label;
