//! Rules about images and the nodes that change or look at them.

pub(super) mod align_queue;
pub(super) mod cast_input;
pub(super) mod consumers;
pub(super) mod crop;
pub(super) mod disparity_as_depth;
pub(super) mod edge_width;
pub(super) mod feature_resources;
pub(super) mod feature_setting;
pub(super) mod frame_size;
pub(super) mod frame_type;
pub(super) mod manip_pool;
pub(super) mod manip_width;
pub(super) mod mesh;
pub(super) mod sobel_kernel;
pub(super) mod tag_hamming;
pub(super) mod warp_engine;
pub(super) mod warp_size;
pub(super) mod warped_width;
