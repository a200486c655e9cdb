//! Messages that a script keeps.
//!
//! In: a program. Out: the containers that it puts more and more messages of an input into. Never:
//! a container that is emptied, handed on or looked at before it grows, or a loop that may end.

use std::ops::Range;

use ruff_python_ast::{CmpOp, Expr, ExprCall, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::{ports, reach};
use crate::margin::Dedented;
use crate::program::{
    Binding, Call, Constant, Place, PlaceKind, Program, ScopeId, Source, Term, last_word,
};

/// A container that keeps the messages of an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hoard {
    /// The input.
    pub port: String,
    /// The container, as its last word: `kept`.
    pub container: String,
    /// What puts a message into it.
    pub range: Range<usize>,
    /// How many messages it keeps; none if there is no end.
    pub most: Option<u64>,
}

/// More of them are not told.
const MOST: usize = 50;

/// Methods that put something into a container.
const PUTS: &[&str] = &["append", "appendleft", "add"];

/// Methods that take something out of a container.
const TAKES: &[&str] = &[
    "pop",
    "popleft",
    "popitem",
    "clear",
    "remove",
    "discard",
    "get_nowait",
];

/// Built-in functions that keep nothing of their arguments and take nothing out of them.
const LOOKS: &[&str] = &[
    "len",
    "print",
    "enumerate",
    "sum",
    "min",
    "max",
    "any",
    "all",
    "str",
    "bool",
];

/// Methods of a message and functions whose result is another one each time.
const EVER_NEW: &[&str] = &[
    "getSequenceNum",
    "getTimestamp",
    "getTimestampDevice",
    "time",
    "monotonic",
    "perf_counter",
];

pub(super) fn all(program: &Program<'_>, text: &Dedented<'_>) -> Vec<Hoard> {
    let calls = program.calls.iter().enumerate();
    let appended = calls.filter_map(|(index, call)| {
        let name = Program::called_name(call.expr)?;
        let Expr::Attribute(method) = &*call.expr.func else {
            return None;
        };
        let value = call.expr.arguments.args.last()?;
        PUTS.contains(&name).then_some(())?;
        let put = Put {
            container: &method.value,
            key: None,
            value,
            scope: call.scope,
            range: call.expr.range(),
            around: program.around(index).copied().collect(),
        };
        hoard(program, text, &put)
    });
    let assigned = program.entries.iter().filter_map(|entry| {
        let put = Put {
            container: &entry.target.value,
            key: Some(&entry.target.slice),
            value: entry.value?,
            scope: entry.scope,
            range: entry.target.range,
            around: program.around_entry(entry).copied().collect(),
        };
        hoard(program, text, &put)
    });
    let mut found: Vec<_> = appended.chain(assigned).take(MOST).collect();
    found.sort_by_key(|hoard| hoard.range.start);
    found
}

/// Something that is put into a container.
struct Put<'a> {
    container: &'a Expr,
    /// The key of the entry, if it is assigned to one.
    key: Option<&'a Expr>,
    value: &'a Expr,
    scope: ScopeId,
    range: TextRange,
    around: Vec<Place<'a>>,
}

fn hoard<'a>(program: &Program<'a>, text: &Dedented<'_>, put: &Put<'a>) -> Option<Hoard> {
    let port = received(program, put)?;
    let word = last_word(put.container)?;
    let capacity = capacity(program, put, word)?;
    if !only_grows(program, put, word) {
        return None;
    }
    let rounds = rounds(program, put, word)?;
    let most = match (capacity, rounds) {
        (Some(capacity), Some(rounds)) => Some(capacity.min(rounds)),
        (one, other) => one.or(other),
    };
    Some(Hoard {
        port,
        container: word.to_owned(),
        range: text.original(put.range),
        most,
    })
}

/// The input whose message is put into the container, alone or in a tuple.
fn received<'a>(program: &Program<'a>, put: &Put<'a>) -> Option<String> {
    let parts = match put.value {
        Expr::Tuple(tuple) => tuple.elts.as_slice(),
        Expr::List(list) => list.elts.as_slice(),
        other => std::slice::from_ref(other),
    };
    parts.iter().find_map(|part| {
        let candidates = program.candidates(part, put.scope);
        let [only] = candidates.items.as_slice() else {
            return None;
        };
        let Term::Expr(Expr::Call(call), scope) = only.term else {
            return None;
        };
        (only.certain && !candidates.incomplete).then_some(())?;
        port(program, call, scope)
    })
}

