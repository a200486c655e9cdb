//! What may wait.
//!
//! In: an expression of a program. Out: whether it may wait for something, so that others can run
//! meanwhile. Never: a call that is not understood and counts as one that does not wait.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Expr, Stmt};

use super::ports::{self, Method};
use super::{device, loops};
use crate::modules::is_pure;
use crate::program::{Call, Constant, Program, ScopeId};

/// What is known of the calls of a program.
pub(super) struct Waits<'p, 'a> {
    program: &'p Program<'a>,
    /// Which functions may wait, by name.
    known: RefCell<HashMap<&'a str, bool>>,
}

/// Whether a call may wait.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Waiting<'a> {
    No,
    Yes,
    /// As the script's own functions of this name.
    As(&'a str),
}

impl<'p, 'a> Waits<'p, 'a> {
    pub(super) fn new(program: &'p Program<'a>) -> Self {
        Self {
            program,
            known: RefCell::default(),
        }
    }

    /// Whether an expression may wait by itself.
    pub(super) fn may_wait(&self, expr: &'a Expr, scope: ScopeId) -> bool {
        match self.waiting(expr, scope) {
            Waiting::Yes => true,
            Waiting::No => false,
            Waiting::As(name) => self.function_may_wait(name),
        }
    }

    /// The same, with the script's own functions left open. One that is not understood may wait.
    fn waiting(&self, expr: &'a Expr, scope: ScopeId) -> Waiting<'a> {
        let waits = match expr {
            Expr::Call(call) => {
                let call = Call {
                    expr: call,
                    scope,
                    in_loop: true,
                };
                return self.call_waits(&call);
            }
            Expr::Await(_) | Expr::Yield(_) | Expr::YieldFrom(_) => true,
            _ => false,
        };
        Waiting::when(waits)
    }

    fn call_waits(&self, call: &Call<'a>) -> Waiting<'a> {
        if device::is_log(self.program, call.expr, call.scope) {
            return Waiting::No;
        }
        let Some(name) = Program::called_name(call.expr) else {
            return Waiting::Yes;
        };
        for (method, receiver, scope) in ports::methods(self.program, call) {
            if !ports::of(self.program, receiver, scope).is_empty() {
                let tries = matches!(method, Method::TryGet | Method::TryGetAll | Method::TrySend);
                return Waiting::when(!tries);
            }
        }
        if self.program.functions_named(name).next().is_some() {
            return Waiting::As(name);
        }
        Waiting::when(self.foreign_may_wait(call, name))
    }

    /// Whether the call of a function that is not the script's own may wait.
    fn foreign_may_wait(&self, call: &Call<'a>, name: &'a str) -> bool {
        match self.program.path(&call.expr.func, call.scope) {
            Some(path) if path == "time.sleep" => {
                let duration = call.expr.arguments.args.first();
                let duration = duration.map(|expr| self.program.constants(expr, call.scope));
                duration.is_none_or(|values| values.only() != Some(&Constant::Integer(0)))
            }
            Some(path) if !path.contains('.') => !is_quick_function(&path),
            Some(path) if path.starts_with("GPIO.") => !matches!(name, "read" | "write" | "setup"),
            Some(path) if is_pure(&path) => false,
            _ => method_may_wait(call.expr, name),
        }
    }

    fn function_may_wait(&self, name: &'a str) -> bool {
        let known = self.known.borrow().get(name).copied();
        known.unwrap_or_else(|| self.examine(name))
    }

    /// Finds out which of the functions that `name` calls, and those call in turn, may wait. A chain of calls
    /// can be as long as the script: it is followed with a list, not by recursion.
    fn examine(&self, name: &'a str) -> bool {
        let mut callers: HashMap<&'a str, Vec<&'a str>> = HashMap::new();
        let mut seen = HashSet::from([name]);
        let (mut open, mut found) = (vec![name], Vec::new());
        while let Some(name) = open.pop() {
            if let Some(known) = self.known.borrow().get(name) {
                found.extend(known.then_some(name));
                continue;
            }
            let (waits, calls) = self.waits_itself(name);
            found.extend(waits.then_some(name));
            for called in calls {
                callers.entry(called).or_default().push(name);
                if seen.insert(called) {
                    open.push(called);
                }
            }
        }
        let mut waiting = HashSet::new();
        while let Some(name) = found.pop() {
            if waiting.insert(name) {
                found.extend(callers.get(name).into_iter().flatten());
            }
        }
        let results = seen.into_iter().map(|name| (name, waiting.contains(name)));
        self.known.borrow_mut().extend(results);
        waiting.contains(name)
    }

    /// Whether the functions of this name wait without calling another of the script, and which they call.
    fn waits_itself(&self, name: &'a str) -> (bool, Vec<&'a str>) {
        let calls = RefCell::new(Vec::new());
        let waits = self.program.functions_named(name).any(|function| {
            let scope = function.scope;
            let mut search = Search {
                found: false,
                wanted: |expr: &'a Expr| match self.waiting(expr, scope) {
                    Waiting::Yes => true,
                    Waiting::No => false,
                    Waiting::As(name) => {
                        calls.borrow_mut().push(name);
                        false
                    }
                },
            };
            function.body.iter().any(|stmt| {
                search.visit_stmt(stmt);
                search.found || loops::never_ends(self.program, stmt, scope)
            })
        });
        (waits, calls.into_inner())
    }
}

impl Waiting<'_> {
    fn when(waits: bool) -> Self {
        if waits { Self::Yes } else { Self::No }
    }
}

