//! Model files.

pub(super) mod model_contradiction;
pub(super) mod model_resources;
pub(super) mod model_tensors;
pub(super) mod unused_model;
