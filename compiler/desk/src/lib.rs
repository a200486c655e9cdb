//! A camera on the desk: the queues, the native nodes and the scripts of an application, in virtual time.
//!
//! In: a [`Program`] (a lowered pipeline, or a decoded package), messages to feed, a [`Network`], a seed. Out: what the
//! camera does, as [`Observation`]s, and the state of its queues. Never: a clock of the machine, or a real socket.
//!
//! | module | what |
//! |---|---|
//! | [`camera`] | the runtime: queues, pools, native nodes, scripts; `step`, `run_until`, `feed`, `watch`, `observations` |
//! | `compute` | what native nodes make of their messages, a file for each kind |
//! | [`kinds`] | what the desk does in place of each kind, as docs/simulation.md has it |
//! | [`program`] | what runs |
//! | [`standin`] | what runs in place of the models |
//! | [`message`] | messages and pools |
//! | [`schedule`], [`time`] | the virtual clock and what happens next |
//! | [`choices`] | what a seed decides, and how a run is replayed |
//! | [`live`] | the same in real time |
//! | [`latency`] | how long nodes take |
//! | [`network`], [`peer`] | the seams to the virtual network and to those on it |
//! | [`sensor`] | what cameras are shown |
//! | [`observation`] | what can be seen of the camera |
//! | [`scenario`] | what happens around the camera, and what is expected of it |
//! | [`play`] | scenarios on a camera |
//! | [`recording`] | messages in files |
//! | [`lan`] | the virtual network, and [`sighting`]s: what those on it see |

#![cfg_attr(
    not(unix),
    allow(
        dead_code,
        unused_imports,
        reason = "scripts, encoders and networks run on Linux and macOS only"
    )
)]

pub mod camera;
pub mod choices;
mod compute;
mod fields;
pub mod kinds;
pub mod lan;
pub mod latency;
pub mod live;
pub mod message;
pub mod network;
pub mod observation;
pub mod peer;
pub mod play;
pub mod program;
mod queue;
pub mod recording;
pub mod scenario;
pub mod schedule;
mod script;
pub mod sensor;
pub mod sighting;
pub mod standin;
pub mod time;

pub use camera::{Camera, Lack, Options, Unfed};
pub use choices::Choices;
pub use message::{Content, Message};
pub use network::Network;
pub use observation::{Event, Observation, PortName};
pub use program::Program;
pub use script::setup::{Limits, Place};
pub use time::Time;
