//! Model bytes in, facts about the model out.
//!
//! A camera of the RVC2 family (MyriadX chip) runs a neural network only as a compiled `.blob`.
//! [`Blob::parse`] reads from such a file what the rest of oakc has to know: the inputs and
//! outputs, how many SHAVE cores and CMX slices it was compiled for, and which OpenVINO release it
//! needs. [`OpenVinoVersion`] holds the rules about those releases.
//!
//! What goes in are bytes that anybody may have written. This crate never panics on them, never
//! reserves memory that the file does not account for, and does no I/O. It knows nothing of
//! pipelines or diagnostics: judging the facts is the business of the checks.

mod blob;
mod cursor;
mod error;
mod lookalike;
mod openvino;
#[cfg(any(test, feature = "synthetic"))]
pub mod synthetic;
mod tensor;

pub use blob::{Blob, MAX_DIMENSIONS};
pub use error::{BlobError, Direction, Part};
pub use lookalike::Lookalike;
pub use openvino::{FirmwareVariant, OpenVinoVersion, UnknownVersionName, are_blob_compatible};
pub use tensor::{Axis, DataType, StorageOrder, Tensor};
