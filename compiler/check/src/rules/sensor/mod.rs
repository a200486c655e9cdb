//! Rules about other nodes than cameras and image processing: motion and time-of-flight sensors,
//! SPI, USB video, device reports.

pub(super) mod blocking_spi;
pub(super) mod imu_batch;
pub(super) mod imu_firmware_update;
pub(super) mod imu_rate;
pub(super) mod imu_without_sensors;
pub(super) mod no_imu;
pub(super) mod repeated_imu_sensor;
pub(super) mod second_imu;
pub(super) mod second_uvc;
pub(super) mod spi_bandwidth;
pub(super) mod spi_stream_name;
pub(super) mod spi_without_peer;
pub(super) mod system_logger_rate;
mod tof_camera;
pub(super) mod tof_input;
pub(super) mod tof_orientation;
pub(super) mod tof_rate;
pub(super) mod tof_unwrapping_level;
pub(super) mod unsupported_imu_sensor;
pub(super) mod uvc_frame;
