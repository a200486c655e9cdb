//! Scripts: a process of CPython for each, which runs the program's threads one at a time and asks for everything else.
//!
//! | module | what |
//! |---|---|
//! | [`marshal`] | values on the line to a process |
//! | [`protocol`] | what a script asks, and the answers |
//! | [`process`] | the process |
//! | [`setup`] | what a process is started with |
//!
//! The Python side is in `compiler/desk/src/python`.

pub(crate) mod marshal;
pub(crate) mod process;
pub(crate) mod protocol;
pub(crate) mod setup;
