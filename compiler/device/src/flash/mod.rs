//! An application onto a camera: a package and a camera in, a report of what is on the camera out.
//!
//! [`Package`] is a checked `.dap`. [`plan()`] compares it with the [`Facts`] of a camera and says
//! what would happen, or why nothing may; it touches nothing. [`flash()`] carries it out: writes,
//! reads back, starts the application, and tries again after whatever can pass; [`rehearse()`] stops
//! before it. [`Delta`] finds the parts of a package that a camera already has.
//!
//! A report of success means that every byte was read back from the camera and compared (unless
//! that was declined), and that the camera said it runs the application, and still said so after it
//! had been watched (unless that was).

mod delta;
mod execute;
mod package;
mod plan;
mod report;

pub use delta::{BLOCK_SIZE, Delta};
pub use execute::{flash, rehearse};
pub use package::{Package, PackageError};
pub use plan::{Facts, OBSERVE, Options, Plan, Refusal, Warning, facts_of, plan};
pub use report::{Event, Failure, Report, State};

#[cfg(test)]
mod tests;
