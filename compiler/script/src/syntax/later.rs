//! Syntax of later versions that the parser accepts for 3.9 although CPython 3.9 does not.
//!
//! In: an expression. Out: what of it was only added later. Never: anything that is deeper in the
//! expression.

use ruff_python_ast::{Expr, InterpolatedStringElement, InterpolatedStringElements};
use ruff_text_size::{Ranged, TextRange};

use super::Refusal;

/// The immediate parts of this expression that are newer than 3.9.
pub(crate) fn refusals(text: &str, expr: &Expr) -> Vec<Refusal> {
    match expr {
        Expr::Subscript(subscript) => {
            let parts = match &*subscript.slice {
                Expr::Tuple(tuple) if !tuple.parenthesized => tuple.elts.as_slice(),
                one => std::slice::from_ref(one),
            };
            parts
                .iter()
                .filter_map(|part| bare_walrus(text, part))
                .collect()
        }
        Expr::FString(string) => {
            let strings = string.value.f_strings();
            strings
                .filter_map(|string| too_deep(&string.elements, 0))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// 3.10 allows `a[x := 1]`; 3.9 needs parentheses.
fn bare_walrus(text: &str, expr: &Expr) -> Option<Refusal> {
    let Expr::Named(named) = expr else {
        return None;
    };
    let before = text.get(..named.range.start().into())?.trim_end();
    let message = "an assignment expression needs parentheses here on Python 3.9";
    (!before.ends_with('(')).then(|| (message.to_owned(), named.range))
}

/// A format may hold expressions, whose formats may not: `f"{a:{b:{c}}}"`.
fn too_deep(elements: &InterpolatedStringElements, depth: u32) -> Option<Refusal> {
    elements.iter().find_map(|element| {
        let InterpolatedStringElement::Interpolation(inner) = element else {
            return None;
        };
        if depth > 1 {
            return Some(nested(inner.range()));
        }
        let format = inner.format_spec.as_ref()?;
        too_deep(&format.elements, depth.saturating_add(1))
    })
}

fn nested(range: TextRange) -> Refusal {
    ("f-string: expressions nested too deeply".to_owned(), range)
}