/// The input that a call reads a message from.
fn port<'a>(program: &Program<'a>, call: &'a ExprCall, scope: ScopeId) -> Option<String> {
    let call = Call {
        expr: call,
        scope,
        in_loop: false,
    };
    let methods = ports::methods(program, &call);
    let [(method, receiver, scope)] = methods.as_slice() else {
        return None;
    };
    if !matches!(method, ports::Method::Get | ports::Method::TryGet) {
        return None;
    }
    let found = ports::of(program, receiver, *scope);
    let [(subscript, scope)] = found.as_slice() else {
        return None;
    };
    match program.constants(&subscript.slice, *scope).only()? {
        Constant::Text(name) => Some(name.clone()),
        _ => None,
    }
}

/// How much a container holds, `Some(None)` if any amount; none if it is not one of the script's own.
#[expect(clippy::option_option, reason = "no container, or one without an end")]
fn capacity<'a>(program: &Program<'a>, put: &Put<'a>, word: &str) -> Option<Option<u64>> {
    let bindings = match put.container {
        Expr::Name(name) => program.lookup(&name.id, put.scope)?,
        Expr::Attribute(_) => program.attributes.get(word)?,
        _ => return None,
    };
    // What is made anew keeps nothing.
    let [
        Binding {
            source: Source::Value(made),
            scope,
            at,
        },
    ] = bindings
    else {
        return None;
    };
    let made_in_loop = put.around.iter().any(|place| match place.kind {
        PlaceKind::Loop(stmt) => stmt.range().contains(*at),
        _ => false,
    });
    if made_in_loop {
        return None;
    }
    match (made, put.key) {
        (Expr::List(_), None) => Some(None),
        (Expr::Dict(_), Some(key)) => is_ever_new(program, key, put.scope).then_some(None),
        (Expr::Call(call), key) => {
            let path = program.path(&call.func, *scope)?;
            match (path.as_str(), key) {
                ("list" | "set", None) => Some(None),
                ("dict" | "collections.OrderedDict" | "collections.defaultdict", Some(key)) => {
                    is_ever_new(program, key, put.scope).then_some(None)
                }
                ("collections.deque", None) => {
                    let by_name = call.arguments.find_keyword("maxlen");
                    let by_name = by_name.map(|keyword| &keyword.value);
                    let Some(most) = call.arguments.args.get(1).or(by_name) else {
                        return Some(None);
                    };
                    match program.constants(most, *scope).only()? {
                        Constant::Integer(most) => Some(u64::try_from(*most).ok()),
                        Constant::None => Some(None),
                        _ => None,
                    }
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether a key is another one each time.
fn is_ever_new<'a>(program: &Program<'a>, key: &'a Expr, scope: ScopeId) -> bool {
    let candidates = program.candidates(key, scope);
    !candidates.items.is_empty()
        && candidates.items.iter().all(|item| match item.term {
            Term::Expr(Expr::Call(call), _) => {
                last_word(&call.func).is_some_and(|name| EVER_NEW.contains(&name))
            }
            _ => false,
        })
}

/// Whether nothing takes messages out of a container again, or may do so elsewhere.
fn only_grows<'a>(program: &Program<'a>, put: &Put<'a>, word: &str) -> bool {
    let is_it = |expr: &Expr| last_word(expr) == Some(word);
    let takes_out = |call: &Call<'a>| match &*call.expr.func {
        Expr::Attribute(method) => TAKES.contains(&method.attr.as_str()) && is_it(&method.value),
        _ => false,
    };
    let hands_on = |call: &Call<'a>| {
        let keywords = call.expr.arguments.keywords.iter();
        let keywords = keywords.map(|keyword| &keyword.value);
        let mut given = call.expr.arguments.args.iter().chain(keywords);
        let looks = Program::called_name(call.expr).is_some_and(|name| LOOKS.contains(&name));
        !looks && given.any(is_it)
    };
    // A look at the length may decide whether there is room.
    let measures = |call: &Call<'a>| {
        Program::called_name(call.expr) == Some("len")
            && call.expr.arguments.args.first().is_some_and(is_it)
            && !in_head(put, call.expr.range())
    };
    let assigns = || {
        let others = program.entries.iter();
        others
            .filter(|entry| is_it(&entry.target.value) && entry.target.range != put.range)
            .count()
            > 0
    };
    let renames =
        |binding: &Binding<'a>| matches!(binding.source, Source::Value(value) if is_it(value));
    let named = program.scopes.iter().flat_map(|scope| scope.names.values());
    let mut bindings = named.chain(program.attributes.values()).flatten();
    !program.deleted.contains(word)
        && !program
            .calls
            .iter()
            .any(|call| takes_out(call) || hands_on(call) || measures(call))
        && !assigns()
        && !bindings.any(renames)
        && !program.stored.iter().any(renames)
}

