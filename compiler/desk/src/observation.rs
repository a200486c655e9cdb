//! What can be seen of a running camera: things that happened, with their time, and the state of its queues.

use std::fmt;
use std::net::SocketAddrV4;
use std::sync::Arc;

use crate::message::Message;
use crate::network::{ScriptId, Transport};
use crate::time::Time;

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    /// When.
    pub at: Time,
    /// What.
    pub event: Event,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A watched output sent a message.
    Sent(Arc<PortName>, Message),
    /// A message came to a watched input.
    Arrived(Arc<PortName>, Message),
    /// A script, or another node, wrote a line to the log.
    Logged(LogLine),
    /// A script ended.
    Ended(ScriptEnd),
    /// A message was lost because a queue was full.
    Dropped(Arc<PortName>),
    /// A camera lost a picture because all of its places are held by somebody.
    Starved(Arc<PortName>),
    /// A script used a pin.
    Pin(ScriptId, String),
    /// A script has a server on this machine, or cannot have it. Only in real time.
    Serves(String, Server),
}

/// A port by the names that the application gives: `detect.out`, `report.io[detections]`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PortName {
    /// The node's name.
    pub node: String,
    /// The port map; empty for a port of its own.
    pub group: String,
    /// The port's name.
    pub port: String,
}

impl PortName {
    /// `node.port`, as an application refers to a port; `port` alone of a map is found as well.
    pub fn is_meant_by(&self, node: &str, port: &str) -> bool {
        self.node == node && (self.port == port || format!("{}[{}]", self.group, self.port) == port)
    }
}

impl fmt::Display for PortName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.group.as_str() {
            "" => write!(f, "{}.{}", self.node, self.port),
            group => write!(f, "{}.{group}[{}]", self.node, self.port),
        }
    }
}

/// A line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// The node's name.
    pub node: String,
    /// How important it is.
    pub level: Level,
    /// What it says.
    pub text: String,
}

/// `counter info: 12 people`
impl fmt::Display for LogLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.node, self.level.name(), self.text)
    }
}

/// A server of a script on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// Where it is, or should be.
    pub address: SocketAddrV4,
    /// TCP or UDP.
    pub transport: Transport,
    /// Why it is not there, as Python's `errno` names it: `EADDRINUSE`.
    pub problem: Option<String>,
}

/// How important a line is: the functions of `node`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// `node.trace`.
    Trace,
    /// `node.debug`.
    Debug,
    /// `node.info`, and what is printed.
    Info,
    /// `node.warn`.
    Warn,
    /// `node.error`, and what is printed to stderr.
    Error,
    /// `node.critical`.
    Critical,
}

impl Level {
    /// All levels.
    pub const ALL: [Self; 6] = [
        Self::Trace,
        Self::Debug,
        Self::Info,
        Self::Warn,
        Self::Error,
        Self::Critical,
    ];

    /// The function of `node` that writes such lines.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Trace => "trace",
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
            Self::Critical => "critical",
        }
    }
}

/// How a script ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptEnd {
    /// The node's name.
    pub node: String,
    /// How.
    pub how: Ending,
}

/// How a script ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Its last line was run.
    Returned,
    /// An exception that nobody caught.
    Raised {
        /// The class of the exception.
        class: String,
        /// What it says.
        message: String,
        /// Python's traceback, with the script's own names of files.
        traceback: String,
        /// The innermost line of the script's own files.
        place: Option<Place>,
    },
    /// It ran on without ever waiting for anything.
    NeverWaits {
        /// The loop.
        place: Option<Place>,
        /// Where it was, as a traceback.
        traceback: String,
    },
    /// The time that the camera may take, by a real clock, was over while it ran.
    OutOfTime {
        /// Where it was.
        place: Option<Place>,
        /// The same, as a traceback.
        traceback: String,
    },
    /// Its process is gone.
    Died {
        /// The system's reason, and what the process said last.
        reason: String,
    },
}

/// A line of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The name of the file, as the script's traceback has it.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
}

/// The state of an input's queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueState {
    /// The input.
    pub input: PortName,
    /// How many messages it holds.
    pub length: usize,
    /// How many it could hold.
    pub size: usize,
    /// Whether a full queue stops the sender.
    pub blocking: bool,
    /// How many messages came.
    pub received: u64,
    /// How many of them were lost.
    pub dropped: u64,
    /// Who is stopped by it.
    pub stopped: Vec<String>,
}

/// The state of the pool of an output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolState {
    /// The output.
    pub output: PortName,
    /// How many places it has.
    pub size: usize,
    /// How many are taken.
    pub taken: usize,
}

impl fmt::Display for ThreadState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.node)?;
        if self.thread > 0 {
            write!(f, ", thread {}", self.thread)?;
        }
        write!(f, ": waits for {}", self.waits_for)
    }
}

/// What a thread of a script is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThreadState {
    /// The node's name.
    pub node: String,
    /// The thread's number: the first is 0.
    pub thread: u32,
    /// What it waits for, in words: `a message from io[detections]`, `12.500000 s on the clock`.
    pub waits_for: String,
}
