//! Cameras on the network and on USB: a request to find, flash or maintain one in, its outcome
//! out.
//!
//! [`xlink`] is the wire: frames and discovery datagrams, bytes to values and back, for both
//! sides. The records that travel inside are in [`oakc_runtime_schema::bootloader`]. On the
//! host's side, [`discovery`] finds cameras and [`selection`] those that are meant, a [`transport`]
//! reaches one, a [`session`] keeps the conversation going, [`Bootloader`] asks and tells, [`flash`]
//! writes an application to it, and [`maintenance`] does the rest.
//!
//! [`virtual_camera`] is a simulated camera, for tests and for trying things out without a real one.
//!
//! Bytes from a camera are never trusted: lengths, texts and states are checked, memory is
//! bounded, nothing panics.

mod address;
mod bootloader;
mod cancel;
pub mod discovery;
mod error;
pub mod flash;
mod locator;
pub mod maintenance;
mod pace;
mod reach;
mod route;
pub mod selection;
pub mod session;
mod timeouts;
pub mod transport;
pub mod usb;
pub mod virtual_camera;
pub mod xlink;

pub use address::{Address, AddressError, UsbPath};
pub use bootloader::{
    Application, Bootloader, LARGE_PACKETS, MEDIUM_PACKETS, PacketSize, SMALL_PACKETS,
};
pub use cancel::Cancel;
pub use error::{Error, Result};
pub use locator::{Locator, LocatorError};
pub use reach::{Reach, Target};
pub use route::{local_address, own_addresses};
pub use timeouts::Timeouts;
