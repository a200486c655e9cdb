//! Rules about video encoders.

pub(super) mod both_encoder_outputs;
pub(super) mod encoder_frame_size;
pub(super) mod encoder_rate;
pub(super) mod encoder_setting;
