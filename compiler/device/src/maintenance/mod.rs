//! Looking after a camera: a camera in; what is on it, its settings, or another bootloader out, and
//! the way back when it is stuck.
//!
//! Everything works on a connected [`Bootloader`](crate::Bootloader) or connects to one first. The
//! user is never asked: whoever calls has the user's word already.

mod application;
mod change;
mod describe;
mod info;
mod network;
mod recover;
mod settings;
mod survey;
mod update;

pub use application::{application_extent, application_memory, clear_application};
pub use change::{Change, ChangeError};
pub use describe::{camera_json, settings_lines};
pub use info::{Info, MemoryInfo};
pub use network::{Ipv4Network, Mac, NetworkError};
pub use recover::recover;
pub use settings::{Settings, SettingsError};
pub use survey::{Depth, Remark, Surveyed, survey};
pub use update::{
    Image, Running, Step, UpdateError, bootloader_type, factory_reset, update_bootloader,
    update_user_bootloader,
};
