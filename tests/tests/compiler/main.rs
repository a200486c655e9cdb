//! The compiler, called as a library.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at the first thing that is wrong"
)]

mod advice;
mod diff;
mod growth;
mod import;
mod languages;
mod lint;
mod names;
mod precision;
mod sarif;
mod settings;
