//! Diagnostics: what is wrong, where, and what to do about it.
//!
//! In: source texts with their display names, and the problems found in them. Out: one sorted list of
//! [`Diagnostic`]s, rendered as a `String` for people, for programs (JSON, SARIF) or for GitHub's
//! workflow log. Never: anything printed, a file read, or a look at the terminal or the environment; the
//! caller decides where the text goes.
//!
//! A [`Rule`] is declared by the crate that applies it. A [`Diagnostic`] names its rule, points with
//! [`Label`]s into files of a [`SourceMap`], and may carry a [`Fix`].

mod apply;
mod collection;
mod diagnostic;
pub mod render;
mod rule;
mod source;

pub use apply::{Applicability, Fixed, apply_fixes};
pub use collection::{Counts, Diagnostics};
pub use diagnostic::{Diagnostic, Edit, Fix, Label};
pub use rule::{Rule, Severity};
pub use source::{FileId, HIDDEN, Position, SourceFile, SourceMap, Span};
