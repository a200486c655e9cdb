//! Values of the device's schema as a configuration writes them.
//!
//! In: a shape and a value. Out: a [`Literal`] that the reader reads back as that value, or the
//! reason why there is none. Never: a literal that reads back as another value.

use oakc_runtime_schema::reflect::{EnumShape, Field, Shape, StructShape, Value};

use super::document::{Entry, Literal, Precision};

/// A configuration has no way to say a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(super) struct Unsayable(String);

impl Unsayable {
    /// The one way to write `key` refuses its value.
    pub(super) fn refused(key: &str) -> Self {
        Self(format!("`{key}` has a value that its shorthand rejects"))
    }
}

/// Says a value.
pub(super) fn literal(shape: &Shape, value: &Value) -> Result<Literal, Unsayable> {
    match (shape, value) {
        (Shape::Bool, Value::Bool(b)) => Ok(Literal::Bool(*b)),
        (Shape::Int(_), Value::Int(number)) => Ok(Literal::Int(*number)),
        (Shape::F32, Value::Float(x)) => Ok(Literal::Float(*x, Precision::Single)),
        (Shape::F64, Value::Float(x)) => Ok(Literal::Float(*x, Precision::Double)),
        (Shape::Str, Value::Str(text)) => Ok(Literal::Str(escaped(text))),
        (Shape::Enum(of), Value::Int(number)) => {
            let named = enumerator(of, *number).map(Literal::Str);
            Ok(named.unwrap_or(Literal::Int(*number)))
        }
        (Shape::Bytes, Value::Bytes(bytes)) => {
            let bytes = bytes.iter().map(|byte| Literal::Int(i128::from(*byte)));
            Ok(Literal::List(bytes.collect()))
        }
        (Shape::Struct(of), Value::Struct(_)) => Ok(record(differing(of, &(of.default)(), value)?)),
        (Shape::List(element) | Shape::Array { element, .. }, Value::List(items)) => items
            .iter()
            .map(|item| literal(element, item))
            .collect::<Result<_, _>>()
            .map(Literal::List),
        (Shape::Tuple(shapes), Value::List(items)) => shapes
            .iter()
            .zip(items)
            .map(|(shape, item)| literal(shape, item))
            .collect::<Result<_, _>>()
            .map(Literal::List),
        (Shape::Map { key, value }, Value::Map(entries)) => entries
            .iter()
            .map(|(k, v)| Ok(Entry::new(map_key(key, k)?, literal(value, v)?)))
            .collect::<Result<_, _>>()
            .map(Literal::Table),
        (Shape::Optional(_), Value::Optional(None)) => Ok(Literal::Str("none".to_owned())),
        (Shape::Optional(inner), Value::Optional(Some(value))) => literal(inner, value),
        (Shape::OneOf(shapes), value) => {
            let fitting = shapes.iter().find(|shape| value.has_shape(shape));
            fitting.map_or_else(|| Err(no_form(value)), |shape| literal(shape, value))
        }
        (Shape::File, Value::File(file)) => Ok(Literal::Str(escaped(&file.path))),
        _ => Err(no_form(value)),
    }
}

/// One value with all that is in it.
fn record(entries: Vec<Entry>) -> Literal {
    let within = |entry: Entry| match entry.value {
        Literal::Table(inner) => Entry::new(entry.key, record(inner)),
        value => Entry::new(entry.key, value),
    };
    Literal::Record(entries.into_iter().map(within).collect())
}

fn no_form(value: &Value) -> Unsayable {
    Unsayable(format!(
        "{} cannot be written in a configuration",
        value.kind()
    ))
}

/// The fields of a struct that differ from those of `fresh`.
fn differing(of: &StructShape, fresh: &Value, value: &Value) -> Result<Vec<Entry>, Unsayable> {
    let (Value::Struct(fresh), Value::Struct(values)) = (fresh, value) else {
        return Err(no_form(value));
    };
    let fields = of.fields.iter().zip(fresh).zip(values);
    let differing = fields.filter(|((_, fresh), value)| !fresh.same(value));
    differing
        .map(|((field, fresh), value)| field_entry(field, fresh, value))
        .collect()
}

/// A field as `key = value`. Of a struct only what differs from `fresh` is said.
pub(super) fn field_entry(field: &Field, fresh: &Value, value: &Value) -> Result<Entry, Unsayable> {
    let value = match &field.shape {
        Shape::Struct(of) => differing(of, fresh, value).map(Literal::Table),
        shape => literal(shape, value),
    };
    let value = value.map_err(|error| Unsayable(format!("`{}`: {error}", field.key)))?;
    Ok(Entry::new(field.key, value))
}

/// A struct with all its fields.
pub(super) fn complete(of: &StructShape, value: &Value) -> Result<Literal, Unsayable> {
    let Value::Struct(values) = value else {
        return Err(no_form(value));
    };
    let fields = of.fields.iter().zip(values);
    let entries =
        fields.map(|(field, value)| Ok(Entry::new(field.key, literal(&field.shape, value)?)));
    entries.collect::<Result<_, _>>().map(record)
}

/// An enumerator's name, if the number has one.
fn enumerator(of: &EnumShape, number: i128) -> Option<String> {
    Some(of.usual_name(of.member_of(number)?))
}

fn map_key(shape: &Shape, key: &Value) -> Result<String, Unsayable> {
    match (shape, key) {
        // Keys are not searched for parameters.
        (Shape::Str, Value::Str(text)) => Ok(text.clone()),
        (Shape::Int(_), Value::Int(number)) => Ok(number.to_string()),
        (Shape::Enum(of), Value::Int(number)) => {
            Ok(enumerator(of, *number).unwrap_or_else(|| number.to_string()))
        }
        _ => Err(no_form(key)),
    }
}

/// `${` begins a parameter, unless a dollar stands before it.
pub(super) fn escaped(text: &str) -> String {
    text.replace("${", "$${")
}
