//! Branches that are never taken.
//!
//! In: a program. Out: the places that are never reached because a condition is a constant. Never: a
//! place that may be reached.

use ruff_python_ast::{Expr, Stmt, StmtIf, UnaryOp};
use ruff_text_size::{Ranged, TextRange};

use super::{Constant, Program, ScopeId};

impl<'a> Program<'a> {
    /// The branches that are never taken.
    pub(crate) fn unreached(&self) -> Vec<TextRange> {
        let choices = self.choices.iter();
        choices
            .flat_map(|(choice, scope)| self.unreached_in(choice, *scope))
            .collect()
    }

    fn unreached_in(&self, choice: &'a StmtIf, scope: ScopeId) -> Vec<TextRange> {
        let first = std::iter::once((Some(&*choice.test), &choice.body[..]));
        let clauses = choice.elif_else_clauses.iter();
        let clauses = clauses.map(|clause| (clause.test.as_ref(), &clause.body[..]));
        let mut decided = false;
        let mut unreached = Vec::new();
        for (test, body) in first.chain(clauses) {
            let holds = match test {
                Some(test) => self.truth(test, scope),
                None => Some(true),
            };
            if decided || holds == Some(false) {
                unreached.extend(range_of(body));
            }
            decided |= holds == Some(true);
        }
        unreached
    }

    /// Whether a condition is always true, or never. No deeper than the tree, which [`crate::nesting`] bounds.
    pub(crate) fn truth(&self, test: &'a Expr, scope: ScopeId) -> Option<bool> {
        if let Expr::UnaryOp(not) = test
            && not.op == UnaryOp::Not
        {
            return self.truth(&not.operand, scope).map(|value| !value);
        }
        match self.constants(test, scope).only()? {
            Constant::Boolean(value) => Some(*value),
            Constant::Integer(value) => Some(*value != 0),
            Constant::None => Some(false),
            Constant::Text(value) => Some(!value.is_empty()),
            // A list may have been filled meanwhile.
            Constant::Bytes(_) => None,
        }
    }
}

fn range_of(body: &[Stmt]) -> Option<TextRange> {
    let (first, last) = body.first().zip(body.last())?;
    Some(TextRange::new(first.start(), last.end()))
}
