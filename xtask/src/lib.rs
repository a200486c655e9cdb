//! Chores of the repository, one module each. What goes in is the checkout, what comes out are
//! files or findings; no chore touches anything outside the checkout. `main.rs` only dispatches,
//! and the tests call the same functions.

pub mod generate;
pub mod layers;

use std::path::{Path, PathBuf};

/// The top of the checkout.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}
