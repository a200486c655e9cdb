//! The Python programs of Script nodes.
//!
//! In: the text of a program, which anybody may have written. Out: facts about it, with positions.
//! Never: a program that runs, another file that is read, a text that brings this crate down or
//! takes memory or time out of proportion to its length, or any knowledge of pipelines and
//! diagnostics; the checks judge the facts.
//!
//! A Script node runs a Python program on the camera, in CPython 3.9. [`Script::parse`] says why
//! that interpreter would refuse the program, and what the program does, as far as one can tell
//! without running it: which modules it imports, which ports it uses and how, which hosts it talks
//! to, whether its loops ever wait. [`modules`] knows which modules the firmware has.

pub mod api;
mod exports;
mod facts;
pub mod filling;
mod infer;
mod linkage;
mod margin;
pub mod modules;
mod nesting;
mod program;
mod script;
mod suppressions;
mod surroundings;
mod syntax;

pub use facts::{
    Connections, DeviceUse, Facts, FirstSend, Hoard, HostKind, HostUse, Import, ImportedName,
    Lookup, Method, NetworkCall, OpenedFile, Overflow, PortName, PortUse, Purpose, RtspStream,
    Send, Unmeasured,
};
pub use infer::{Fault, FaultKind, NameHint, Ports};
pub use linkage::{Entrance, Linkage, Reference};
pub use script::{Script, SyntaxError};
pub use suppressions::Suppression;
pub use surroundings::{Surroundings, resolve};
