//! What a script waits for before it sends.
//!
//! In: a program. Out: for each output, the inputs on which the script certainly waits before the
//! first message leaves there. Never: an input that some way through the program does not wait for.
//!
//! The program is followed in the order in which it runs, branch by branch, and into its own functions.
//! A function that something else may call (a thread, a server, a class of a library) is taken to run
//! from the beginning. Where the program hands on `node` or a port, or makes code at run time, it may
//! send at any time, and nothing is concluded.
//!
//! It recurses as deep as the tree, which [`crate::nesting`] bounds, times [`DEEPEST`] calls.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{
    ExceptHandler, Expr, ExprCall, Stmt, StmtFor, StmtIf, StmtTry, StmtWhile, StmtWith,
};
use ruff_text_size::{Ranged, TextRange};

use super::imports::Import;
use super::ports::{self, Method, PortUse};
use crate::margin::Dedented;
use crate::modules::{Availability, availability};
use crate::program::{Call, Constant, Decoration, FunctionId, Program, ScopeId, Source, Term};

/// How many statements and calls are followed.
const EFFORT: u32 = 50_000;

/// How deep calls are followed.
const DEEPEST: usize = 16;

/// The inputs on which a script has certainly waited, and where.
type Waited = BTreeMap<String, TextRange>;

/// A way out, and what has to arrive before the first message leaves there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstSend {
    /// The output; `None` where its name is computed.
    pub output: Option<String>,
    /// The inputs on which the script certainly waits before, and where.
    pub awaited: BTreeMap<String, Range<usize>>,
}

/// The first message of each output, sorted by output. Empty where nothing can be concluded.
pub(super) fn first_sends(
    program: &Program<'_>,
    text: &Dedented<'_>,
    uses: &[PortUse],
    imports: &[Import],
) -> Vec<FirstSend> {
    let waits = uses.iter().any(|used| used.method.waits_for_message());
    if !waits || is_obscure(program, uses, imports) {
        return Vec::new();
    }
    let calls = program.calls.iter();
    let mut walk = Walk {
        program,
        calls: calls.map(|call| (call.expr.range(), *call)).collect(),
        scope: 0,
        waited: Some(Waited::new()),
        loops: Vec::new(),
        returns: Vec::new(),
        active: Vec::new(),
        entered: BTreeSet::new(),
        sends: BTreeMap::new(),
        effort: EFFORT,
    };
    walk.block(program.body);
    walk.other_entries();
    if walk.effort == 0 {
        return Vec::new();
    }
    let sends = walk.sends.into_iter();
    let sends = sends.map(|(output, awaited)| {
        let awaited = awaited.into_iter();
        let awaited = awaited.map(|(input, range)| (input, text.original(range)));
        FirstSend {
            output,
            awaited: awaited.collect(),
        }
    });
    sends.collect()
}

/// Whether messages may be sent in a way that is not seen.
fn is_obscure(program: &Program<'_>, uses: &[PortUse], imports: &[Import]) -> bool {
    const MAKERS: &[&str] = &["exec", "eval", "__import__", "globals", "vars"];
    let makes_code = |call: &Call<'_>| matches!(&*call.expr.func, Expr::Name(name) if MAKERS.contains(&name.id.as_str()));
    uses.iter().any(|used| used.method == Method::Unknown)
        || program.calls.iter().any(makes_code)
        || program.imports_everything
        || imports.iter().any(|import| {
            import.own || import.level > 0 || availability(&import.module) == Availability::Unknown
        })
}

struct Walk<'p, 'a> {
    program: &'p Program<'a>,
    calls: HashMap<TextRange, Call<'a>>,
    scope: ScopeId,
    /// What has arrived by now; none where this place is not reached.
    waited: Option<Waited>,
    /// What has arrived where the loops around are left, from the outermost.
    loops: Vec<Option<Waited>>,
    /// What has arrived where the functions around return.
    returns: Vec<Option<Waited>>,
    /// The functions around.
    active: Vec<FunctionId>,
    /// The functions that were followed.
    entered: BTreeSet<FunctionId>,
    sends: BTreeMap<Option<String>, Waited>,
    effort: u32,
}

