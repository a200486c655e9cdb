//! Loops that never end and never wait.
//!
//! In: a program. Out: the heads of such loops, which take the processor from everything else that
//! runs on it. Never: a loop that is not certain.
//!
//! Whatever could wait, could end the loop, or is not understood counts in its favour. A branch
//! that is taken only when a message has arrived proves nothing: messages arrive at their own pace.

use std::ops::Range;

use ruff_python_ast::visitor::Visitor;
use ruff_python_ast::{BoolOp, CmpOp, Expr, Stmt, StmtIf, StmtTry, UnaryOp};
use ruff_text_size::{Ranged, TextRange};

use super::waiting::{Search, Waits};
use crate::margin::Dedented;
use crate::program::{Constant, Program, ScopeId};

/// The heads of the loops that never wait.
pub(super) fn busy(program: &Program<'_>, text: &Dedented<'_>) -> Vec<Range<usize>> {
    let waits = Waits::new(program);
    let flow = Flow {
        program,
        may_wait: &|expr, scope| waits.may_wait(expr, scope),
    };
    let heads = program
        .loops
        .iter()
        .filter_map(|(stmt, scope)| flow.busy_head(stmt, *scope));
    heads.map(|head| text.original(head)).collect()
}

/// Whether a statement is a loop that is never left.
pub(super) fn never_ends<'a>(program: &Program<'a>, stmt: &'a Stmt, scope: ScopeId) -> bool {
    let flow = Flow {
        program,
        may_wait: &|_, _| false,
    };
    flow.never_ends(stmt, scope)
}

/// How control flows through statements.
struct Flow<'f, 'p, 'a> {
    program: &'p Program<'a>,
    /// Whether an expression may wait by itself.
    may_wait: &'f dyn Fn(&'a Expr, ScopeId) -> bool,
}

/// What can come of some statements if no message arrives.
#[derive(Clone, Copy, Default)]
struct Outcomes {
    /// Something may wait.
    waits: bool,
    /// The loop is left.
    leaves: bool,
    /// The statement after them is reached.
    continues: bool,
}

impl Outcomes {
    const ON: Self = Self {
        waits: false,
        leaves: false,
        continues: true,
    };
    const NOWHERE: Self = Self {
        waits: false,
        leaves: false,
        continues: false,
    };

    fn or(self, other: Self) -> Self {
        Self {
            waits: self.waits || other.waits,
            leaves: self.leaves || other.leaves,
            continues: self.continues || other.continues,
        }
    }

    fn then(self, next: impl FnOnce() -> Self) -> Self {
        if !self.continues {
            return self;
        }
        let next = next();
        Self {
            continues: next.continues,
            ..self.or(next)
        }
    }

    fn waiting_if(waits: bool) -> Self {
        Self { waits, ..Self::ON }
    }
}

impl<'a> Flow<'_, '_, 'a> {
    fn busy_head(&self, stmt: &'a Stmt, scope: ScopeId) -> Option<TextRange> {
        let (body, head) = self.endless(stmt, scope)?;
        let outcomes = self.outcomes(body, scope);
        (!outcomes.waits && !outcomes.leaves).then_some(head)
    }

    /// Body and head of a loop whose head never ends it.
    fn endless(&self, stmt: &'a Stmt, scope: ScopeId) -> Option<(&'a [Stmt], TextRange)> {
        let (body, condition, is_endless) = match stmt {
            Stmt::While(repeat) => {
                let test = self.program.constants(&repeat.test, scope);
                let always = match test.only() {
                    Some(Constant::Boolean(always)) => *always,
                    Some(Constant::Integer(number)) => *number != 0,
                    _ => false,
                };
                (&repeat.body, &repeat.test, always)
            }
            Stmt::For(each) => {
                let path = match &*each.iter {
                    Expr::Call(call) => self.program.path(&call.func, scope),
                    _ => None,
                };
                let counts = matches!(path.as_deref(), Some("itertools.count" | "itertools.cycle"));
                (&each.body, &each.iter, counts)
            }
            _ => return None,
        };
        let head = TextRange::new(stmt.start(), condition.end());
        is_endless.then_some((body, head))
    }

    fn outcomes(&self, body: &'a [Stmt], scope: ScopeId) -> Outcomes {
        let mut outcomes = Outcomes::ON;
        for stmt in body {
            outcomes = outcomes.then(|| self.outcome(stmt, scope));
        }
        outcomes
    }

    fn outcome(&self, stmt: &'a Stmt, scope: ScopeId) -> Outcomes {
        match stmt {
            Stmt::If(choice) => self.choice(choice, scope),
            Stmt::Try(attempt) => self.attempt(attempt, scope),
            Stmt::With(with) => {
                let enters = with
                    .items
                    .iter()
                    .any(|item| self.waits(&item.context_expr, scope));
                Outcomes::waiting_if(enters).then(|| self.outcomes(&with.body, scope))
            }
            // An inner loop may not run at all, or may be left; what happens in it may happen.
            Stmt::While(_) | Stmt::For(_) => {
                if let Some((body, _)) = self.endless(stmt, scope) {
                    let inner = self.outcomes(body, scope);
                    return Outcomes {
                        // Whatever leaves the inner loop continues after it.
                        continues: true,
                        leaves: false,
                        ..inner
                    };
                }
                Outcomes::waiting_if(self.waits_in(stmt, scope))
            }
            Stmt::Break(_) | Stmt::Return(_) | Stmt::Raise(_) => Outcomes {
                waits: self.waits_in(stmt, scope),
                leaves: true,
                continues: false,
            },
            Stmt::Continue(_) => Outcomes::NOWHERE,
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => Outcomes::ON,
            _ => Outcomes::waiting_if(self.waits_in(stmt, scope)),
        }
    }

