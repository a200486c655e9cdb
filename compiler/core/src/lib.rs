//! The compiler proper: the text of a configuration in, the sections of a package out.
//!
//! ```text
//! text -> SpannedTree -> Config -> Graph -> CheckedGraph -> Lowered -> Sections -> .dap bytes
//! ```
//!
//! | stage | type | made by |
//! |---|---|---|
//! | syntax | [`syntax::Node`] | [`syntax::parse`] |
//! | configuration | [`config::Config`] | [`config::Config::read`] |
//! | graph | [`graph::Graph`] | [`graph::Graph::build`] |
//! | inference | [`infer::Facts`] | [`infer::Facts::infer`] |
//! | checks | [`check::CheckedGraph`] | [`check::check`] |
//! | lowering | [`lower::Lowered`] | [`lower::lower`] |
//! | package | [`package::Sections`] | [`package::Sections::new`] |
//!
//! [`compile()`] runs the stages up to the checks. Everything here is pure: files come through
//! [`world::World`], nothing reads a clock or the environment, and equal input gives equal bytes.

pub mod budget;
pub mod check;
pub mod config;
pub mod diff;
pub mod digest;
pub mod flash;
pub mod graph;
pub mod hardware;
pub mod import;
pub mod infer;
pub mod lower;
pub mod package;
pub mod picture;
pub mod syntax;
pub mod world;

mod compile;

pub use compile::{Source, compile, examine};
