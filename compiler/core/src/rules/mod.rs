//! Rules that belong to no stage: what can go wrong in any of them.

pub mod internal_error;
