//! What surrounds a call.
//!
//! In: a call of a program. Out: the loops, `try` and `with` statements and branches around it in
//! its function, from the inside out. Never: what surrounds the calls of that function.

use ruff_python_ast::{Expr, Stmt, StmtTry, StmtWith};
use ruff_text_size::TextRange;

use super::{Entry, FunctionId, Program, ScopeId, ScopeKind};

/// Index of a place.
pub(crate) type PlaceId = usize;

/// A block that can hold calls.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) kind: PlaceKind<'a>,
    /// The place around it in the same function.
    pub(super) outer: Option<PlaceId>,
}

#[derive(Clone, Copy)]
pub(crate) enum PlaceKind<'a> {
    /// The body of a loop.
    Loop(&'a Stmt),
    /// What a `try` guards.
    Attempt(&'a StmtTry),
    /// The body of a `with`.
    With(&'a StmtWith),
    /// A block that runs if the condition holds, or if it does not.
    Branch { test: &'a Expr, holds: bool },
}

impl<'a> Program<'a> {
    /// What surrounds a call in its function, from the inside out.
    pub(crate) fn around(&self, call: usize) -> impl Iterator<Item = &Place<'a>> {
        self.outwards(self.call_places.get(call).copied().flatten())
    }

    /// What surrounds an assignment in its function, from the inside out.
    pub(crate) fn around_entry(&self, entry: &Entry<'a>) -> impl Iterator<Item = &Place<'a>> {
        self.outwards(entry.place)
    }

    pub(super) fn outwards(&self, place: Option<PlaceId>) -> impl Iterator<Item = &Place<'a>> {
        let mut next = place;
        std::iter::from_fn(move || {
            let place = self.places.get(next?)?;
            next = place.outer;
            Some(place)
        })
    }

    /// The function in which a scope is; none for the module.
    pub(crate) fn function_of(&self, scope: ScopeId) -> Option<FunctionId> {
        let mut id = scope;
        while let Some(scope) = self.scopes.get(id) {
            match scope.kind {
                ScopeKind::Module => return None,
                ScopeKind::Function => return scope.function,
                ScopeKind::Class | ScopeKind::Comprehension => id = scope.parent,
            }
        }
        None
    }

    /// Whether nothing is done with what a call returns.
    pub(crate) fn is_discarded(&self, call: TextRange) -> bool {
        self.discarded.contains(&call)
    }
}
