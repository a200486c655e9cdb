//! The rules.
//!
//! In: an application with everything that is known about it. Out: diagnostics. Never: a rule that
//! looks at what another one found.
//!
//! Each rule is a file that has its name, with its documentation beside it. A new rule is such a
//! pair of files, its `mod`, and a line in [`registry`].

mod camera;
mod deprecated_key;
mod encoder;
mod flow;
mod host_dependent_node;
mod image;
pub(crate) mod levels;
mod model;
mod network;
mod openvino_conflict;
mod openvino_deprecated;
mod overridden_key;
mod package;
mod registry;
mod resource;
mod script;
mod sensor;
mod stereo;
mod sync;
mod tracking;
mod undocumented_value;
mod unsupported_release;
mod unused_parameter;

pub(crate) use registry::{Check, REGISTRY, about_scripts};
pub use registry::{adjustable, all, find};

#[cfg(test)]
mod tests;
