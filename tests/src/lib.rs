//! End-to-end and differential tests of oakc. This library holds what the suites share; the suites
//! are described in `README.md`.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    clippy::return_self_not_must_use,
    reason = "a test stops at the first thing that is wrong"
)]

pub mod compare;
pub mod comparison;
pub mod config_text;
pub mod description;
pub mod examples;
pub mod growth;
pub mod import;
pub mod interpreter;
pub mod models;
pub mod namespace;
pub mod package;
mod printed;
pub mod process;
pub mod programs;
pub mod python39;
pub mod reference;
pub mod requirement;
pub mod snapshot;
pub mod world;

use std::path::Path;

use oakc_blob::synthetic::BlobBuilder;
use oakc_blob::{DataType, StorageOrder};

/// Writes a small blob with two outputs into `directory` and returns its absolute path.
pub fn blob_file(directory: &Path) -> String {
    let blob = BlobBuilder::detector(64, 48)
        .output("second", DataType::Fp16, StorageOrder::CHW, &[7, 5, 3])
        .build();
    let path = directory.join("reference.blob");
    let staged = tempfile::NamedTempFile::new_in(directory).unwrap();
    std::fs::write(staged.path(), blob).unwrap();
    staged.persist(&path).unwrap();
    let path = path.canonicalize().unwrap();
    path.to_str().unwrap().to_owned()
}
