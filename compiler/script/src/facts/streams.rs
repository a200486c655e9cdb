//! The streams of an RTSP server that a script makes.
//!
//! In: a program. Out: each call of `stream` on a server of `oakc.rtsp` and the codec that it is certain to name. Never: a
//! codec that is only one of several.

use std::ops::Range;

use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::Ranged;

use crate::margin::Dedented;
use crate::program::{Call, Constant, Program, Term};

/// A stream of a server of `oakc.rtsp`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RtspStream {
    /// The codec in lower case; none where it is not certain.
    pub codec: Option<String>,
    /// The argument that names the codec.
    pub range: Range<usize>,
}

pub(super) fn made(program: &Program<'_>, text: &Dedented<'_>) -> Vec<RtspStream> {
    let calls = program.calls.iter();
    let streams = calls.filter(|call| Program::called_name(call.expr) == Some("stream"));
    let codecs = streams.filter_map(|call| {
        let codec = codec(call.expr)?;
        is_of_server(program, call).then(|| RtspStream {
            codec: match program.constants(codec, call.scope).only() {
                Some(Constant::Text(codec)) => Some(codec.to_lowercase()),
                _ => None,
            },
            range: text.original(codec.range()),
        })
    });
    codecs.collect()
}

fn codec(call: &ExprCall) -> Option<&Expr> {
    let keyword = call.arguments.find_keyword("codec");
    let positional = call.arguments.args.get(1);
    positional.or_else(|| keyword.map(|keyword| &keyword.value))
}

/// Whether the method of a call may be that of a server of `oakc.rtsp`.
fn is_of_server<'a>(program: &Program<'a>, call: &Call<'a>) -> bool {
    let Expr::Attribute(method) = &*call.expr.func else {
        return false;
    };
    let receivers = program.candidates(&method.value, call.scope);
    receivers.items.iter().any(|item| match item.term {
        Term::Expr(Expr::Call(made), scope) => {
            program.path(&made.func, scope).as_deref() == Some("oakc.rtsp.Server")
        }
        _ => false,
    })
}
