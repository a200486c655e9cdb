//! Rules about stereo matching.

pub(super) mod alignment_target;
pub(super) mod alignment_with_shift;
pub(super) mod alignment_without_camera;
pub(super) mod alignment_without_check;
pub(super) mod cost_dump_without_subpixel;
pub(super) mod extended_companding;
pub(super) mod filter_without_place;
mod filters;
pub(super) mod median_range;
pub(super) mod rectification_mesh_size;
pub(super) mod repeated_filter;
pub(super) mod same_stereo_input;
pub(super) mod slow_stereo;
pub(super) mod stereo_input_size;
pub(super) mod stereo_mode_switch;
pub(super) mod stereo_output_width;
pub(super) mod stereo_setting_range;
pub(super) mod stereo_unlinked;
pub(super) mod subpixel_bits;
pub(super) mod unequal_stereo_queues;
pub(super) mod unknown_stereo_size;

/// The keys that set the view that depth is aligned to.
const ALIGN_KEYS: &[&str] = &[
    "depth_align",
    "depth_align_camera",
    "initial_config.depth_align",
    "initial_config.algorithm_control.depth_align",
];
