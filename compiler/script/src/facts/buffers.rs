//! Messages with more data than they have room for.
//!
//! In: a program. Out: the calls that put more bytes into a message than it was made for, and those
//! that put text of any length into it. Never: a message or a size that is not certain.

use std::ops::Range;

use ruff_python_ast::{Expr, ExprCall, FStringPart, InterpolatedStringElement, Operator};
use ruff_text_size::Ranged;

use crate::api::{API, Member};
use crate::margin::Dedented;
use crate::program::{Call, Constant, Program, ScopeId, Term, last_word};

/// A `setData` with more bytes than the message has room for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overflow {
    /// Where the message is created.
    pub made: Range<usize>,
    /// How many bytes it has room for.
    pub size: usize,
    /// The data.
    pub data: Range<usize>,
    /// How many bytes the data has.
    pub bytes: usize,
}

/// A `setData` with text whose length depends on what the script sees, into a message of a fixed size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmeasured {
    /// The class of the message.
    pub class: String,
    /// Where the message is created.
    pub made: Range<usize>,
    /// How many bytes it has room for.
    pub size: usize,
    /// The data.
    pub data: Range<usize>,
}

/// As much room as a number takes as text: the longest form of a `float`.
const NUMBER: usize = 24;

/// How deep a text is taken apart.
const MAX_DEPTH: u32 = 8;

pub(super) fn overflows(program: &Program<'_>, text: &Dedented<'_>) -> Vec<Overflow> {
    let each = filled(program);
    each.filter_map(|filled| {
        let Constant::Bytes(bytes) = *program.constants(filled.data, filled.scope).only()? else {
            return None;
        };
        (bytes > filled.size).then(|| Overflow {
            made: text.original(filled.made.range()),
            size: filled.size,
            data: text.original(filled.data.range()),
            bytes,
        })
    })
    .collect()
}

pub(super) fn unmeasured(program: &Program<'_>, text: &Dedented<'_>) -> Vec<Unmeasured> {
    let each = filled(program);
    each.filter_map(|filled| {
        let is_constant = !program.constants(filled.data, filled.scope).list.is_empty();
        if is_constant || is_measured(program, filled.data) {
            return None;
        }
        let written = encoded(program, filled.data, filled.scope)?;
        let fits = match length(program, written.0, written.1, 0)? {
            Length::Any => false,
            Length::WithNumbers(bytes) => bytes <= filled.size,
        };
        (!fits).then(|| Unmeasured {
            class: filled.class.to_owned(),
            made: text.original(filled.made.range()),
            size: filled.size,
            data: text.original(filled.data.range()),
        })
    })
    .collect()
}

/// A message of a certain size, and a call of its `setData`.
struct Filled<'a> {
    made: &'a ExprCall,
    class: &'a str,
    size: usize,
    data: &'a Expr,
    scope: ScopeId,
}

fn filled<'p, 'a>(program: &'p Program<'a>) -> impl Iterator<Item = Filled<'a>> + use<'p, 'a> {
    let calls = program.calls.iter();
    calls.filter_map(|call| fill(program, call))
}

fn fill<'a>(program: &Program<'a>, call: &Call<'a>) -> Option<Filled<'a>> {
    let Expr::Attribute(method) = &*call.expr.func else {
        return None;
    };
    if method.attr != *"setData" {
        return None;
    }
    let data = call.expr.arguments.args.first()?;
    let (made, scope) = only_message(program, &method.value, call.scope)?;
    let (class, size) = size_of(program, made, scope)?;
    Some(Filled {
        made,
        class,
        size,
        data,
        scope: call.scope,
    })
}

/// The only call that can have created the message.
fn only_message<'a>(
    program: &Program<'a>,
    expr: &'a Expr,
    scope: ScopeId,
) -> Option<(&'a ExprCall, ScopeId)> {
    match only(program, expr, scope)? {
        (Expr::Call(call), scope) => Some((call, scope)),
        _ => None,
    }
}

/// The only expression that another can stand for.
fn only<'a>(program: &Program<'a>, expr: &'a Expr, scope: ScopeId) -> Option<(&'a Expr, ScopeId)> {
    let candidates = program.candidates(expr, scope);
    match candidates.items.as_slice() {
        [item] if item.certain && !candidates.incomplete => match item.term {
            Term::Expr(expr, scope) => Some((expr, scope)),
            Term::Constant(..) => None,
        },
        _ => None,
    }
}

fn size_of<'a>(
    program: &Program<'a>,
    made: &'a ExprCall,
    scope: ScopeId,
) -> Option<(&'a str, usize)> {
    let Expr::Name(class) = &*made.func else {
        return None;
    };
    let class = class.id.as_str();
    if !is_sized(class) || !program.is_builtin(class, scope) {
        return None;
    }
    let size = program.constants(made.arguments.args.first()?, scope);
    match size.only()? {
        Constant::Integer(size) => Some((class, usize::try_from(*size).ok()?)),
        _ => None,
    }
}

