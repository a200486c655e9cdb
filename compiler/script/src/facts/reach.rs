//! Where an exception of a call ends up.
//!
//! In: a program. Out: for each call, the ways out of the script that an exception of the operating
//! system has. Never: a way out of a function that nothing is known to call, such as the target of
//! a thread; nor a search without a limit.

use std::collections::HashSet;

use ruff_python_ast::{ExceptHandler, Expr, Stmt, StmtTry, StmtWith, UnaryOp};
use ruff_text_size::{Ranged, TextRange};

use crate::api::API;
use crate::infer::is_main_guard;
use crate::program::{
    ClassId, Constant, Function, FunctionId, PlaceKind, Program, ScopeId, Source, Term, last_word,
};

/// More ways out of one call are not followed.
const MOST: usize = 50;

/// Exceptions that a lost or refused connection, or a missing file, raises or extends.
const OF_THE_SYSTEM: &[&str] = &[
    "BaseException",
    "Exception",
    "OSError",
    "IOError",
    "EnvironmentError",
    "ConnectionError",
    "ConnectionRefusedError",
    "ConnectionResetError",
    "ConnectionAbortedError",
    "BrokenPipeError",
    "TimeoutError",
    "FileNotFoundError",
];

/// A way that an exception takes out of the script.
#[derive(Clone, Copy)]
pub(super) struct Escape<'a> {
    /// The endless loop that it ends, the innermost of them.
    pub(super) ended: Option<&'a Stmt>,
    /// The `try` that catches it, with no loop around: the script goes on after it only once.
    pub(super) caught: Option<&'a StmtTry>,
}

/// The ways that an exception of the operating system, raised by a call, takes out of the script.
pub(super) fn escapes<'a>(program: &Program<'a>, call: usize) -> Vec<Escape<'a>> {
    let start = Escape {
        ended: None,
        caught: None,
    };
    let mut open = vec![(call, start)];
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    while let Some((call, before)) = open.pop() {
        let Some(after) = leave_function(program, call, before) else {
            continue;
        };
        let scope = program.calls.get(call).map_or(0, |call| call.scope);
        let Some(function) = program.function_of(scope) else {
            found.push(after);
            continue;
        };
        let state = (function, after.ended.is_some(), after.caught.is_some());
        if seen.insert(state) && seen.len() <= MOST {
            let sites = sites(program, function).into_iter();
            open.extend(sites.map(|site| (site, after)));
        }
    }
    found
}

/// How an exception leaves the function around a call; none if it does not.
fn leave_function<'a>(
    program: &Program<'a>,
    call: usize,
    before: Escape<'a>,
) -> Option<Escape<'a>> {
    let scope = program.calls.get(call)?.scope;
    let mut way = before;
    for place in program.around(call) {
        match place.kind {
            PlaceKind::Branch { test, holds } if never(program, test, holds, scope) => return None,
            // What failed is tried again.
            PlaceKind::Loop(_) if way.caught.is_some() => return None,
            PlaceKind::Loop(stmt) if is_endless(program, stmt, scope) => {
                way.ended = way.ended.or(Some(stmt));
            }
            PlaceKind::Attempt(attempt) if catches(attempt) => {
                way.caught = way.caught.or(Some(attempt));
            }
            PlaceKind::With(with) if suppresses(with) => return None,
            _ => {}
        }
    }
    Some(way)
}

/// Whether a block never runs because its condition is a constant.
fn never<'a>(program: &Program<'a>, test: &'a Expr, holds: bool, scope: ScopeId) -> bool {
    if is_main_guard(test) {
        return holds;
    }
    let verdict = match program.constants(test, scope).only() {
        Some(Constant::Boolean(value)) => Some(*value),
        Some(Constant::Integer(value)) => Some(*value != 0),
        Some(Constant::None) => Some(false),
        _ => None,
    };
    verdict.is_some_and(|verdict| verdict != holds)
}

/// Whether a loop goes on until something in it, or a flag, ends it.
fn is_endless<'a>(program: &Program<'a>, stmt: &'a Stmt, scope: ScopeId) -> bool {
    match stmt {
        Stmt::While(repeat) => {
            let flag = match &*repeat.test {
                Expr::UnaryOp(not) if not.op == UnaryOp::Not => &*not.operand,
                other => other,
            };
            flag.is_name_expr() || flag.is_attribute_expr() || runs_forever(program, stmt, scope)
        }
        _ => runs_forever(program, stmt, scope),
    }
}

