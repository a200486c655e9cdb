//! Nodes that run a model: what they are given, and how their results are read.

pub(super) mod anchor_masks;
pub(super) mod box_scale;
pub(super) mod deprecated_output;
pub(super) mod depth_camera;
pub(super) mod depth_thresholds;
pub(super) mod detection_family;
pub(super) mod detection_settings;
mod detectors;
mod frames;
pub(super) mod input_bytes;
pub(super) mod input_layout;
pub(super) mod input_size;
pub(super) mod layers;
pub(super) mod missing_model;
pub(super) mod missing_region;
mod networks;
pub(super) mod passthroughs;
pub(super) mod region_outside;
mod regions;
pub(super) mod spatial_algorithm;
pub(super) mod threads;
pub(super) mod unreadable_input;
pub(super) mod unset_threshold;
pub(super) mod warped_picture;