/// Whether an expression stands in the condition of a loop around.
fn in_head(put: &Put<'_>, range: TextRange) -> bool {
    put.around.iter().any(|place| match place.kind {
        PlaceKind::Loop(stmt) => reach::head(stmt).contains_range(range),
        _ => false,
    })
}

/// How often the container grows, `Some(None)` if without end; none if that is not known.
#[expect(clippy::option_option, reason = "not known, or without an end")]
fn rounds<'a>(program: &Program<'a>, put: &Put<'a>, word: &str) -> Option<Option<u64>> {
    let mut rounds: Option<u64> = None;
    for place in &put.around {
        match place.kind {
            PlaceKind::Branch { test, .. } => {
                // Whether there is a message; any other condition may hold only a few times.
                if !asks_for(test, put.value) {
                    return None;
                }
            }
            PlaceKind::Loop(stmt) if program.left.contains(&stmt.range()) => return None,
            PlaceKind::Loop(stmt) if reach::runs_forever(program, stmt, put.scope) => {
                return Some(None);
            }
            PlaceKind::Loop(stmt) => {
                let times = times(program, stmt, put.scope, word)?;
                rounds = Some(rounds.unwrap_or(1).saturating_mul(times));
            }
            PlaceKind::Attempt(_) | PlaceKind::With(_) => {}
        }
    }
    rounds.map(Some)
}

/// How often a loop runs: `for _ in range(9)`, `while len(kept) < 9`.
fn times<'a>(program: &Program<'a>, stmt: &'a Stmt, scope: ScopeId, word: &str) -> Option<u64> {
    let (limit, one_more) = match stmt {
        Stmt::For(each) => {
            let Expr::Call(call) = &*each.iter else {
                return None;
            };
            let [limit] = &*call.arguments.args else {
                return None;
            };
            (program.path(&call.func, scope)? == "range").then_some((limit, 0))?
        }
        Stmt::While(repeat) => {
            let Expr::Compare(compare) = &*repeat.test else {
                return None;
            };
            let Expr::Call(call) = &*compare.left else {
                return None;
            };
            let measured = call.arguments.args.first().and_then(last_word);
            if last_word(&call.func) != Some("len") || measured != Some(word) {
                return None;
            }
            match (&*compare.ops, &*compare.comparators) {
                ([CmpOp::Lt | CmpOp::NotEq], [limit]) => (limit, 0),
                ([CmpOp::LtE], [limit]) => (limit, 1),
                _ => return None,
            }
        }
        _ => return None,
    };
    match program.constants(limit, scope).only()? {
        Constant::Integer(limit) => u64::try_from(limit.checked_add(one_more)?).ok(),
        _ => None,
    }
}

/// Whether a condition only asks whether there is this value.
fn asks_for(test: &Expr, value: &Expr) -> bool {
    let Some(word) = last_word(value) else {
        return false;
    };
    let asked = match test {
        Expr::Compare(compare) => match &*compare.comparators {
            [Expr::NoneLiteral(_)] => &*compare.left,
            _ => return false,
        },
        Expr::UnaryOp(not) => &*not.operand,
        other => other,
    };
    last_word(asked) == Some(word)
}
