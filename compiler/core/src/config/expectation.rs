//! What goes in: a shape. What comes out: words for a message that say what it can be read from.

use oakc_runtime_schema::reflect::Shape;

use crate::syntax::{Node, NodeValue};

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
        | (Shape::List(_) | Shape::Bytes, NodeValue::List(_)) => true,
        (Shape::Struct(of), NodeValue::List(items)) => items.len() == of.fields.len(),
        (Shape::Array { len, .. }, NodeValue::List(items)) => items.len() == *len,
        (Shape::Tuple(shapes), NodeValue::List(items)) => items.len() == shapes.len(),
        (Shape::Optional(inner), _) => fits(inner, node),
        (Shape::OneOf(shapes), _) => shapes.iter().any(|shape| fits(shape, node)),
        _ => false,
    }
}

/// What a value of this shape is called in a message, with article.
pub(super) fn describe(shape: &Shape) -> String {
    match shape {
        Shape::Bool => "true or false".to_owned(),
        Shape::Int(_) => "an integer".to_owned(),
        Shape::F32 | Shape::F64 => "a number".to_owned(),
        Shape::Str => "a string".to_owned(),
        Shape::Bytes => "a list of bytes".to_owned(),
        Shape::Enum(of) => format!("a name of {}", plain_name(of.name)),
        Shape::Struct(_) => "a table".to_owned(),
        Shape::List(_) => "a list".to_owned(),
        Shape::Array { len, .. } => format!("a list of {len} elements"),
        Shape::Tuple(shapes) => format!("a list of {} elements", shapes.len()),
        Shape::Map { .. } => "a table of names and values".to_owned(),
        Shape::Optional(inner) => describe(inner),
        Shape::OneOf(shapes) => describe_all(shapes),
        Shape::File => "the path of a file".to_owned(),
        Shape::Model => "the name of a model, or a path".to_owned(),
        Shape::Duration => "a duration such as \"10ms\"".to_owned(),
    }
}

pub(super) fn describe_all(shapes: &[Shape]) -> String {
    let mut all: Vec<_> = shapes.iter().map(describe).collect();
    all.dedup();
    all.join(" or ")
}

/// `RawStereoDepthConfig::AlgorithmControl::DepthAlign` -> `DepthAlign`.
pub(super) fn plain_name(name: &str) -> &str {
    match name.rsplit_once("::") {
        Some((owner, "Type")) => owner.rsplit("::").next().unwrap_or(owner),
        Some((_, last)) => last,
        None => name,
    }
}
