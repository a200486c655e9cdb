//! One inferred fact: a value, and the place that made it so.

use std::fmt::Display;

use oakc_diag::{Diagnostic, Span};

/// A value that follows from what is written somewhere.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact<T> {
    /// The value.
    pub value: T,
    /// Where it comes from.
    pub origin: Origin,
}

/// The place that a fact follows from.
#[derive(Clone, Debug, PartialEq)]
pub struct Origin {
    /// Where it stands: a key's value, or a node's type for a default.
    pub span: Span,
    /// What stands there, as it reads in a label: "the size of the preview".
    pub what: &'static str,
}

impl<T> Fact<T> {
    /// A value that `what` at `span` makes so.
    pub fn new(value: T, span: Span, what: &'static str) -> Self {
        let origin = Origin { span, what };
        Self { value, origin }
    }

    /// Another value that follows from the same place.
    pub fn map<U>(&self, change: impl FnOnce(&T) -> U) -> Fact<U> {
        Fact {
            value: change(&self.value),
            origin: self.origin.clone(),
        }
    }
    /// Marks in a diagnostic where the value comes from; `shown` is the value as a person reads it.
    pub fn explain(&self, diagnostic: Diagnostic, shown: impl Display) -> Diagnostic {
        let Origin { span, what } = self.origin;
        if diagnostic.labels.iter().any(|label| label.span == span) {
            return diagnostic;
        }
        diagnostic.secondary(span, format!("{shown} follows from {what}"))
    }
}
