//! Cameras on the network: what a host and a bootloader do with each other.
//!
//! [`xlink`] is the wire: frames and discovery datagrams, bytes to values and back, for both
//! sides. The records that travel inside are in [`oakc_runtime_schema::bootloader`].
//!
//! [`virtual_camera`] is a camera for those who have none at hand.
//!
//! Bytes from the network are never trusted: lengths, texts and states are checked, memory is
//! bounded, nothing panics.

pub mod virtual_camera;
pub mod xlink;
