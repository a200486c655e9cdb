//! Diagnostics as text.
//!
//! In: [`Diagnostics`](crate::Diagnostics) and the [`SourceMap`] that their spans point into. Out: a
//! `String` in one of four forms. Never: anything printed, a failure, or output that grows with the
//! length of a source line, a control sequence, or a line that a build server takes for a command.

mod excerpt;
pub mod github;
pub mod human;
pub mod json;
pub mod page;
pub mod printable;
pub mod sarif;

pub use github::github;
pub use human::{HumanOptions, human};
pub use json::json;
pub use page::{Page, Paint, Piece};
pub use sarif::sarif;

use crate::{Position, SourceMap, Span};

/// Where a span is: the name of its file, its first and last position.
struct Location<'a> {
    file: &'a str,
    start: Position,
    end: Position,
}

/// Looks up a span; `None` if its file is not in the map.
fn locate(sources: &SourceMap, span: Span) -> Option<Location<'_>> {
    let file = sources.get(span.file)?;
    Some(Location {
        file: file.name(),
        start: file.position(span.start),
        end: file.position(span.end.max(span.start)),
    })
}

#[cfg(test)]
mod tests;
