//! Messages with more data than they have room for.
//!
//! In: a program. Out: the calls that put more bytes into a message than it was made for. Never: a
//! message or a size that is not certain.

use std::ops::Range;

use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::Ranged;

use crate::margin::Dedented;
use crate::program::{Call, Constant, Program, ScopeId, Term};

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

/// Messages that are created with a fixed size.
const SIZED: &[&str] = &["Buffer", "NNData"];

pub(super) fn overflows(program: &Program<'_>, text: &Dedented<'_>) -> Vec<Overflow> {
    let calls = program.calls.iter();
    calls
        .filter_map(|call| overflow(program, text, call))
        .collect()
}

fn overflow<'a>(program: &Program<'a>, text: &Dedented<'_>, call: &Call<'a>) -> Option<Overflow> {
    let Expr::Attribute(method) = &*call.expr.func else {
        return None;
    };
    if method.attr != *"setData" {
        return None;
    }
    let data = call.expr.arguments.args.first()?;
    let (made, scope) = only_message(program, &method.value, call.scope)?;
    let size = size_of(program, made, scope)?;
    let Constant::Bytes(bytes) = *program.constants(data, call.scope).only()? else {
        return None;
    };
    (bytes > size).then(|| Overflow {
        made: text.original(made.range()),
        size,
        data: text.original(data.range()),
        bytes,
    })
}

/// The only call that can have created the message.
fn only_message<'a>(
    program: &Program<'a>,
    expr: &'a Expr,
    scope: ScopeId,
) -> Option<(&'a ExprCall, ScopeId)> {
    let candidates = program.candidates(expr, scope);
    match candidates.items.as_slice() {
        [item] if item.certain && !candidates.incomplete => match item.term {
            Term::Expr(Expr::Call(call), scope) => Some((call, scope)),
            _ => None,
        },
        _ => None,
    }
}

fn size_of<'a>(program: &Program<'a>, made: &'a ExprCall, scope: ScopeId) -> Option<usize> {
    let Expr::Name(class) = &*made.func else {
        return None;
    };
    if !SIZED.contains(&class.id.as_str()) || !program.is_builtin(&class.id, scope) {
        return None;
    }
    let size = program.constants(made.arguments.args.first()?, scope);
    match size.only()? {
        Constant::Integer(size) => usize::try_from(*size).ok(),
        _ => None,
    }
}