/// Whether the head of a loop never ends it.
pub(super) fn runs_forever<'a>(program: &Program<'a>, stmt: &'a Stmt, scope: ScopeId) -> bool {
    match stmt {
        Stmt::While(repeat) => match program.constants(&repeat.test, scope).only() {
            Some(Constant::Boolean(value)) => *value,
            Some(Constant::Integer(value)) => *value != 0,
            _ => false,
        },
        Stmt::For(each) => {
            let path = match &*each.iter {
                Expr::Call(call) => program.path(&call.func, scope),
                _ => None,
            };
            matches!(path.as_deref(), Some("itertools.count" | "itertools.cycle"))
        }
        _ => false,
    }
}

/// A loop without its body.
pub(super) fn head(stmt: &Stmt) -> TextRange {
    let end = match stmt {
        Stmt::While(repeat) => repeat.test.end(),
        Stmt::For(each) => each.iter.end(),
        _ => stmt.end(),
    };
    TextRange::new(stmt.start(), end)
}

/// Whether a `try` may catch an exception of the operating system, and does not raise it again.
pub(super) fn catches(attempt: &StmtTry) -> bool {
    attempt.handlers.iter().any(|handler| {
        let ExceptHandler::ExceptHandler(except) = handler;
        let again = matches!(except.body.last(), Some(Stmt::Raise(_)));
        !again && except.type_.as_deref().is_none_or(may_be_of_the_system)
    })
}

fn may_be_of_the_system(class: &Expr) -> bool {
    let classes = match class {
        Expr::Tuple(tuple) => tuple.elts.as_slice(),
        other => std::slice::from_ref(other),
    };
    classes.iter().any(|class| {
        let builtins = API.module("builtins");
        // An own name may stand for anything.
        last_word(class).is_none_or(|name| {
            OF_THE_SYSTEM.contains(&name)
                || builtins.is_none_or(|builtins| !builtins.contains_key(name))
        })
    })
}

/// `with contextlib.suppress(OSError):`.
fn suppresses(with: &StmtWith) -> bool {
    with.items.iter().any(|item| match &item.context_expr {
        Expr::Call(call) => {
            last_word(&call.func) == Some("suppress")
                && call.arguments.args.iter().any(may_be_of_the_system)
        }
        _ => false,
    })
}

/// The calls of a function, as far as they are certain to be calls of it.
pub(super) fn sites(program: &Program<'_>, id: FunctionId) -> Vec<usize> {
    let Some(function) = program.functions.get(id) else {
        return Vec::new();
    };
    let name = function.initializes.unwrap_or(function.name);
    let calls = program.calls_by_name.get(name).map(Vec::as_slice);
    let calls = calls.unwrap_or_default().iter().copied();
    calls
        .filter(|call| is_site(program, id, function, *call))
        .collect()
}

fn is_site(program: &Program<'_>, id: FunctionId, function: &Function<'_>, call: usize) -> bool {
    let Some(call) = program.calls.get(call) else {
        return false;
    };
    match &*call.expr.func {
        Expr::Name(name) => {
            let bindings = program.lookup(&name.id, call.scope).unwrap_or_default();
            bindings.iter().any(|binding| match binding.source {
                Source::Function(known) => known == id,
                Source::Class(class) => {
                    function.initializes.is_some() && function.class == Some(class)
                }
                _ => false,
            })
        }
        Expr::Attribute(method) => function
            .class
            .is_some_and(|class| is_object(program, &method.value, call.scope, class)),
        _ => false,
    }
}

/// Whether an expression is an object of a class of the script: `self`, or what the class made.
fn is_object<'a>(program: &Program<'a>, expr: &'a Expr, scope: ScopeId, class: ClassId) -> bool {
    if let Expr::Name(name) = expr
        && let Some([binding]) = program.lookup(&name.id, scope)
        && let Source::Parameter { function, index: 0 } = binding.source
    {
        let method = program.functions.get(function);
        return method.is_some_and(|method| method.is_method && method.class == Some(class));
    }
    let candidates = program.candidates(expr, scope);
    candidates.items.iter().any(|item| {
        let Term::Expr(Expr::Call(made), scope) = item.term else {
            return false;
        };
        let Expr::Name(name) = &*made.func else {
            return false;
        };
        let bindings = program.lookup(&name.id, scope).unwrap_or_default();
        bindings
            .iter()
            .any(|binding| matches!(binding.source, Source::Class(known) if known == class))
    })
}
