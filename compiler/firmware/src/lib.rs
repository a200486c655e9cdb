//! Finds, verifies, caches and extracts the device firmware and the bootloaders.
//!
//! In: a release of the host library, and a wheel of it (a file, an installed Python package, or what
//! `pip download` brings). Out: [`FirmwareImage`] and [`BootloaderImage`], byte for byte what the host
//! library itself would use. Never: bytes that differ from the release table of `runtime-schema`, a
//! half-written cache, or anything printed.
//!
//! The bytes go through `source` (wheel, shared library or image; `python` supplies a wheel),
//! `extract` (xz, tar), a comparison of SHA-256, `install`, `cache`, `store` and `image`; `patch`
//! makes the images for older OpenVINO versions, `deflate` those of compressed packages. `content`
//! checks bytes against their `proof`, a SHA-256, whenever they are read; `kept` looks at everything that
//! lies in the cache.

mod adler;
mod cache;
mod content;
mod deflate;
mod error;
mod extract;
mod image;
mod install;
mod kept;
mod progress;
mod proof;
mod python;
mod source;
mod store;
#[cfg(test)]
mod synthetic;
mod wheel;

pub use cache::cache_dir;
pub use content::FileState;
pub use deflate::{CompressedFirmware, ZlibStream};
pub use error::{Action, BadWheel, Damage, Error, FetchFailure, Lack, Result, Unusable};
pub use image::{BootloaderImage, FirmwareImage};
pub use progress::{Progress, ProgressFn};
pub use store::{Installed, Report, Store};