    fn choice(&self, choice: &'a StmtIf, scope: ScopeId) -> Outcomes {
        let mut all = Outcomes::NOWHERE;
        // What reaches the next condition.
        let mut open = Outcomes::waiting_if(self.waits(&choice.test, scope));
        let (arrived, missing) = self.arrival(&choice.test, scope);
        if !arrived {
            all = all.or(open.then(|| self.outcomes(&choice.body, scope)));
        }
        open.continues &= !missing;
        for clause in &choice.elif_else_clauses {
            let Some(test) = &clause.test else {
                return all.or(open.then(|| self.outcomes(&clause.body, scope)));
            };
            open = open.then(|| Outcomes::waiting_if(self.waits(test, scope)));
            let (arrived, missing) = self.arrival(test, scope);
            if !arrived {
                all = all.or(open.then(|| self.outcomes(&clause.body, scope)));
            }
            open.continues &= !missing;
        }
        all.or(open)
    }

    fn attempt(&self, attempt: &'a StmtTry, scope: ScopeId) -> Outcomes {
        let body = self.outcomes(&attempt.body, scope);
        let after = body.then(|| self.outcomes(&attempt.orelse, scope));
        let handlers = attempt.handlers.iter().fold(after, |outcomes, handler| {
            let ruff_python_ast::ExceptHandler::ExceptHandler(handler) = handler;
            outcomes.or(self.outcomes(&handler.body, scope))
        });
        let finally = self.outcomes(&attempt.finalbody, scope);
        Outcomes {
            continues: handlers.continues && finally.continues,
            ..handlers.or(finally)
        }
    }

    /// Whether a condition holds only if a message has arrived, and whether it fails only then.
    fn arrival(&self, test: &'a Expr, scope: ScopeId) -> (bool, bool) {
        match test {
            Expr::UnaryOp(not) if not.op == UnaryOp::Not => {
                let (holds, fails) = self.arrival(&not.operand, scope);
                (fails, holds)
            }
            Expr::BoolOp(both) => {
                let parts = both.values.iter().map(|part| self.arrival(part, scope));
                let parts: Vec<_> = parts.collect();
                let (any_holds, any_fails) = (
                    parts.iter().any(|(holds, _)| *holds),
                    parts.iter().any(|(_, fails)| *fails),
                );
                let (all_hold, all_fail) = (
                    parts.iter().all(|(holds, _)| *holds),
                    parts.iter().all(|(_, fails)| *fails),
                );
                match both.op {
                    BoolOp::And => (any_holds, all_fail),
                    BoolOp::Or => (all_hold, any_fails),
                }
            }
            Expr::Compare(compare) => match (&*compare.ops, &*compare.comparators) {
                ([op], [Expr::NoneLiteral(_)]) if self.is_message(&compare.left, scope) => {
                    let is_none = matches!(op, CmpOp::Is | CmpOp::Eq);
                    (!is_none, is_none)
                }
                _ => (self.mentions_message(test, scope), false),
            },
            _ => (self.mentions_message(test, scope), false),
        }
    }

    /// Whether an expression is what `tryGet` returned.
    fn is_message(&self, expr: &'a Expr, scope: ScopeId) -> bool {
        let candidates = self.program.candidates(expr, scope);
        candidates.items.iter().any(|item| match item.term {
            crate::program::Term::Expr(Expr::Call(call), _) => {
                matches!(Program::called_name(call), Some("tryGet" | "tryGetAll"))
            }
            _ => false,
        })
    }

    fn mentions_message(&self, expr: &'a Expr, scope: ScopeId) -> bool {
        let mut search = Search {
            found: false,
            wanted: |expr: &'a Expr| expr.is_name_expr() && self.is_message(expr, scope),
        };
        search.visit_expr(expr);
        search.found || self.is_message(expr, scope)
    }

    fn waits(&self, expr: &'a Expr, scope: ScopeId) -> bool {
        let mut search = Search {
            found: false,
            wanted: |expr: &'a Expr| (self.may_wait)(expr, scope),
        };
        search.visit_expr(expr);
        search.found
    }

    fn waits_in(&self, stmt: &'a Stmt, scope: ScopeId) -> bool {
        let mut search = Search {
            found: false,
            wanted: |expr: &'a Expr| (self.may_wait)(expr, scope),
        };
        search.visit_stmt(stmt);
        search.found
    }

    /// Whether it is a loop that is never left.
    fn never_ends(&self, stmt: &'a Stmt, scope: ScopeId) -> bool {
        self.endless(stmt, scope)
            .is_some_and(|(body, _)| !self.outcomes(body, scope).leaves)
    }
}
