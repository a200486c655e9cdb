//! Rules about video encoders.

pub(super) mod frame_size;
pub(super) mod outputs;
pub(super) mod rate;
pub(super) mod setting;
