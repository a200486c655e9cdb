//! Rules about images and the nodes that process them.

pub(super) mod between;
pub(super) mod blocking_align_to;
pub(super) mod cast_input;
pub(super) mod consumers;
pub(super) mod crop_rectangle;
pub(super) mod disparity_as_depth;
pub(super) mod edge_input_width;
pub(super) mod feature_tracker_resources;
pub(super) mod feature_tracker_setting;
pub(super) mod frame_too_large;
pub(super) mod manip_input_pool;
pub(super) mod manip_too_wide;
pub(super) mod sender;
pub(super) mod sobel_kernel;
pub(super) mod tag_hamming_distance;
pub(super) mod unsupported_frame_type;
pub(super) mod warp_engine;
pub(super) mod warp_mesh;
pub(super) mod warp_size;
pub(super) mod warped_width;
