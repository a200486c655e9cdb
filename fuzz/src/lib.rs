//! Fuzz targets: bytes in, and a panic if an invariant is violated.
//!
//! Each target accepts any bytes and returns its outcome as a word. A driver that sees a new outcome
//! keeps the input and continues from there. `main.rs` drives them on stable
//! Rust, `cargo-fuzz/` with libFuzzer. [`TARGETS`] lists them; a new one is a function and a line.

mod bytes;
mod config;
mod conversation;
mod device;
mod fleet;
mod footage;
mod import;
mod log;
mod model;
pub mod mutate;
mod network;
mod script;
pub mod seeds;
mod vision;

pub use bytes::{blob, nop, package, sbr};
pub use config::{params, template, toml, yaml};
pub use conversation::{camera, host};
pub use device::{bootloader, bson, datagram, frames};
pub use fleet::fleet;
pub use footage::footage;
pub use import::import;
pub use log::log;
pub use model::{archive, bsdiff, description, superblob};
pub use network::{ir, onnx};
pub use script::{bundle, script};
pub use vision::vision;

/// The outcome of an input.
pub type Outcome = String;

/// A function that takes any bytes.
pub type Target = fn(&[u8]) -> Outcome;

/// The targets by name.
pub const TARGETS: &[(&str, Target)] = &[
    ("nop", nop),
    ("sbr", sbr),
    ("package", package),
    ("blob", blob),
    ("superblob", superblob),
    ("bsdiff", bsdiff),
    ("archive", archive),
    ("description", description),
    ("onnx", onnx),
    ("ir", ir),
    ("frames", frames),
    ("datagram", datagram),
    ("bootloader", bootloader),
    ("bson", bson),
    ("host", host),
    ("camera", camera),
    ("fleet", fleet),
    ("footage", footage),
    ("vision", vision),
    ("log", log),
    ("toml", toml),
    ("yaml", yaml),
    ("params", params),
    ("script", script),
    ("bundle", bundle),
    ("template", template),
    ("import", import),
];

/// The target with this name.
pub fn find(name: &str) -> Option<Target> {
    let found = TARGETS.iter().find(|(known, _)| *known == name);
    found.map(|(_, target)| *target)
}
