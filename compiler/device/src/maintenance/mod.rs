//! Looking after a camera: what is on it, its settings, its bootloader, and the way back when it
//! is stuck.
//!
//! Everything works on a connected [`Bootloader`](crate::Bootloader) or reaches one first. Nothing
//! asks the user: whoever calls has the user's word already.

mod application;
mod info;
mod recover;
mod settings;
mod update;

pub use application::{clear_application, read_application, read_memory};
pub use info::{Info, MemoryInfo};
pub use recover::recover;
pub use settings::{Settings, SettingsError, mac_text};
pub use update::{
    Image, Running, Step, UpdateError, factory_reset, update_bootloader, update_user_bootloader,
};
