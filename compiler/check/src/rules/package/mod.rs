//! Rules about the package as a whole: the product it is for, its memory, the board's settings.

pub(super) mod board_setting;
pub(super) mod flash_size;
pub(super) mod long_application_name;
pub(super) mod malformed_flash_size;
pub(super) mod no_application_flash;
pub(super) mod sipp_buffer;
mod target;
pub(super) mod unknown_product;
pub(super) mod unsuitable_calibration;