/// Whether a built-in name is a function that returns at once, or a class.
fn is_quick_function(name: &str) -> bool {
    const QUICK: &[&str] = &[
        "abs",
        "all",
        "any",
        "ascii",
        "bin",
        "bool",
        "bytearray",
        "bytes",
        "callable",
        "chr",
        "dict",
        "divmod",
        "enumerate",
        "float",
        "format",
        "frozenset",
        "getattr",
        "hasattr",
        "hash",
        "hex",
        "id",
        "int",
        "isinstance",
        "issubclass",
        "iter",
        "len",
        "list",
        "max",
        "memoryview",
        "min",
        "oct",
        "ord",
        "pow",
        "print",
        "range",
        "repr",
        "reversed",
        "round",
        "set",
        "setattr",
        "slice",
        "sorted",
        "str",
        "sum",
        "super",
        "tuple",
        "type",
        "zip",
    ];
    QUICK.contains(&name) || name.starts_with(|first: char| first.is_ascii_uppercase())
}

/// Whether a method of an unknown object may wait.
fn method_may_wait(call: &ruff_python_ast::ExprCall, name: &str) -> bool {
    /// Methods of the containers, strings and messages of Python and DepthAI.
    const QUICK: &[&str] = &[
        "add",
        "append",
        "appendleft",
        "capitalize",
        "clear",
        "copy",
        "count",
        "decode",
        "discard",
        "encode",
        "endswith",
        "extend",
        "find",
        "format",
        "hex",
        "index",
        "insert",
        "isdigit",
        "items",
        "join",
        "keys",
        "lower",
        "lstrip",
        "pop",
        "popleft",
        "remove",
        "replace",
        "reverse",
        "rfind",
        "rsplit",
        "rstrip",
        "setdefault",
        "sort",
        "split",
        "splitlines",
        "startswith",
        "strip",
        "title",
        "tobytes",
        "tolist",
        "tryGet",
        "tryGetAll",
        "trySend",
        "update",
        "upper",
        "values",
    ];
    if name == "get" {
        return call.arguments.is_empty(); // of a dictionary it has arguments
    }
    let accessor = ["get", "set", "is", "has"].iter().any(|prefix| {
        let rest = name.strip_prefix(prefix);
        rest.is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_uppercase()))
    });
    !QUICK.contains(&name) && !accessor
}

/// A search through the code that runs when an expression or statement does.
pub(super) struct Search<F> {
    pub(super) found: bool,
    pub(super) wanted: F,
}

impl<'a, F: Fn(&'a Expr) -> bool> Visitor<'a> for Search<F> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if !self.found && !matches!(stmt, Stmt::FunctionDef(_) | Stmt::ClassDef(_)) {
            walk_stmt(self, stmt);
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        self.found = self.found || (self.wanted)(expr);
        if !self.found && !expr.is_lambda_expr() {
            walk_expr(self, expr);
        }
    }
}
