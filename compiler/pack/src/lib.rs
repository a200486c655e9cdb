//! Packages: a checked application and a firmware image in, a `.dap` out, with the lock and the manifest
//! that say what it is made of; and a package in, what it holds out.
//!
//! [`build()`] does all that a build does on disk. [`Assembly`] is a package before it is written, to a file
//! or to memory, with whatever [`Firmware`]: the one of a release, or any bytes. The firmware goes from the
//! cache to the output in pieces and is never held in memory. Nothing here prints.

mod assembly;
mod build;
mod compatible;
mod digest;
mod error;
mod firmware;
pub mod inspect;
mod lock;
mod manifest;
pub mod model;
mod notices;
mod number;
mod origin;

pub use assembly::Assembly;
pub use build::{LockUse, Options, Package, Request, assemble, build, compare_lock};
pub use compatible::{Doubt, Incompatible, check_compatible};
pub use digest::Digests;
pub use error::Error;
pub use firmware::{Firmware, MemoryFirmware, StoredFirmware};
pub use lock::{Lock, LockError, PinnedFirmware};
pub use number::grouped;
pub use origin::{FirmwareOrigin, Origin};