impl<'a> Walk<'_, 'a> {
    fn block(&mut self, body: &'a [Stmt]) {
        for stmt in body {
            self.visit_stmt(stmt);
        }
    }

    /// Counts a step. Whether there is effort left, and this place is reached.
    fn goes_on(&mut self) -> bool {
        self.effort = self.effort.saturating_sub(1);
        self.effort > 0 && self.waited.is_some()
    }

    /// Walks something that may not happen.
    fn perhaps(&mut self, walk: impl FnOnce(&mut Self)) {
        let before = self.waited.clone();
        walk(self);
        self.waited = before;
    }

    fn choice(&mut self, choice: &'a StmtIf) {
        let first = std::iter::once((Some(&*choice.test), &choice.body[..]));
        let others = choice.elif_else_clauses.iter();
        let others = others.map(|clause| (clause.test.as_ref(), &clause.body[..]));
        let mut after = None;
        for (test, body) in first.chain(others) {
            let holds = match test {
                Some(test) => {
                    self.visit_expr(test);
                    self.program.truth(test, self.scope)
                }
                None => Some(true),
            };
            let before = self.waited.clone();
            if holds == Some(false) {
                continue;
            }
            self.block(body);
            after = both(after, self.waited.take());
            self.waited = before.filter(|_| holds.is_none());
        }
        self.waited = both(after, self.waited.take());
    }

    fn repeat(&mut self, repeat: &'a StmtWhile) {
        self.visit_expr(&repeat.test);
        let holds = self.program.truth(&repeat.test, self.scope);
        if holds == Some(false) {
            return self.block(&repeat.orelse);
        }
        let skipped = self.waited.clone().filter(|_| holds.is_none());
        self.looped(&repeat.body, &repeat.orelse, skipped);
    }

    fn each(&mut self, each: &'a StmtFor) {
        self.visit_expr(&each.iter);
        let skipped = self.waited.clone();
        self.looped(&each.body, &each.orelse, skipped);
    }

    /// `skipped` is what has arrived if the body never runs: nothing beyond what has arrived after it.
    fn looped(&mut self, body: &'a [Stmt], orelse: &'a [Stmt], skipped: Option<Waited>) {
        self.loops.push(None);
        self.block(body);
        self.waited = skipped;
        let left = self.loops.pop().flatten();
        self.block(orelse);
        self.waited = both(left, self.waited.take());
    }

    /// A handler, like what comes last, may follow each place of the body: it relies only on what has
    /// arrived before.
    fn attempt(&mut self, attempt: &'a StmtTry) {
        let before = self.waited.clone();
        self.block(&attempt.body);
        self.block(&attempt.orelse);
        let mut after = self.waited.take();
        for handler in &attempt.handlers {
            let ExceptHandler::ExceptHandler(except) = handler;
            self.waited = before.clone();
            self.block(&except.body);
            after = both(after, self.waited.take());
        }
        self.waited = before;
        self.block(&attempt.finalbody);
        let last = self.waited.take();
        self.waited = after.zip(last).map(|(mut after, last)| {
            after.extend(last);
            after
        });
    }

    /// What a `with` manages may hold back an exception.
    fn with(&mut self, with: &'a StmtWith) {
        for item in &with.items {
            self.visit_expr(&item.context_expr);
        }
        self.perhaps(|walk| walk.block(&with.body));
    }

    fn call(&mut self, expr: &'a ExprCall) {
        let Some(call) = self.calls.get(&expr.range()).copied() else {
            return;
        };
        for (method, receiver, scope) in ports::methods(self.program, &call) {
            if method.sends() {
                self.send(receiver, scope);
            } else if method.waits_for_message()
                && let Some(input) = self.only_port(receiver, scope)
                && let Some(waited) = &mut self.waited
            {
                waited.entry(input).or_insert(expr.range());
            }
        }
        self.enter(&call);
    }

    /// A message leaves: what has arrived by now did so before.
    fn send(&mut self, receiver: &'a Expr, scope: ScopeId) {
        let Some(waited) = &self.waited else {
            return;
        };
        for (port, scope) in ports::of(self.program, receiver, scope) {
            let values = self.program.constants(&port.slice, scope);
            let names = values.list.iter().map(|value| match &value.constant {
                Constant::Text(name) => Some(name.clone()),
                _ => None,
            });
            let computed = values.incomplete.then_some(None);
            for output in names.chain(computed) {
                let known = self.sends.entry(output);
                let known = known.or_insert_with(|| waited.clone());
                known.retain(|input, _| waited.contains_key(input));
            }
        }
    }

    /// The name of the port that an expression is for certain.
    fn only_port(&self, receiver: &'a Expr, scope: ScopeId) -> Option<String> {
        let candidates = self.program.candidates(receiver, scope);
        let ports = ports::of(self.program, receiver, scope);
        let ([item], [(port, scope)]) = (&candidates.items[..], &ports[..]) else {
            return None;
        };
        let is_port = matches!(item.term, Term::Expr(Expr::Subscript(_), _));
        if candidates.incomplete || !is_port {
            return None;
        }
        match self.program.constants(&port.slice, *scope).only()? {
            Constant::Text(name) => Some(name.clone()),
            _ => None,
        }
    }

    /// Follows a call of an own function.
    fn enter(&mut self, call: &Call<'a>) {
        let Some(name) = Program::called_name(call.expr) else {
            return;
        };
        if let Some(function) = self.named(call) {
            return self.run(function);
        }
        let program = self.program;
        for id in program.ids_named(name) {
            if program.functions.get(id).is_some_and(is_plain) {
                self.perhaps(|walk| walk.run(id));
            }
        }
    }

    /// The function that a call by its plain name is for certain.
    fn named(&self, call: &Call<'a>) -> Option<FunctionId> {
        let Expr::Name(name) = &*call.expr.func else {
            return None;
        };
        match self.program.lookup(&name.id, call.scope)? {
            [binding] => match binding.source {
                Source::Function(id) => {
                    let function = self.program.functions.get(id)?;
                    is_plain(function).then_some(id)
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn run(&mut self, id: FunctionId) {
        let program = self.program;
        let Some(function) = program.functions.get(id) else {
            return;
        };
        if self.active.contains(&id) || self.active.len() >= DEEPEST || !self.goes_on() {
            return;
        }
        self.entered.insert(id);
        self.active.push(id);
        self.returns.push(None);
        let scope = std::mem::replace(&mut self.scope, function.scope);
        let loops = std::mem::take(&mut self.loops);
        self.block(function.body);
        self.loops = loops;
        self.scope = scope;
        self.active.pop();
        let returned = self.returns.pop().flatten();
        self.waited = both(returned, self.waited.take());
    }

    /// Runs the functions that something else may call, as if nothing had arrived.
    fn other_entries(&mut self) {
        let program = self.program;
        for (id, function) in program.functions.iter().enumerate() {
            let reads = program.reads.get(function.name).copied().unwrap_or(0);
            let calls = program.calls_by_name.get(function.name);
            let is_value = reads > calls.map_or(0, Vec::len);
            if is_value || !self.entered.contains(&id) {
                self.waited = Some(Waited::new());
                self.run(id);
            }
        }
    }
}

/// Whether a call of a function runs it, and only it.
fn is_plain(function: &crate::program::Function<'_>) -> bool {
    !function.is_generator && matches!(function.decoration, Decoration::None)
}

/// What has arrived on both of two ways, of which one may not be there.
fn both(one: Option<Waited>, other: Option<Waited>) -> Option<Waited> {
    match (one, other) {
        (Some(mut one), Some(other)) => {
            one.retain(|input, _| other.contains_key(input));
            Some(one)
        }
        (one, other) => one.or(other),
    }
}

impl<'a> Visitor<'a> for Walk<'_, 'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if !self.goes_on() {
            return;
        }
        match stmt {
            Stmt::If(choice) => self.choice(choice),
            Stmt::While(repeat) => self.repeat(repeat),
            Stmt::For(each) => self.each(each),
            Stmt::Try(attempt) => self.attempt(attempt),
            Stmt::With(with) => self.with(with),
            Stmt::FunctionDef(_) | Stmt::Global(_) | Stmt::Nonlocal(_) => {}
            Stmt::ClassDef(class) => {
                let scope = self.program.scopes_by_range.get(&class.range);
                let inner = scope.copied().unwrap_or(self.scope);
                let outer = std::mem::replace(&mut self.scope, inner);
                self.block(&class.body);
                self.scope = outer;
            }
            Stmt::Return(_) => {
                walk_stmt(self, stmt);
                let waited = self.waited.take();
                if let Some(returned) = self.returns.last_mut() {
                    *returned = both(returned.take(), waited);
                }
            }
            Stmt::Break(_) => {
                let waited = self.waited.take();
                if let Some(left) = self.loops.last_mut() {
                    *left = both(left.take(), waited);
                }
            }
            Stmt::Raise(_) => {
                walk_stmt(self, stmt);
                self.waited = None;
            }
            Stmt::Continue(_) => self.waited = None,
            _ => walk_stmt(self, stmt),
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Call(call) => {
                walk_expr(self, expr);
                if self.goes_on() {
                    self.call(call);
                }
            }
            Expr::BoolOp(either) => {
                let Some((first, others)) = either.values.split_first() else {
                    return;
                };
                self.visit_expr(first);
                self.perhaps(|walk| others.iter().for_each(|other| walk.visit_expr(other)));
            }
            Expr::If(choice) => {
                self.visit_expr(&choice.test);
                self.perhaps(|walk| walk.visit_expr(&choice.body));
                self.perhaps(|walk| walk.visit_expr(&choice.orelse));
            }
            // They run later, or not at all.
            Expr::Lambda(_)
            | Expr::ListComp(_)
            | Expr::SetComp(_)
            | Expr::DictComp(_)
            | Expr::Generator(_) => self.perhaps(|walk| walk_expr(walk, expr)),
            _ => walk_expr(self, expr),
        }
    }
}
