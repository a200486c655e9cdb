//! What goes in: source texts with their display names, and the problems found in them.
//! What comes out: one sorted list of [`Diagnostic`]s, rendered as a `String` for people, for
//! programs (JSON, SARIF) or for GitHub's workflow log. What never happens: printing, reading a
//! file, looking at the terminal or the environment; whoever calls decides where the text goes.
//!
//! A [`Rule`] is declared by the crate that applies it. A [`Diagnostic`] names its rule, points
//! with [`Label`]s into files of a [`SourceMap`], and may carry a [`Fix`].

mod apply;
mod collection;
mod diagnostic;
pub mod render;
mod rule;
mod source;

pub use apply::{Fixed, apply_safe_fixes};
pub use collection::{Counts, Diagnostics};
pub use diagnostic::{Diagnostic, Edit, Fix, Label};
pub use rule::{Rule, Severity};
pub use source::{FileId, Position, SourceFile, SourceMap, Span};
