//! What goes in: [`Diagnostics`](crate::Diagnostics) and the [`SourceMap`] their spans point into.
//! What comes out: a `String` in one of four forms. What never happens: printing, failing, or
//! output whose size follows the size of a source line.

mod excerpt;
pub mod github;
pub mod human;
pub mod json;
mod printable;
pub mod sarif;

pub use github::github;
pub use human::{HumanOptions, human};
pub use json::json;
pub use printable::text as printable;
pub use sarif::sarif;

use crate::{Position, SourceMap, Span};

/// A span with its file looked up.
struct Place<'a> {
    file: &'a str,
    start: Position,
    end: Position,
}

/// Looks up a span; `None` if its file is not in the map.
fn place(sources: &SourceMap, span: Span) -> Option<Place<'_>> {
    let file = sources.get(span.file)?;
    Some(Place {
        file: file.name(),
        start: file.position(span.start),
        end: file.position(span.end.max(span.start)),
    })
}

#[cfg(test)]
mod tests;
