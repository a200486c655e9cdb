//! The part of the walk that keeps track of what surrounds what.
//!
//! In: branches, `with` statements and what leaves a loop. Out: the places of the [`Program`](super::Program).
//! Never: a name that is bound elsewhere than in the walk itself.

use ruff_python_ast::visitor::Visitor;
use ruff_python_ast::{Expr, Stmt, StmtDelete, StmtIf, StmtWith};
use ruff_text_size::Ranged;

use super::Source;
use super::places::{Place, PlaceKind};
use super::walk::{Walk, last_word};

impl<'a> Walk<'a> {
    pub(super) fn choice(&mut self, choice: &'a StmtIf) {
        self.tests(choice);
        let test = &*choice.test;
        self.visit_expr(test);
        self.branch(test, true, &choice.body);
        for clause in &choice.elif_else_clauses {
            match &clause.test {
                Some(test) => {
                    self.visit_expr(test);
                    self.branch(test, true, &clause.body);
                }
                None => self.branch(test, false, &clause.body),
            }
        }
    }

    fn branch(&mut self, test: &'a Expr, holds: bool, body: &'a [Stmt]) {
        self.inside(PlaceKind::Branch { test, holds }, |walk| {
            walk.visit_body(body);
        });
    }

    pub(super) fn with(&mut self, with: &'a StmtWith) {
        for item in &with.items {
            if let Some(target) = item.optional_vars.as_deref() {
                self.at = item.end();
                self.bind_target(target, Source::With(&item.context_expr));
            }
        }
        for item in &with.items {
            self.visit_with_item(item);
        }
        self.inside(PlaceKind::With(with), |walk| walk.visit_body(&with.body));
    }

    pub(super) fn delete(&mut self, delete: &'a StmtDelete) {
        let words = delete.targets.iter().filter_map(|target| match target {
            Expr::Subscript(subscript) => last_word(&subscript.value),
            other => last_word(other),
        });
        self.program.deleted.extend(words);
    }

    /// Leaves so many of the loops around.
    pub(super) fn leave(&mut self, loops: usize) {
        let around = self.program.outwards(self.place);
        let heads = around.filter_map(|place| match place.kind {
            PlaceKind::Loop(stmt) => Some(stmt.range()),
            _ => None,
        });
        let left: Vec<_> = heads.take(loops).collect();
        self.program.left.extend(left);
    }

    pub(super) fn inside(&mut self, kind: PlaceKind<'a>, walk: impl FnOnce(&mut Self)) {
        let outer = self.place.replace(self.program.places.len());
        self.program.places.push(Place { kind, outer });
        walk(self);
        self.place = outer;
    }
}
