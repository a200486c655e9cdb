//! Scripts, run on the computer as the camera runs them: a text in, what it printed and how it ended out.
//!
//! [`Interpreter`] finds a CPython of the computer: 3.9, which the camera has, or else one up to 3.13. [`Job`] says what
//! to run; the script runs in a module named `lpb`, and only the modules that `oakc_script::modules` lists for its
//! processor can be imported. What the camera gives scripts besides, such as `node`, is up to whoever runs them: it is
//! Python code of theirs ([`Job::setup`]).
//!
//! Never: a script that outlives its limit or oakc, output without bound, or a module installed on the computer that a
//! script gets to see. It is not a sandbox: a script may read and write files and open connections.

mod interpreter;
mod job;
mod outcome;

pub use interpreter::{Interpreter, NoInterpreter, Version};
pub use job::{Job, Processor, RunError, program};
pub use outcome::{Frame, Outcome, Raised};
