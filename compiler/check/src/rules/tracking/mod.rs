//! Tracking objects from picture to picture.

pub(super) mod tracker_camera;
pub(super) mod tracker_object_limit;
pub(super) mod tracker_settings;
pub(super) mod unknown_label;
