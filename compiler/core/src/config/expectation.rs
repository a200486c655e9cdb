//! In: a shape and a node of the tree. Out: whether the shape can be read from it, or the report that it
//! cannot.

use std::path::Path;

use oakc_diag::Diagnostic;
use oakc_runtime_schema::reflect::{Shape, StructShape};

use super::rules;
use crate::syntax::{Language, Node, NodeValue};

/// Whether the kind of value in `node` is one that `shape` can be read from.
pub(super) fn fits(shape: &Shape, node: &Node) -> bool {
    match (shape, &node.value) {
        (Shape::Bool, NodeValue::Bool(_))
        | (Shape::Int(_), NodeValue::Int(_))
        | (Shape::F32 | Shape::F64, NodeValue::Int(_) | NodeValue::Float(_))
        | (Shape::Str | Shape::File | Shape::Model | Shape::Duration, NodeValue::Str(_))
        | (Shape::Enum(_), NodeValue::Str(_) | NodeValue::Int(_))
        | (Shape::Struct(_) | Shape::Map { .. }, NodeValue::Table(_))
        | (Shape::Optional(_), NodeValue::Null)
        | (Shape::List(_), NodeValue::List(_)) => true,
        (Shape::Bytes, NodeValue::List(items)) => !has_text(items),
        (Shape::Struct(of), NodeValue::List(items)) => {
            is_list_of(of, items) && items.len() == of.fields.len()
        }
        (Shape::Array { len, .. }, NodeValue::List(items)) => items.len() == *len,
        (Shape::Tuple(shapes), NodeValue::List(items)) => items.len() == shapes.len(),
        (Shape::Optional(inner), _) => fits(inner, node),
        (Shape::OneOf(shapes), _) => shapes.iter().any(|shape| fits(shape, node)),
        _ => false,
    }
}

/// Whether a list can be the fields of a struct in order. Two programs are not a program and its name: the
/// second would be lost.
pub(super) fn is_list_of(of: &StructShape, items: &[Node]) -> bool {
    !(of.begins_with_program() && are_programs(items))
}

/// Whether these are names of files of one kind, or texts of programs, of which the second is more than a
/// name.
fn are_programs(items: &[Node]) -> bool {
    let texts: Vec<_> = items.iter().filter_map(text).collect();
    let [first, second] = texts[..] else {
        return texts.len() == items.len();
    };
    let ending = |text| Path::new(text).extension();
    let is_statement = second.contains('\n') || second.contains(" = ");
    is_statement || (ending(second).is_some() && ending(first) == ending(second))
}

fn text(node: &Node) -> Option<&str> {
    match &node.value {
        NodeValue::Str(text) => Some(text),
        _ => None,
    }
}

/// The report of a value that should be `expected`.
pub(super) fn wrong_type(node: &Node, expected: &str) -> Diagnostic {
    let found = node.value.describe();
    let diagnostic = Diagnostic::new(
        &rules::WRONG_TYPE,
        format!("expected {expected}, found {found}"),
    )
    .label(node.span, format!("expected {expected} here"));
    let old_boolean = match &node.value {
        NodeValue::Str(text) => ["yes", "no", "on", "off"]
            .into_iter()
            .find(|word| text.eq_ignore_ascii_case(word)),
        _ => None,
    };
    match old_boolean {
        Some(word) => diagnostic.help(format!("write true or false: `{word}` is text in YAML 1.2")),
        None => diagnostic,
    }
}

/// Why something in YAML is not a table, where a usual slip explains it.
pub(super) fn no_table(language: Language, node: &Node) -> Option<String> {
    if language != Language::Yaml {
        return None;
    }
    match &node.value {
        NodeValue::Null => Some("indent its keys more than its name".to_owned()),
        NodeValue::List(_) => Some("write names with a colon instead of dashes".to_owned()),
        NodeValue::Str(text) => {
            let (key, value) = text.split_once('=').or_else(|| text.split_once(':'))?;
            let value = value.split_whitespace().next()?;
            let key = key.trim();
            let is_word = |c: char| c.is_alphanumeric() || c == '_';
            let is_key = !key.is_empty() && key.chars().all(is_word);
            is_key.then(|| format!("put a colon and a space after the key: `{key}: {value}`"))
        }
        _ => None,
    }
}

/// Whether some of the items are texts.
pub(super) fn has_text(items: &[Node]) -> bool {
    items
        .iter()
        .any(|item| matches!(item.value, NodeValue::Str(_)))
}
