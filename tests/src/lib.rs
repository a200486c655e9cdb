//! What the suites in `tests/` share: the real library as a process, descriptions of pipelines
//! and the configurations that say the same, packages taken apart and compared, models.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "this crate is tests: it stops at the first thing that is not as it should be"
)]

pub mod compare;
pub mod comparison;
pub mod config_text;
pub mod description;
pub mod import;
pub mod models;
pub mod namespace;
pub mod package;
pub mod reference;

use std::io::Write;
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

/// Says that something is not tested, and why: a test that cannot run may pass, but not silently.
pub fn skipped(why: &str) {
    // Not `eprintln`: the test harness hides what passing tests print with it.
    let mut stderr = std::io::stderr();
    writeln!(stderr, "SKIPPED: {why}").unwrap();
}
