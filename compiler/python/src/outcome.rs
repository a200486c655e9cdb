//! How a script ended: the report of the program that ran it in, [`Outcome`] out.

use serde::Deserialize;

/// What came of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The end of what it printed to stdout.
    pub stdout: String,
    /// The end of what it printed to stderr.
    pub stderr: String,
    /// What ended its main thread; none if it came to its end, or had not ended by the limit.
    pub raised: Option<Raised>,
    /// Whether the limit ended it, or the threads that it had left.
    pub expired: bool,
}

/// An exception that ended a script.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Raised {
    /// Its class, for instance `ValueError`.
    pub class: String,
    /// What it says.
    pub message: String,
    /// Where it came from, the script's own code first.
    pub frames: Vec<Frame>,
    /// The traceback as Python prints it, from the script's own code on.
    pub traceback: String,
}

/// A line of a traceback.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Frame {
    /// The name under which the code was compiled.
    pub file: String,
    /// The line, from 1 on.
    pub line: u32,
    /// The function, or `<module>`.
    pub function: String,
}

/// What the program that runs a script leaves behind.
#[derive(Debug, Deserialize)]
pub(crate) struct Report {
    pub(crate) raised: Option<Raised>,
}
