//! Models in whatever people hold them.
//!
//! In: the bytes of a `.blob`, a `.superblob`, an NN archive, or the zip file of the YOLO tools, and the JSON that stands
//! beside a blob. Out: a [`Model`]: a blob for a number of SHAVEs, and what is known about it beside its tensors. Never:
//! I/O, a panic, or memory that the size of the file does not account for; a model that has to be compiled first.

mod archive;
mod description;
mod error;
mod json;
mod model;
mod superblob;
#[cfg(feature = "synthetic")]
pub mod synthetic;

pub use archive::ArchiveError;
pub use description::{Anchors, Colour, Decoding, Description, Family, ImageDescription};
pub use error::ModelError;
pub use json::JsonError;
pub use model::{Format, Model, Shaves};
pub use superblob::{SHAVES, SuperBlob, SuperBlobError};
