//! Names that nothing has.
//!
//! In: a use of a name. Out: why nothing has that name, if so.

use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{ExceptHandler, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::Inference;
use super::faults::{FaultKind, NameHint};
use super::suggestion::nearest;
use super::version_3;
use crate::api::API;
use crate::modules::{Availability, availability};
use crate::program::{Binding, Program, ScopeId, ScopeKind};

/// What the interpreter gives every module, and what the firmware may give scripts besides.
const GIVEN: &[&str] = &["node", "GPIO", "pipeline", "device", "Pipeline"];

impl<'a> Inference<'_, 'a> {
    /// Why a name that is read here stands for nothing.
    pub(super) fn nameless(
        &self,
        name: &'a str,
        range: TextRange,
        scope: ScopeId,
    ) -> Option<FaultKind> {
        match self.program.home(name, scope) {
            Some(home) => self.unbound_yet(name, range, scope, home),
            None if is_given(name) || self.program.makes_names() => None,
            None if self.program.around.is_assigned_elsewhere(name) => None,
            None => Some(FaultKind::UndefinedName {
                name: name.to_owned(),
                hint: self.hint(name, range, scope),
            }),
        }
    }

    /// Whether every binding of a name comes later than its use.
    fn unbound_yet(
        &self,
        name: &'a str,
        range: TextRange,
        scope: ScopeId,
        home: ScopeId,
    ) -> Option<FaultKind> {
        // Who knows when another function runs.
        let kind = self.program.scopes.get(home)?.kind;
        if home != scope || kind == ScopeKind::Comprehension || kind == ScopeKind::Class {
            return None;
        }
        if kind == ScopeKind::Module && is_given(name) {
            return None;
        }
        let bindings = self.program.lookup(name, scope)?;
        let later = |binding: &Binding<'_>| binding.scope == home && binding.at >= range.end();
        // Most names are bound before they are used.
        if !bindings.first().is_some_and(later) || !self.spend(bindings.len()) {
            return None;
        }
        let loops = self.program.loops.len();
        let affordable = || self.spend(bindings.len().saturating_mul(loops));
        if !bindings.iter().all(later) || !affordable() {
            return None;
        }
        let in_one_loop = |at| self.program.share_a_loop(range.start(), at, home);
        let shared = bindings.iter().any(|binding| in_one_loop(binding.at));
        if shared && !self.comes_first(range, bindings, home) {
            return None;
        }
        let shadows = kind == ScopeKind::Function
            && self
                .program
                .scopes
                .first()
                .is_some_and(|module| module.names.contains_key(name));
        Some(FaultKind::UnboundName {
            name: name.to_owned(),
            shadows,
        })
    }

    /// Whether a use comes before all bindings even in the first round of a loop: they follow it in its
    /// own block, or below the head of its own statement.
    fn comes_first(&self, used: TextRange, bindings: &[Binding<'a>], home: ScopeId) -> bool {
        let body = match self.program.with_body(home) {
            Some(function) => function.body,
            None => self.program.body,
        };
        let Some((start, end)) = block_of(body, used) else {
            return false;
        };
        let mut bindings = bindings.iter();
        bindings.all(|binding| binding.at >= start && binding.at <= end)
    }

    /// What `dai.…` at this place is on the camera.
    fn of_library(&self, range: TextRange) -> NameHint {
        let mut reads = self.program.attribute_reads.iter();
        let read = reads.find(|(attribute, _)| attribute.value.range() == range);
        let member = read.map(|(attribute, _)| attribute.attr.to_string());
        let here = member.clone().filter(|name| API.injected(name).is_some());
        let newer = member.as_deref().and_then(version_3::hint);
        newer.unwrap_or(NameHint::Library { member, here })
    }

    fn hint(&self, name: &str, range: TextRange, scope: ScopeId) -> Option<NameHint> {
        if API.is_absent(name) {
            return Some(NameHint::OnHost);
        }
        if matches!(name, "dai" | "depthai") {
            return Some(self.of_library(range));
        }
        if let Some(newer) = version_3::hint(name) {
            return Some(newer);
        }
        if API.module(name).is_some()
            || matches!(
                availability(name),
                Availability::Both | Availability::CssOnly
            )
        {
            return Some(NameHint::Import(name.to_owned()));
        }
        let classes = API.device_classes().map(|class| class.name);
        let classes = classes.filter(|name| API.injected(name).is_some());
        let builtins = API
            .module("builtins")
            .into_iter()
            .flat_map(|module| module.keys().copied());
        let own = self.program.names_seen_from(scope);
        let modules = ["time", "json", "socket", "struct", "math", "threading"];
        let known = own.chain(classes).chain(builtins).chain(["node", "GPIO"]);
        let near = nearest(name, known.chain(modules))?;
        let is_module = modules.contains(&near.as_str()) && self.program.is_builtin(&near, scope);
        Some(if is_module {
            NameHint::Import(near)
        } else {
            NameHint::Near(near)
        })
    }
}

/// Whether a name is there without the program's doing.
fn is_given(name: &str) -> bool {
    name.starts_with("__")
        || GIVEN.contains(&name)
        || API.injected(name).is_some()
        || API.is_unplaced(name)
        || API
            .module("builtins")
            .is_some_and(|module| module.contains_key(name))
}

impl<'a> Program<'a> {
    /// Whether names may come to be in a way that is not followed.
    fn makes_names(&self) -> bool {
        const MAKERS: &[&str] = &["exec", "globals", "vars", "locals"];
        let called = |name: &str| self.calls_by_name.contains_key(name);
        MAKERS.iter().any(|name| called(name)) || self.imports_everything
    }

    /// The names that are bound where a scope sees them.
    fn names_seen_from(&self, scope: ScopeId) -> impl Iterator<Item = &'a str> + '_ {
        let mut next = Some(scope);
        let scopes = std::iter::from_fn(move || {
            let id = next?;
            let scope = self.scopes.get(id)?;
            next = (id != 0).then_some(scope.parent);
            Some(scope)
        });
        scopes.flat_map(|scope| scope.names.keys().copied())
    }

    /// Whether two places stand in one loop of a scope.
    fn share_a_loop(&self, one: TextSize, two: TextSize, home: ScopeId) -> bool {
        let loops = self.loops.iter().filter(|(_, scope)| *scope == home);
        let mut ranges = loops.map(|(stmt, _): &(&Stmt, ScopeId)| stmt.range());
        ranges.any(|range| range.contains_inclusive(one) && range.contains_inclusive(two))
    }
}

/// Where the statement begins in whose head, or all of it, something is evaluated for certain, and where
/// the block ends in which that statement stands.
fn block_of(body: &[Stmt], used: TextRange) -> Option<(TextSize, TextSize)> {
    let stmt = body.iter().find(|stmt| stmt.range().contains_range(used))?;
    let inner = blocks(stmt);
    let around = inner.iter().find(|block| {
        let (first, last) = (block.first(), block.last());
        first.zip(last).is_some_and(|(first, last)| {
            TextRange::new(first.start(), last.end()).contains_range(used)
        })
    });
    match around {
        Some(block) => block_of(block, used),
        // What follows `elif`, `and` or a `?:` may not be evaluated.
        None if is_conditional(stmt, used) => None,
        None => Some((stmt.start(), body.last()?.end())),
    }
}

/// The blocks below a statement.
fn blocks(stmt: &Stmt) -> Vec<&[Stmt]> {
    match stmt {
        Stmt::If(choice) => {
            let clauses = choice
                .elif_else_clauses
                .iter()
                .map(|clause| &clause.body[..]);
            std::iter::once(&choice.body[..]).chain(clauses).collect()
        }
        Stmt::While(repeat) => vec![&repeat.body, &repeat.orelse],
        Stmt::For(each) => vec![&each.body, &each.orelse],
        Stmt::With(with) => vec![&with.body],
        Stmt::Try(attempt) => {
            let handlers = attempt.handlers.iter().map(|handler| {
                let ExceptHandler::ExceptHandler(except) = handler;
                &except.body[..]
            });
            let others = [&attempt.body[..], &attempt.orelse, &attempt.finalbody];
            handlers.chain(others).collect()
        }
        _ => Vec::new(),
    }
}

fn is_conditional(stmt: &Stmt, used: TextRange) -> bool {
    let elif = match stmt {
        Stmt::If(choice) => !choice.test.range().contains_range(used),
        Stmt::Try(_) | Stmt::Match(_) | Stmt::FunctionDef(_) | Stmt::ClassDef(_) => true,
        _ => false,
    };
    let mut finder = Conditional { used, found: false };
    finder.visit_stmt(stmt);
    elif || finder.found
}

/// Looks for an expression that evaluates a part of itself only sometimes.
struct Conditional {
    used: TextRange,
    found: bool,
}

impl<'a> Visitor<'a> for Conditional {
    fn visit_expr(&mut self, expr: &'a Expr) {
        if !expr.range().contains_range(self.used) {
            return;
        }
        let within = |part: &Expr| part.range().contains_range(self.used);
        self.found |= match expr {
            Expr::BoolOp(either) => !either.values.first().is_some_and(within),
            Expr::If(choice) => !within(&choice.test),
            Expr::Lambda(_) => true,
            _ => false,
        };
        walk_expr(self, expr);
    }
}

/// `a` of `a.b.c`.
pub(super) fn first_name(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Name(name) => Some(&name.id),
        Expr::Attribute(attribute) => first_name(&attribute.value),
        _ => None,
    }
}
