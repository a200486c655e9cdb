//! Nodes that run a model: what they are given, and how their results are read.

pub(super) mod anchor_masks;
pub(super) mod detection_family;
pub(super) mod detection_settings;
mod detectors;
mod frames;
pub(super) mod input_bytes;
pub(super) mod input_layout;
pub(super) mod input_size;
pub(super) mod layers;
pub(super) mod missing_model;
mod networks;
pub(super) mod passthroughs;
pub(super) mod threads;
pub(super) mod unreadable_input;
pub(super) mod unset_threshold;
