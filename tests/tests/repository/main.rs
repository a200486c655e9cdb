//! The repository itself: generated files, layers, the wording of its texts, and what is written in
//! more than one place.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at the first thing that is wrong"
)]

mod book;
mod checkout;
mod generated;
mod kinds;
mod served;
mod words;
