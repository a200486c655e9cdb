//! Python of a Script node in, facts with positions out.
//!
//! A Script node runs a Python program on the camera, in CPython 3.9. [`Script::parse`] says what that
//! interpreter would refuse the program for, and what the program does, as far as one can tell
//! without running it: which modules it imports, which ports it uses and how, which hosts it talks
//! to, whether its loops ever wait. [`modules`] knows which modules the firmware has.
//!
//! What goes in is text that anybody may have written. Nothing is run, nothing is read besides, and
//! no text brings this crate down or takes memory or time out of proportion to its length. It knows
//! nothing of pipelines or diagnostics: judging the facts is the business of the checks.

pub mod api;
mod facts;
mod infer;
mod margin;
pub mod modules;
mod nesting;
mod program;
mod script;
mod suppressions;
mod syntax;

pub use facts::{
    DeviceUse, Facts, HostKind, HostUse, Import, ImportedName, Method, Overflow, PortName, PortUse,
    Purpose,
};
pub use infer::{Fault, FaultKind, NameHint, Ports};
pub use script::{Script, SyntaxError};
pub use suppressions::Suppression;
