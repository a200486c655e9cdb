//! Rules about stereo matching.

pub(super) mod alignment_target;
pub(super) mod alignment_with_shift;
pub(super) mod alignment_without_camera;
pub(super) mod alignment_without_check;
pub(super) mod cost_dump;
pub(super) mod extended_companding;
pub(super) mod filter_order;
pub(super) mod filter_without_place;
mod filters;
pub(super) mod input_size;
pub(super) mod median_range;
pub(super) mod mesh_size;
pub(super) mod mode_switch;
pub(super) mod output_width;
pub(super) mod queues;
pub(super) mod rate;
pub(super) mod same_input;
pub(super) mod setting_range;
pub(super) mod subpixel_bits;
pub(super) mod unknown_size;
pub(super) mod unlinked;

/// Where the view that depth is made in is written.
const ALIGN_KEYS: &[&str] = &[
    "depth_align",
    "depth_align_camera",
    "initial_config.depth_align",
    "initial_config.algorithm_control.depth_align",
];
