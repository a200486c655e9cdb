//! Files that a script opens.
//!
//! In: a program. Out: the absolute paths that it opens, as far as their beginning is a constant.
//! Never: a path that the script looks for first or whose directory it makes, or a failure that it
//! catches.

use std::ops::Range;

use ruff_python_ast::{Expr, FStringPart, InterpolatedStringElement, Operator};
use ruff_text_size::Ranged;

use super::reach;
use crate::margin::Dedented;
use crate::program::{Call, PlaceKind, Program, ScopeId, Term};

/// A file or directory that a script opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedFile {
    /// What is called.
    pub function: String,
    /// The directory, without a `/` at its end.
    pub directory: String,
    /// The path where it is given to the call.
    pub range: Range<usize>,
}

/// Functions that raise if there is no such directory.
const OPENS: &[&str] = &[
    "open",
    "io.open",
    "os.open",
    "os.listdir",
    "os.chdir",
    "os.scandir",
];

/// Functions by which a script makes sure that there is such a directory.
const ENSURES: &[&str] = &[
    "mkdir", "makedirs", "exists", "isdir", "isfile", "access", "mount",
];

/// The longest chain of `+` that is looked into.
const MAX_PARTS: usize = 64;

pub(super) fn opened(program: &Program<'_>, text: &Dedented<'_>) -> Vec<OpenedFile> {
    if ENSURES
        .iter()
        .any(|name| program.calls_by_name.contains_key(name))
    {
        return Vec::new();
    }
    let calls = program.calls.iter().enumerate();
    calls
        .filter_map(|(index, call)| open(program, text, index, call))
        .collect()
}

fn open<'a>(
    program: &Program<'a>,
    text: &Dedented<'_>,
    index: usize,
    call: &Call<'a>,
) -> Option<OpenedFile> {
    let name = Program::called_name(call.expr)?;
    // Most calls are others: the path of a name costs more than a look at it.
    if !OPENS
        .iter()
        .any(|known| known.rsplit('.').next() == Some(name))
    {
        return None;
    }
    let function = program.path(&call.expr.func, call.scope)?;
    if !OPENS.contains(&function.as_str()) {
        return None;
    }
    let mut around = program.around(index);
    let caught = |kind| matches!(kind, PlaceKind::Attempt(attempt) if reach::catches(attempt));
    if around.any(|place| caught(place.kind)) {
        return None;
    }
    let argument = call.expr.arguments.args.first()?;
    let (beginning, rest) = beginning(program, argument, call.scope)?;
    let is_directory = match rest {
        Rest::Nothing => matches!(name, "listdir" | "chdir" | "scandir"),
        Rest::Parts => true,
        Rest::Text => false,
    };
    let directory = if is_directory {
        beginning.trim_end_matches('/')
    } else {
        beginning.rsplit_once('/')?.0
    };
    beginning.starts_with('/').then(|| OpenedFile {
        function: name.to_owned(),
        directory: directory.to_owned(),
        range: text.original(argument.range()),
    })
}

/// What follows the beginning of a path.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rest {
    Nothing,
    /// More text.
    Text,
    /// Parts that `os.path.join` puts a `/` before.
    Parts,
}

/// The text with which a path begins, and what follows it.
fn beginning<'a>(program: &Program<'a>, path: &'a Expr, scope: ScopeId) -> Option<(&'a str, Rest)> {
    let (mut expr, mut scope, mut rest) = (path, scope, Rest::Nothing);
    for _ in 0..MAX_PARTS {
        let candidates = program.candidates(expr, scope);
        let [only] = candidates.items.as_slice() else {
            return None;
        };
        let Term::Expr(term, home) = only.term else {
            return None;
        };
        if !only.certain || candidates.incomplete {
            return None;
        }
        scope = home;
        let (next, follows) = match term {
            Expr::StringLiteral(string) => return Some((string.value.to_str(), rest)),
            Expr::FString(string) => {
                return match string.value.iter().next()? {
                    FStringPart::Literal(literal) => Some((&literal.value, Rest::Text)),
                    FStringPart::FString(inner) => match inner.elements.first()? {
                        InterpolatedStringElement::Literal(literal) => {
                            Some((&literal.value, Rest::Text))
                        }
                        InterpolatedStringElement::Interpolation(_) => None,
                    },
                };
            }
            Expr::BinOp(joined) if matches!(joined.op, Operator::Add | Operator::Mod) => {
                (&*joined.left, Rest::Text)
            }
            Expr::Call(call) => match &*call.func {
                Expr::Attribute(method) if method.attr == *"format" => (&*method.value, Rest::Text),
                _ if program.path(&call.func, scope).as_deref() == Some("os.path.join") => {
                    (call.arguments.args.first()?, Rest::Parts)
                }
                _ => return None,
            },
            _ => return None,
        };
        expr = next;
        rest = if rest == Rest::Text { rest } else { follows };
    }
    None
}
