//! The compiler proper: the text of a configuration in, the sections of a package out.
//!
//! ```text
//! text -> syntax::Node -> Composed -> Config -> Graph -> Application -> CheckedGraph -> Lowered -> Sections -> .dap bytes
//! ```
//!
//! | stage | type | made by |
//! |---|---|---|
//! | syntax | [`syntax::Node`] | [`syntax::parse`] |
//! | composition | [`compose::Composed`] | [`Application::read`] |
//! | configuration | [`config::Config`] | [`config::Config::read`] |
//! | graph | [`graph::Graph`] | [`graph::Graph::build`] |
//! | inference | [`infer::Facts`] | [`infer::Facts::infer`] |
//! | all of these | [`Application`] | [`Application::read`] |
//! | checks | [`CheckedGraph`] | `oakc_check::compile` |
//! | lowering | [`lower::Lowered`] | [`lower::lower`] |
//! | package | [`package::Sections`] | [`package::Sections::new`] |
//!
//! Everything here is pure: files come through [`world::World`], nothing reads a clock or the
//! environment, and equal input gives equal bytes.

pub mod bundle;
pub mod compose;
pub mod config;
pub use oakc_digest as digest;
pub mod flash;
pub mod graph;
pub mod hardware;
pub mod infer;
pub mod lower;
pub mod modules;
pub mod openvino;
pub mod package;
pub mod processors;
pub mod rules;
pub mod scripts;
pub mod syntax;
pub mod workshop;
pub mod world;

mod application;

pub use application::{
    Application, CheckedGraph, NotAnOverride, Override, ParamsFile, Profile, Source,
};