/// Whether messages of a class are created with a fixed size.
fn is_sized(class: &str) -> bool {
    let Some(class) = API.injected(class) else {
        return false;
    };
    let Some(Member::Function(first, after)) = API.member(class, "__init__") else {
        return false;
    };
    (*first..*after)
        .filter_map(|number| API.function(number))
        .filter_map(|function| function.parameters.as_ref()?.first())
        .any(|parameter| parameter.name == "size")
}

/// Whether the script asks for the length of the data.
fn is_measured(program: &Program<'_>, data: &Expr) -> bool {
    let word = last_word(data);
    let calls = program.calls_by_name.get("len").map(Vec::as_slice);
    let mut calls = calls.unwrap_or_default().iter();
    word.is_some()
        && calls.any(|call| {
            let call = program.calls.get(*call);
            let measured = call.and_then(|call| call.expr.arguments.args.first());
            measured.and_then(last_word) == word
        })
}

/// The text of `text.encode()` or `bytes(text, "utf-8")`.
fn encoded<'a>(
    program: &Program<'a>,
    data: &'a Expr,
    scope: ScopeId,
) -> Option<(&'a Expr, ScopeId)> {
    let (Expr::Call(call), scope) = only(program, data, scope)? else {
        return None;
    };
    let text = match &*call.func {
        Expr::Attribute(method) if method.attr == *"encode" => &*method.value,
        Expr::Name(name) if matches!(name.id.as_str(), "bytes" | "bytearray") => {
            let encoding = call.arguments.find_keyword("encoding").is_some();
            let takes_text = call.arguments.args.len() > 1 || encoding;
            call.arguments.args.first().filter(|_| takes_text)?
        }
        _ => return None,
    };
    only(program, text, scope)
}

/// How long a text is.
enum Length {
    /// As long as what it is made of.
    Any,
    /// This many bytes are enough if all values in it are numbers.
    WithNumbers(usize),
}

/// How long a text is, if it is made in a way that is understood.
fn length<'a>(program: &Program<'a>, text: &'a Expr, scope: ScopeId, depth: u32) -> Option<Length> {
    if depth > MAX_DEPTH {
        return None;
    }
    let deeper = depth.saturating_add(1);
    match text {
        Expr::StringLiteral(string) => Some(Length::WithNumbers(string.value.to_str().len())),
        Expr::FString(string) => {
            let parts = string.value.iter().map(|part| match part {
                FStringPart::Literal(literal) => literal.value.len(),
                FStringPart::FString(inner) => inner.elements.iter().map(room).sum(),
            });
            Some(Length::WithNumbers(parts.sum()))
        }
        Expr::BinOp(joined) if joined.op == Operator::Add => {
            let left = length(program, &joined.left, scope, deeper)?;
            let right = length(program, &joined.right, scope, deeper)?;
            Some(match (left, right) {
                (Length::WithNumbers(left), Length::WithNumbers(right)) => {
                    Length::WithNumbers(left.saturating_add(right))
                }
                _ => Length::Any,
            })
        }
        Expr::Call(call) => match &*call.func {
            Expr::Attribute(method) if method.attr == *"join" && method.value.is_literal_expr() => {
                Some(Length::Any)
            }
            Expr::Name(name) if name.id == "str" && program.is_builtin("str", scope) => {
                Some(Length::WithNumbers(NUMBER))
            }
            _ if program.path(&call.func, scope).as_deref() == Some("json.dumps") => {
                Some(json(call.arguments.args.first()?))
            }
            _ => None,
        },
        _ => None,
    }
}

fn room(element: &InterpolatedStringElement) -> usize {
    match element {
        InterpolatedStringElement::Literal(literal) => literal.value.len(),
        InterpolatedStringElement::Interpolation(_) => NUMBER,
    }
}

/// How long the JSON of a value is: known only of a literal dictionary or list without others in it.
fn json(value: &Expr) -> Length {
    /// Quotes, colon, comma and spaces.
    const MARKS: usize = 6;
    let entries: Vec<_> = match value {
        Expr::Dict(dict) => dict
            .items
            .iter()
            .map(|item| (item.key.as_ref(), &item.value))
            .collect(),
        Expr::List(list) => list.elts.iter().map(|value| (None, value)).collect(),
        _ => return Length::Any,
    };
    let is_plain = |value: &Expr| {
        !matches!(
            value,
            Expr::Dict(_) | Expr::List(_) | Expr::ListComp(_) | Expr::Starred(_)
        )
    };
    let mut bytes: usize = 2;
    for (key, value) in entries {
        let key = match key {
            Some(Expr::StringLiteral(key)) => key.value.to_str().len(),
            Some(_) => return Length::Any,
            None if value.is_starred_expr() => return Length::Any,
            None => 0,
        };
        let value = match value {
            Expr::StringLiteral(text) => text.value.to_str().len(),
            value if is_plain(value) => NUMBER,
            _ => return Length::Any,
        };
        bytes = bytes
            .saturating_add(key)
            .saturating_add(value)
            .saturating_add(MARKS);
    }
    Length::WithNumbers(bytes)
}
