//! Finds, verifies, caches and extracts the device firmware and the bootloaders.
//!
//! Goes in: the version of a release of the host library, and a wheel of it (a file, an installed
//! Python package, or what `pip download` brings). Comes out: [`FirmwareImage`] and
//! [`BootloaderImage`], byte for byte what the host library itself would use. Never: vendor bytes
//! that differ from the table in `release.rs`, a half-written cache, or anything printed.
//!
//! The way of the bytes: `source` (wheel, shared object, image; `python` supplies a wheel) →
//! `extract` (xz, tar) → SHA-256 against `release` → `install` → `cache` → `store` → `image`, with
//! `patch` for older OpenVINO versions and `deflate` for compressed packages. `content` checks
//! cached bytes with the linear `checksum` whenever they are read.

mod adler;
mod cache;
mod checksum;
mod content;
mod deflate;
mod digest;
mod error;
mod extract;
mod image;
mod install;
mod patch;
mod progress;
mod python;
mod release;
mod source;
mod store;
#[cfg(test)]
mod synthetic;

pub use cache::cache_dir;
pub use checksum::{LinearChecksum, SBR_START};
pub use content::FileState;
pub use deflate::{CompressedFirmware, ZlibStream};
pub use error::{Error, FetchFailure, Result};
pub use image::{BootloaderImage, FirmwareImage};
pub use progress::{Progress, ProgressFn};
pub use release::{Bootloader, Patched, Pin, Release, Variant, find, latest, of_commit, releases};
pub use store::{Installed, Report, Store};
