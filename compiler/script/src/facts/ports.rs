//! How a script uses the ports of its node.
//!
//! In: a program. Out: every use of `node.io[…]`, and whether `node.io` is passed on as a whole.
//! Never: a name that is only possible and does not say so.

use std::collections::HashSet;
use std::ops::Range;

use ruff_python_ast::{Expr, ExprAttribute, ExprSubscript};
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::margin::Dedented;
use crate::program::{Call, Constant, Program, ScopeId, Term};

/// What is done with a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Waits for a message.
    Get,
    /// Waits for messages.
    GetAll,
    /// Takes a message if there is one.
    TryGet,
    /// Takes all messages that there are.
    TryGetAll,
    /// Sends a message, and waits for room in queues that block.
    Send,
    /// Sends a message if there is room.
    TrySend,
    /// It is passed on, or used in a way that is not understood.
    Unknown,
}

impl Method {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "get" => Self::Get,
            "getAll" => Self::GetAll,
            "tryGet" => Self::TryGet,
            "tryGetAll" => Self::TryGetAll,
            "send" => Self::Send,
            "trySend" => Self::TrySend,
            _ => return None,
        })
    }

    /// Whether it reads from an input.
    pub fn reads(self) -> bool {
        matches!(
            self,
            Self::Get | Self::GetAll | Self::TryGet | Self::TryGetAll
        )
    }

    /// Whether it waits until there is a message.
    pub fn waits_for_message(self) -> bool {
        matches!(self, Self::Get | Self::GetAll)
    }

    /// Whether it sends to an output.
    pub fn sends(self) -> bool {
        matches!(self, Self::Send | Self::TrySend)
    }
}

/// One use of `node.io[…]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortUse {
    /// Which ports it may be.
    pub names: Vec<PortName>,
    /// Whether it may be another port as well, because the name is computed.
    pub computed: bool,
    /// What is done with it.
    pub method: Method,
    /// The call, or the port itself if there is none.
    pub range: Range<usize>,
    /// The port: `node.io[…]`.
    pub port: Range<usize>,
    /// Whether `None` is sent.
    pub sends_none: bool,
    /// Whether the call is in a loop.
    pub in_loop: bool,
}

/// The name of a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortName {
    /// The name.
    pub name: String,
    /// Where it is written.
    pub range: Range<usize>,
    /// Whether this port is certainly used, rather than possibly.
    pub certain: bool,
}

impl PortUse {
    /// Whether it may be the port of this name.
    pub fn may_be(&self, name: &str) -> bool {
        self.computed || self.names.iter().any(|known| known.name == name)
    }

    pub(super) fn may_send(&self) -> bool {
        self.method.sends() || self.method == Method::Unknown
    }
}

/// All uses of ports, and whether `node.io` is passed on as a whole.
pub(super) fn uses(program: &Program<'_>, text: &Dedented<'_>) -> (Vec<PortUse>, bool) {
    let ports: Vec<_> = program
        .subscripts
        .iter()
        .filter(|(subscript, scope)| is_io(program, &subscript.value, *scope))
        .collect();
    let unreached = program.unreached();
    let is_reached = |at: TextRange| !unreached.iter().any(|range| range.contains_range(at));
    let mut called = HashSet::new();
    let mut uses = Vec::new();
    for call in &program.calls {
        for (method, receiver, scope) in methods(program, call) {
            for (subscript, scope) in of(program, receiver, scope) {
                called.insert(subscript.range.start());
                let mut found = port_use(program, text, call, method, subscript, scope);
                for name in &mut found.names {
                    name.certain &= is_reached(call.expr.range());
                }
                uses.push(found);
            }
        }
    }
    let passed_on = ports
        .iter()
        .filter(|(subscript, _)| !called.contains(&subscript.range.start()));
    let passed_on =
        passed_on.map(|(subscript, scope)| unknown_use(program, text, subscript, *scope));
    uses.extend(passed_on);
    uses.sort_by_key(|used| used.port.start);
    let subscripted: HashSet<TextSize> = ports.iter().map(|(port, _)| port.range.start()).collect();
    (uses, escapes(program, &subscripted))
}

/// The ports that an expression may stand for.
pub(super) fn of<'a>(
    program: &Program<'a>,
    expr: &'a Expr,
    scope: ScopeId,
) -> Vec<(&'a ExprSubscript, ScopeId)> {
    let candidates = program.candidates(expr, scope);
    let items = candidates
        .items
        .into_iter()
        .filter_map(|item| match item.term {
            Term::Expr(Expr::Subscript(subscript), scope)
                if is_io(program, &subscript.value, scope) =>
            {
                Some((subscript, scope))
            }
            _ => None,
        });
    items.collect()
}

