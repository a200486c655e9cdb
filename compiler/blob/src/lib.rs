//! Facts about models.
//!
//! In: the bytes of a model, which anybody may have written. Out: a [`Blob`], or the reason for refusing
//! it. Never: a panic, memory that the size of the file does not account for, I/O, or knowledge of
//! pipelines and diagnostics; the checks judge the facts.
//!
//! A camera of the RVC2 family (MyriadX chip) runs a neural network only as a compiled `.blob`.
//! [`Blob::parse`] reads from such a file what the rest of oakc has to know: the inputs and outputs, how
//! many SHAVE cores and CMX slices it was compiled for, and which OpenVINO release it needs.
//! [`OpenVinoVersion`] has the rules about those releases.

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
pub use tensor::{Axis, DataType, ImageTensor, Layout, StorageOrder, Tensor};
