//! Rules about cameras: sizes, sensors, rates, controls.

pub(super) mod control_range;
pub(super) mod fps_above_sensor;
pub(super) mod frame_rate;
pub(super) mod isp_scale;
pub(super) mod missing_sensor;
pub(super) mod output_size;
pub(super) mod sensor_crop;
pub(super) mod sensor_mode;
mod sensors;
pub(super) mod shared_socket;
pub(super) mod still_without_trigger;
pub(super) mod unsupported_resolution;
