//! An application onto cameras: a fleet file or names of cameras, and an application or a package in; what
//! became of each camera out.
//!
//! [`Fleet`] reads who is in a fleet, with diagnostics like those of a configuration, and [`Selection`]
//! finds the cameras, with a [`Roster`] of those that were there before. [`Supply`] checks the application with the parameters of every camera before anything
//! is built, builds each package when the first camera wants it, and drops it after the last.
//! [`Deployment`] flashes them all, some at a time, and ends in an [`Outcome`]. Nothing here prints or asks:
//! what is going on is told to a [`Watch`].

mod contents;
mod deployment;
pub mod fleet;
mod outcome;
mod roster;
mod selection;
mod sets;
mod supply;
mod time;

pub use contents::Contents;
pub use deployment::{AT_ONCE, Deployment, Watch};
pub use fleet::{ChoiceError, Fleet, Member, ReadError};
pub use outcome::{CameraOutcome, Failure, Outcome, Verdict};
pub use roster::Roster;
pub use selection::Selection;
pub use sets::{Parameters, Sets};
pub use supply::{Claim, OpenError, Packed, Supply, SupplyError, read_package};
pub use time::rfc3339;
