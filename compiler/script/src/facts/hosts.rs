//! Which hosts a script talks to.
//!
//! In: a program. Out: the hosts that are constants, and what they are used for. Never: a lookup or
//! a connection.

use std::ops::Range;

use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::Ranged;

use crate::margin::Dedented;
use crate::program::{Call, Constant, Program, ScopeId, Term, is_address, without_port};

/// The form of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostKind {
    /// An empty string, which stands for every address of the camera, or `<broadcast>`.
    Any,
    /// An address.
    Address,
    /// `localhost`.
    Localhost,
    /// A name that has to be looked up.
    Name,
    /// Something with `//` in it: a URL where a host belongs.
    Url,
}

impl HostKind {
    fn of(host: &str) -> Self {
        match host {
            "" | "<broadcast>" | "<any>" => Self::Any,
            "localhost" => Self::Localhost,
            _ if host.contains("//") => Self::Url,
            _ if is_address(host) => Self::Address,
            _ => Self::Name,
        }
    }
}

/// What a host is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The script connects or sends to it.
    Connect,
    /// The script listens on it.
    Listen,
    /// The script asks for its address.
    Lookup,
}

/// A constant that is used as a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostUse {
    /// The host, without the port.
    pub host: String,
    /// Its form.
    pub kind: HostKind,
    /// What it is used for.
    pub purpose: Purpose,
    /// Where it is written.
    pub range: Range<usize>,
    /// The call that uses it.
    pub call: Range<usize>,
    /// Whether it is certainly used, rather than possibly.
    pub certain: bool,
}

/// What a script does so that its sockets take names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lookup {
    /// Nothing.
    #[default]
    None,
    /// It calls `oakc.dns.install`, which asks the servers that the configuration names.
    Configured,
    /// It gives `oakc.dns` servers or names of its own.
    Own,
}

/// What a script does so that its sockets take names.
pub(super) fn lookup(program: &Program<'_>) -> Lookup {
    let calls = program.calls.iter().filter_map(|call| {
        let path = program.path(&call.expr.func, call.scope)?;
        match path.strip_prefix("oakc.dns.")? {
            "install" if call.expr.arguments.is_empty() => Some(Lookup::Configured),
            "install" | "configure" => Some(Lookup::Own),
            _ => None,
        }
    });
    calls.max().unwrap_or_default()
}

pub(super) fn uses(program: &Program<'_>, text: &Dedented<'_>) -> Vec<HostUse> {
    let mut uses = Vec::new();
    for call in &program.calls {
        let Some((argument, purpose)) = sink(program, call) else {
            continue;
        };
        let hosts = match argument {
            Argument::Host(host) => vec![(host, call.scope, true)],
            Argument::Address(address) => hosts_of(program, address, call.scope),
        };
        for (host, scope, taken) in hosts {
            for value in program.constants(host, scope).list {
                let Constant::Text(address) = value.constant else {
                    continue;
                };
                let host = without_port(&address);
                uses.push(HostUse {
                    host: host.to_owned(),
                    kind: HostKind::of(host),
                    purpose,
                    range: text.original(value.range),
                    call: text.original(call.expr.range()),
                    certain: taken && value.certain,
                });
            }
        }
    }
    uses.sort_by_key(|used| (used.range.start, used.call.start));
    uses.dedup();
    uses
}

/// The part of a call that names a host.
enum Argument<'a> {
    /// The host itself.
    Host(&'a Expr),
    /// A pair of host and port.
    Address(&'a Expr),
}

fn sink<'a>(program: &Program<'a>, call: &Call<'a>) -> Option<(Argument<'a>, Purpose)> {
    let called = Program::called_name(call.expr)?;
    let first = || call.expr.arguments.args.first();
    match called {
        "connect" | "connect_ex" if is_method(call.expr) => {
            Some((Argument::Address(first()?), Purpose::Connect))
        }
        "sendto" if is_method(call.expr) => {
            let last = call.expr.arguments.args.last()?;
            Some((Argument::Address(last), Purpose::Connect))
        }
        "bind" if is_method(call.expr) => Some((Argument::Address(first()?), Purpose::Listen)),
        "create_connection"
        | "create_server"
        | "getaddrinfo"
        | "gethostbyname"
        | "gethostbyname_ex"
        | "HTTPConnection"
        | "HTTPSConnection"
        | "HTTPServer"
        | "ThreadingHTTPServer"
        | "TCPServer"
        | "UDPServer"
        | "ThreadingTCPServer"
        | "ThreadingUDPServer"
        | "Client"
        | "start"
        | "sync" => by_path(program, call),
        // It may have been imported under another name.
        _ if call.expr.func.is_name_expr() => by_path(program, call),
        _ => None,
    }
}

fn by_path<'a>(program: &Program<'a>, call: &Call<'a>) -> Option<(Argument<'a>, Purpose)> {
    let path = program.path(&call.expr.func, call.scope)?;
    let argument = |name: &str| {
        let keyword = call.expr.arguments.find_keyword(name);
        let positional = call.expr.arguments.args.first();
        positional.or_else(|| keyword.map(|keyword| &keyword.value))
    };
    Some(match path.as_str() {
        "socket.create_connection" => (Argument::Address(argument("address")?), Purpose::Connect),
        "http.client.HTTPConnection" | "http.client.HTTPSConnection" => {
            (Argument::Host(argument("host")?), Purpose::Connect)
        }
        "oakc.mqtt.Client" => (Argument::Host(argument("host")?), Purpose::Connect),
        "oakc.clock.start" | "oakc.clock.sync" => (
            Argument::Host(call.expr.arguments.args.first()?),
            Purpose::Connect,
        ),
        "socket.getaddrinfo" => (Argument::Host(argument("host")?), Purpose::Lookup),
        "socket.gethostbyname" | "socket.gethostbyname_ex" => {
            (Argument::Host(argument("hostname")?), Purpose::Lookup)
        }
        "socket.create_server" => (Argument::Address(argument("address")?), Purpose::Listen),
        _ if path.starts_with("http.server.") || path.starts_with("socketserver.") => (
            Argument::Address(argument("server_address")?),
            Purpose::Listen,
        ),
        _ => return None,
    })
}

fn is_method(call: &ExprCall) -> bool {
    call.func.is_attribute_expr()
}

/// The hosts of the pairs that an expression may stand for.
fn hosts_of<'a>(
    program: &Program<'a>,
    address: &'a Expr,
    scope: ScopeId,
) -> Vec<(&'a Expr, ScopeId, bool)> {
    let candidates = program.candidates(address, scope);
    let pairs = candidates
        .items
        .into_iter()
        .filter_map(|item| match item.term {
            Term::Expr(Expr::Tuple(pair), scope) if pair.elts.len() >= 2 => {
                Some((pair.elts.first()?, scope, item.certain))
            }
            _ => None,
        });
    pairs.collect()
}
