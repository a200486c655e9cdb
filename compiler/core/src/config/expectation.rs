//! In: a shape and a node of the tree. Out: whether the shape can be read from it.

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
