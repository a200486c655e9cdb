//! Nodes that run a model: their inputs, and how their results are decoded.

pub(super) mod anchor_masks;
pub(super) mod bounding_box_scale;
pub(super) mod deprecated_output;
pub(super) mod depth_camera;
pub(super) mod depth_thresholds;
pub(super) mod detection_family;
pub(super) mod detection_settings;
pub(super) mod detectors;
mod frames;
pub(super) mod inference_threads;
pub(super) mod missing_model;
pub(super) mod missing_region;
pub(super) mod network_input_colours;
pub(super) mod network_input_layout;
pub(super) mod network_input_size;
pub(super) mod network_input_too_small;
pub(super) mod network_layers;
pub(super) mod network_passthrough;
mod networks;
pub(super) mod region_outside;
mod regions;
pub(super) mod spatial_algorithm;
pub(super) mod unreadable_input_size;
pub(super) mod unset_threshold;
pub(super) mod warped_picture;
