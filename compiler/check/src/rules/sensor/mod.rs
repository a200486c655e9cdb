//! Rules about what is neither a camera nor an image: motion and time-of-flight sensors, SPI, USB video,
//! reports on the device.

pub(super) mod imu_absent;
pub(super) mod imu_batch;
pub(super) mod imu_chip;
pub(super) mod imu_empty;
pub(super) mod imu_firmware;
pub(super) mod imu_rate;
pub(super) mod imu_repeated;
pub(super) mod logger_rate;
pub(super) mod second_imu;
pub(super) mod second_uvc;
pub(super) mod spi;
pub(super) mod spi_bandwidth;
pub(super) mod spi_stream;
mod tof_camera;
pub(super) mod tof_input;
pub(super) mod tof_orientation;
pub(super) mod tof_rate;
pub(super) mod tof_unwrapping;
pub(super) mod uvc_frame;