/// The method of a port that a call may be: `port.get()`, or `get()` after `get = port.get`.
pub(super) fn methods<'a>(
    program: &Program<'a>,
    call: &Call<'a>,
) -> Vec<(Method, &'a Expr, ScopeId)> {
    let method = |attribute: &'a ExprAttribute, scope| {
        let method = Method::named(attribute.attr.as_str())?;
        Some((method, &*attribute.value, scope))
    };
    match &*call.expr.func {
        Expr::Attribute(attribute) => method(attribute, call.scope).into_iter().collect(),
        Expr::Name(name) if !program.is_builtin(&name.id, call.scope) => {
            let candidates = program.candidates(&call.expr.func, call.scope);
            let items = candidates
                .items
                .into_iter()
                .filter_map(|item| match item.term {
                    Term::Expr(Expr::Attribute(attribute), scope) => method(attribute, scope),
                    _ => None,
                });
            items.collect()
        }
        _ => Vec::new(),
    }
}

fn port_use<'a>(
    program: &Program<'a>,
    text: &Dedented<'_>,
    call: &Call<'a>,
    method: Method,
    subscript: &'a ExprSubscript,
    scope: ScopeId,
) -> PortUse {
    let sent = call.expr.arguments.args.first().filter(|_| method.sends());
    let sends_none = sent
        .is_some_and(|sent| program.constants(sent, call.scope).only() == Some(&Constant::None));
    PortUse {
        method,
        range: text.original(call.expr.range()),
        sends_none,
        in_loop: call.in_loop,
        ..unknown_use(program, text, subscript, scope)
    }
}

fn unknown_use<'a>(
    program: &Program<'a>,
    text: &Dedented<'_>,
    subscript: &'a ExprSubscript,
    scope: ScopeId,
) -> PortUse {
    let values = program.constants(&subscript.slice, scope);
    let mut computed = values.incomplete;
    let mut names = Vec::new();
    for value in values.list {
        match value.constant {
            Constant::Text(name) => {
                let range = text.original(value.range);
                // The same literal may be reached in several ways.
                let known = names
                    .iter_mut()
                    .find(|known: &&mut PortName| known.range == range && known.name == name);
                match known {
                    Some(known) => known.certain |= value.certain,
                    None => names.push(PortName {
                        name,
                        range,
                        certain: value.certain,
                    }),
                }
            }
            _ => computed = true,
        }
    }
    let port = text.original(subscript.range);
    PortUse {
        names,
        computed,
        method: Method::Unknown,
        range: port.clone(),
        port,
        sends_none: false,
        in_loop: false,
    }
}

/// Whether an expression is `node.io`, or a name for it.
fn is_io<'a>(program: &Program<'a>, expr: &'a Expr, scope: ScopeId) -> bool {
    match expr {
        Expr::Attribute(attribute) => is_node_io(program, attribute, scope),
        Expr::Name(name) if !program.is_builtin(&name.id, scope) => {
            let candidates = program.candidates(expr, scope);
            candidates.items.iter().any(|item| match item.term {
                Term::Expr(Expr::Attribute(attribute), scope) => {
                    is_node_io(program, attribute, scope)
                }
                _ => false,
            })
        }
        _ => false,
    }
}

fn is_node_io(program: &Program<'_>, attribute: &ExprAttribute, scope: ScopeId) -> bool {
    attribute.attr == *"io"
        && matches!(&*attribute.value, Expr::Name(name)
            if name.id == "node" && program.is_builtin("node", scope))
}

/// Whether `node.io` is used without being indexed or given a name, or `node` other than for one of
/// its attributes.
fn escapes(program: &Program<'_>, subscripted: &HashSet<TextSize>) -> bool {
    let indexed = |range: TextRange| subscripted.contains(&range.start());
    let mut reads = program.attribute_reads.iter();
    node_escapes(program)
        || reads.any(|(attribute, scope)| {
            is_node_io(program, attribute, *scope)
                && !indexed(attribute.range())
                && !program.aliases.contains(&attribute.range())
        })
}

/// Whether `node` itself is handed on. An attribute that has this name counts, too: it may be the same
/// object.
fn node_escapes(program: &Program<'_>) -> bool {
    let of_node = |(attribute, _): &&(&ExprAttribute, ScopeId)| {
        matches!(&*attribute.value, Expr::Name(name) if name.id == "node")
            || matches!(&*attribute.value, Expr::Attribute(inner) if inner.attr == *"node")
    };
    let uses = program.attribute_reads.iter().filter(of_node).count();
    program.reads.get("node").copied().unwrap_or(0) > uses
}
