//! Cameras on the network and on USB: what a host and a bootloader do with each other.
//!
//! [`xlink`] is the wire: frames and discovery datagrams, bytes to values and back, for both
//! sides. The records that travel inside are in [`oakc_runtime_schema::bootloader`]. On the
//! host's side, [`discovery`] finds cameras, a [`transport`] reaches one, a [`session`] keeps the
//! conversation going, [`Bootloader`] asks and tells, and [`flash`] brings an application onto it.
//!
//! [`virtual_camera`] is a camera for those who have none at hand.
//!
//! Bytes from a camera are never trusted: lengths, texts and states are checked, memory is
//! bounded, nothing panics.

mod bootloader;
mod cancel;
pub mod discovery;
mod error;
pub mod flash;
pub mod fleet;
pub mod maintenance;
mod place;
mod reach;
pub mod session;
mod timeouts;
pub mod transport;
pub mod usb;
pub mod virtual_camera;
pub mod xlink;

pub use bootloader::{Application, Bootloader, LARGE_PACKETS, PacketSize, SMALL_PACKETS};
pub use cancel::Cancel;
pub use error::{Error, Result};
pub use place::{Place, PlaceError, UsbPath};
pub use reach::{Reach, Target};
pub use timeouts::Timeouts;
