//! What is flashed onto which camera: a fleet file, an application or a package in; for each camera the
//! package that it gets out.
//!
//! [`Fleet`] reads who is in a fleet, with diagnostics like those of a configuration. [`Supply`] checks the
//! application with the parameters of every camera before anything is built, builds each package when
//! the first camera wants it, and drops it after the last. Nothing here reaches a camera.

pub mod fleet;
mod supply;

pub use fleet::{Fleet, Member};
pub use supply::{Claim, OpenError, Parameters, Supply, SupplyError, read_package};
