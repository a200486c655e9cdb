//! What a script does with TCP connections.
//!
//! In: a program. Out: the calls whose exceptions end the script when nobody is at the other end,
//! and those that may send only a part. Never: a call on something that is not certain to be a
//! socket or an HTTP connection, nor one that nothing is known to reach.

use std::cell::Cell;
use std::collections::HashSet;
use std::ops::Range;

use ruff_python_ast::{Expr, ExprAttribute, ExprCall};
use ruff_text_size::{Ranged, TextRange};

use super::reach::{self, Escape};
use crate::margin::Dedented;
use crate::program::{Binding, Call, Constant, FunctionId, Program, ScopeId, Source, last_word};

/// What a script does with TCP connections.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Connections {
    /// Calls that connect, and end the script if there is nothing to connect to.
    pub connects: Vec<NetworkCall>,
    /// Calls in endless loops that send or receive, and end the script if the other side is gone: the
    /// first of each loop.
    pub transfers: Vec<NetworkCall>,
    /// Calls of `send` that nobody asks how much was sent.
    pub sends: Vec<Send>,
}

/// A call that raises, and ends the script, if nobody is at the other end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkCall {
    /// What is called: `connect`, `sendall`…
    pub name: String,
    /// The call.
    pub range: Range<usize>,
    /// The head of the endless loop that it ends.
    pub ended: Option<Range<usize>>,
    /// The exception is caught, but no loop is around the `try`.
    pub caught: bool,
}

/// A `send` whose result is not used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Send {
    /// The call.
    pub range: Range<usize>,
    /// The socket has a timeout or does not wait, so a part is sent whenever its buffer is nearly full.
    pub timed: bool,
}

/// What a call is made on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Endpoint {
    Stream,
    Datagram,
    Http,
}

/// How far an endpoint is traced.
const MAX_DEPTH: u32 = 8;

/// How many steps all traces of one program may take together.
const EFFORT: u32 = 20_000;

/// More calls of one program are not looked at.
const MOST: usize = 500;

/// Methods of sockets that need somebody at the other end.
const TRANSFERS: &[&str] = &["send", "sendall", "sendfile", "recv", "recv_into"];

/// Methods of an `HTTPConnection` that connect.
const HTTP_CONNECTS: &[&str] = &["request", "connect", "endheaders"];

pub(super) fn uses(program: &Program<'_>, text: &Dedented<'_>) -> Connections {
    let search = Search {
        program,
        effort: Cell::new(EFFORT),
    };
    let timed = search.timed();
    let mut found = Connections::default();
    let mut ended: HashSet<Option<TextRange>> = HashSet::new();
    let mut looked_at: usize = 0;
    for (index, call) in program.calls.iter().enumerate() {
        let Some(name) = Program::called_name(call.expr) else {
            continue;
        };
        let network_call = |escape: &Escape<'_>| NetworkCall {
            name: name.to_owned(),
            range: text.original(call.expr.range()),
            ended: escape.ended.map(|stmt| text.original(reach::head(stmt))),
            caught: escape.caught.is_some(),
        };
        let role = search.role(call, name).filter(|_| looked_at < MOST);
        looked_at = looked_at.saturating_add(usize::from(role.is_some()));
        match role {
            Some(Role::Connects) => {
                let escapes = reach::escapes(program, index);
                let uncaught = escapes.iter().find(|escape| escape.caught.is_none());
                found.connects.extend(uncaught.map(network_call));
            }
            Some(Role::Transfers) => {
                if name == "send" && program.is_discarded(call.expr.range()) {
                    found.sends.push(Send {
                        range: text.original(call.expr.range()),
                        timed: search.is_timed(call.expr, &timed),
                    });
                }
                let escapes = reach::escapes(program, index);
                let fatal = escapes.iter().find(|escape| search.ends_script(escape));
                if let Some(escape) = fatal
                    && ended.insert(escape.ended.map(Ranged::range))
                {
                    found.transfers.push(network_call(escape));
                }
            }
            None => {}
        }
    }
    found
}

/// What a call does with a connection.
enum Role {
    Connects,
    Transfers,
}

struct Search<'p, 'a> {
    program: &'p Program<'a>,
    effort: Cell<u32>,
}

