//! Chores of the repository, one module each: the checkout in, files or findings out. No chore touches
//! anything outside the checkout. `main.rs` only dispatches; the tests call the same functions.

pub mod book;
pub mod generate;
pub mod layers;
pub mod words;

use std::path::{Path, PathBuf};

/// The top of the checkout.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}
