//! What cameras say: syslog from the network or from files in, one log of all cameras out.
//!
//! [`Receiver`] takes datagrams from the network, [`Log`] makes [`Record`]s of them: in order, whole, each once,
//! with what is missing. [`Files`] does the same for what [`Store`] or rsyslog wrote. A [`Filter`] says which
//! records are wanted, and [`Shown`] what they look like to people. docs/logging.md describes what cameras send.
//!
//! Whatever arrives is taken for hostile: nothing is believed for longer than it can be checked, nothing grows
//! with it, and its text stays text. Nothing here prints.

mod cameras;
mod files;
mod filter;
mod flood;
mod holder;
mod log;
mod receiver;
mod record;
mod schema;
mod shown;
pub mod since;
mod store;
mod stream;
pub mod syslog;
mod wire;

pub use cameras::MOST_CAMERAS;
pub use files::{Files, MOST_FILES, ReadError, named};
pub use filter::Filter;
pub use flood::Rate;
pub use holder::holder;
pub use log::{Log, Moment, Sink, Totals};
pub use receiver::{ListenError, Received, Receiver};
pub use record::{Kind, Level, Record};
pub use schema::json_schema;
pub use shown::Shown;
pub use store::{Space, Store, StoreError};