impl<'a> Search<'_, 'a> {
    fn role(&self, call: &Call<'a>, name: &str) -> Option<Role> {
        if name == "create_connection" {
            let path = self.program.path(&call.expr.func, call.scope)?;
            return (path == "socket.create_connection").then_some(Role::Connects);
        }
        let is_transfer = TRANSFERS.contains(&name);
        if !is_transfer && !HTTP_CONNECTS.contains(&name) {
            return None;
        }
        let receiver = receiver(call.expr)?;
        match self.endpoint(receiver, call.scope, 0)? {
            Endpoint::Stream if is_transfer => Some(Role::Transfers),
            Endpoint::Stream if name == "connect" => Some(Role::Connects),
            Endpoint::Http if !is_transfer => Some(Role::Connects),
            _ => None,
        }
    }

    /// Whether an exception that leaves the script this way stops what it did all the time.
    fn ends_script(&self, escape: &Escape<'a>) -> bool {
        if escape.ended.is_none() {
            return false;
        }
        let Some(attempt) = escape.caught else {
            return true;
        };
        // What comes after the guarded part may begin anew, or other threads do the work.
        let after = attempt.body.last().map_or(attempt.end(), Ranged::end);
        let mut loops = self.program.loops.iter();
        let mut calls = self.program.calls.iter();
        let handles = |call: &Call<'a>| {
            let is_own = |name| self.program.functions_named(name).next().is_some();
            let range = call.expr.range();
            range.start() >= after
                && attempt.range().contains_range(range)
                && Program::called_name(call.expr).is_some_and(is_own)
        };
        !loops.any(|(stmt, _)| stmt.start() >= after)
            && !calls.any(handles)
            && !self.program.calls_by_name.contains_key("Thread")
    }

    /// What an expression is an end of, if it cannot be anything else.
    fn endpoint(&self, expr: &'a Expr, scope: ScopeId, depth: u32) -> Option<Endpoint> {
        let left = self.effort.get().checked_sub(1)?;
        self.effort.set(left);
        if depth > MAX_DEPTH {
            return None;
        }
        match expr {
            Expr::Call(call) => self.made(call, scope, depth),
            Expr::Name(name) => self.bound(self.program.lookup(&name.id, scope)?, depth),
            Expr::Attribute(attribute) => {
                self.bound(self.program.attributes.get(attribute.attr.as_str())?, depth)
            }
            _ => None,
        }
    }

    /// What a call makes.
    fn made(&self, call: &'a ExprCall, scope: ScopeId, depth: u32) -> Option<Endpoint> {
        if let Expr::Name(name) = &*call.func
            && let Some([binding]) = self.program.lookup(&name.id, scope)
            && let Source::Function(function) = binding.source
        {
            return self.returned(function, depth);
        }
        match self.program.path(&call.func, scope)?.as_str() {
            "socket.socket" => self.socket(call, scope),
            "socket.create_connection" | "socket.create_server" => Some(Endpoint::Stream),
            "http.client.HTTPConnection" => Some(Endpoint::Http),
            _ => None,
        }
    }

    fn socket(&self, call: &'a ExprCall, scope: ScopeId) -> Option<Endpoint> {
        let keyword = |name| call.arguments.find_keyword(name);
        if keyword("fileno").is_some() || call.arguments.args.iter().any(Expr::is_starred_expr) {
            return None;
        }
        let by_name = keyword("type").map(|keyword| &keyword.value);
        let Some(kind) = call.arguments.args.get(1).or(by_name) else {
            return Some(Endpoint::Stream);
        };
        match self.program.path(kind, scope)?.rsplit('.').next()? {
            "SOCK_STREAM" => Some(Endpoint::Stream),
            "SOCK_DGRAM" => Some(Endpoint::Datagram),
            _ => None,
        }
    }

    fn returned(&self, function: FunctionId, depth: u32) -> Option<Endpoint> {
        let function = self.program.functions.get(function)?;
        let returns = function.returns.iter().flatten();
        let scope = function.scope;
        let deeper = depth.saturating_add(1);
        let is_none = |expr: &&Expr| !expr.is_none_literal_expr();
        agreed(
            returns
                .filter(|expr| is_none(expr))
                .map(|expr| self.endpoint(expr, scope, deeper)),
        )
    }

    fn bound(&self, bindings: &[Binding<'a>], depth: u32) -> Option<Endpoint> {
        let deeper = depth.saturating_add(1);
        let is_none = |binding: &&Binding<'a>| matches!(binding.source, Source::Value(value) if value.is_none_literal_expr());
        let others = bindings.iter().filter(|binding| !is_none(binding));
        agreed(others.map(|binding| self.source(binding, deeper)))
    }

    fn source(&self, binding: &Binding<'a>, depth: u32) -> Option<Endpoint> {
        match binding.source {
            Source::Value(value) | Source::With(value) => {
                self.endpoint(value, binding.scope, depth)
            }
            Source::Part { of, index: 0 } => {
                let Expr::Call(call) = of else {
                    return None;
                };
                let accepts = Program::called_name(call) == Some("accept");
                let listener = receiver(call).filter(|_| accepts)?;
                self.endpoint(listener, binding.scope, depth)
            }
            Source::Parameter { function, index } => {
                let given = self.given(function, index)?;
                agreed(
                    given
                        .into_iter()
                        .map(|(expr, scope)| self.endpoint(expr, scope, depth)),
                )
            }
            _ => None,
        }
    }

    /// What the calls of a function, and threads that run it, give for a parameter.
    fn given(&self, id: FunctionId, index: usize) -> Option<Vec<(&'a Expr, ScopeId)>> {
        let function = self.program.functions.get(id)?;
        let position = index.checked_sub(usize::from(function.is_method))?;
        let parameter = function.parameters?.iter_non_variadic_params().nth(index)?;
        let mut given = Vec::new();
        for site in reach::sites(self.program, id) {
            let call = self.program.calls.get(site)?;
            let arguments = &call.expr.arguments;
            let by_name = arguments.find_keyword(parameter.name().as_str());
            let by_name = by_name.map(|keyword| &keyword.value);
            let expr = arguments.args.get(position).or(by_name)?;
            given.push((expr, call.scope));
        }
        for call in &self.program.calls {
            let Some((target, arguments)) = thread(call.expr) else {
                continue;
            };
            if last_word(target) == Some(function.name) {
                let Expr::Tuple(arguments) = arguments else {
                    return None;
                };
                given.push((arguments.elts.get(position)?, call.scope));
            }
        }
        Some(given)
    }

    /// The last words of sockets that have a timeout or do not wait.
    fn timed(&self) -> HashSet<&'a str> {
        let calls = self.program.calls.iter();
        let words = calls.filter_map(|call| {
            let name = Program::called_name(call.expr)?;
            let unless = match name {
                "settimeout" => Constant::None,
                "setblocking" => Constant::Boolean(true),
                _ => return None,
            };
            let argument = call.expr.arguments.args.first()?;
            let waits = self.program.constants(argument, call.scope).only() == Some(&unless);
            last_word(receiver(call.expr)?).filter(|_| !waits)
        });
        words.collect()
    }

    fn is_timed(&self, call: &ExprCall, timed: &HashSet<&'a str>) -> bool {
        let word = receiver(call).and_then(last_word);
        word.is_some_and(|word| timed.contains(word))
            || self.program.calls_by_name.contains_key("setdefaulttimeout")
    }
}

/// The function that a call starts as a thread, and its arguments.
fn thread(call: &ExprCall) -> Option<(&Expr, &Expr)> {
    let keyword = |name| call.arguments.find_keyword(name).map(|found| &found.value);
    match last_word(&call.func)? {
        "Thread" => Some((keyword("target")?, keyword("args")?)),
        "start_new_thread" => match &*call.arguments.args {
            [target, arguments, ..] => Some((target, arguments)),
            _ => None,
        },
        _ => None,
    }
}

/// `x` of `x.method()`.
fn receiver(call: &ExprCall) -> Option<&Expr> {
    match &*call.func {
        Expr::Attribute(ExprAttribute { value, .. }) => Some(value),
        _ => None,
    }
}

/// What all of them are, if there is any.
fn agreed(mut each: impl Iterator<Item = Option<Endpoint>>) -> Option<Endpoint> {
    let first = each.next()??;
    each.all(|other| other == Some(first)).then_some(first)
}
