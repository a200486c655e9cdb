//! Why a camera is not found, not reached, slow or lost: this machine and the way to its cameras in,
//! findings out, the worst first. Nothing is ever changed, neither here nor on a camera; and a camera is
//! never connected to, which would restart it, unless that was asked for ([`Extent::probe`]).
//!
//! [`observe`] reads all that can be read into [`Observations`], a plain value. The [`checks`] are functions
//! from that value to [`Finding`]s: what was seen, why it matters, and the commands that mend it on this
//! system. [`quick_look`] reads only what takes milliseconds, for commands that have just failed. The
//! programs that commands need are in one table, [`tools`].

pub mod camera;
pub mod checks;
mod examine;
mod finding;
pub mod firewall;
mod mend;
pub mod observations;
pub mod observe;
mod programs;
mod quick;
pub mod tools;

pub use examine::{Examination, Extent, examine};
pub use finding::{Finding, Severity};
pub use observations::Observations;
pub use quick::quick_look;
