//! Model files.

pub(super) mod resources;
pub(super) mod tensors;
pub(super) mod unused;
