//! Values of any [`Shape`], as data.

use std::cmp::Ordering;
use std::sync::Arc;

use super::{File, Model, Reflect, Shape};

/// A value of some shape.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Of [`Shape::Bool`].
    Bool(bool),
    /// Of an integer or an enumeration (its number).
    Int(i128),
    /// A time span in nanoseconds; only as an argument.
    Duration(i64),
    /// Of either float type.
    Float(f64),
    /// Of text.
    Str(String),
    /// Of bytes.
    Bytes(Vec<u8>),
    /// Of a list, an array or a tuple.
    List(Vec<Value>),
    /// Of a map, sorted by key.
    Map(Vec<(Value, Value)>),
    /// Of a struct: its fields in order.
    Struct(Vec<Value>),
    /// Of an optional.
    Optional(Option<Box<Value>>),
    /// A file's name and bytes; only as an argument.
    File(Arc<File>),
    /// A model's bytes and outputs; only as an argument.
    Model(Arc<Model>),
}

/// A value does not have the expected shape.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}, found {found}")]
pub struct Mismatch {
    expected: String,
    found: String,
}

impl Mismatch {
    /// `value` is not what was `expected`: a name, or a noun with its article.
    pub fn new(expected: &str, value: &Value) -> Self {
        Self {
            expected: expected.to_owned(),
            found: value.kind().to_owned(),
        }
    }
}

/// A map's value: its entries sorted by key, as values are compared pairwise; none where two have
/// one key.
pub(crate) fn sorted_map(mut entries: Vec<(Value, Value)>) -> Option<Value> {
    entries.sort_by(|(a, _), (b, _)| a.compare(b));
    let unique = entries.windows(2).all(|pair| match pair {
        [(a, _), (b, _)] => a != b,
        _ => true,
    });
    unique.then_some(Value::Map(entries))
}

impl Value {
    /// What kind of value this is, in a word.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Bool(_) => "a boolean",
            Self::Int(_) => "an integer",
            Self::Duration(_) => "a time span",
            Self::Float(_) => "a float",
            Self::Str(_) => "a string",
            Self::Bytes(_) => "bytes",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
            Self::Struct(_) => "a structure",
            Self::Optional(None) => "nothing",
            Self::Optional(Some(_)) => "an optional",
            Self::File(_) => "a file",
            Self::Model(_) => "a model",
        }
    }

    /// Whether this is a value of `shape`, with every number in the range of its type.
    pub fn has_shape(&self, shape: &Shape) -> bool {
        let all =
            |shape: &Shape, values: &[Self]| values.iter().all(|value| value.has_shape(shape));
        match (shape, self) {
            (Shape::Int(of), Self::Int(number)) => of.holds(*number),
            (Shape::Enum(of), Self::Int(number)) => of.repr.holds(*number),
            (Shape::Bool, Self::Bool(_))
            | (Shape::F32 | Shape::F64, Self::Float(_))
            | (Shape::Str, Self::Str(_))
            | (Shape::Bytes, Self::Bytes(_))
            | (Shape::Duration, Self::Duration(_))
            | (Shape::File, Self::File(_))
            | (Shape::Model, Self::Model(_))
            | (Shape::Optional(_), Self::Optional(None)) => true,
            (Shape::Struct(of), Self::Struct(fields)) => {
                let mut pairs = of.fields.iter().zip(fields);
                of.fields.len() == fields.len() && pairs.all(|(f, v)| v.has_shape(&f.shape))
            }
            (Shape::List(element), Self::List(items)) => all(element, items),
            (Shape::Array { element, len }, Self::List(items)) => {
                items.len() == *len && all(element, items)
            }
            (Shape::Tuple(shapes), Self::List(items)) => {
                let mut pairs = shapes.iter().zip(items);
                shapes.len() == items.len() && pairs.all(|(s, v)| v.has_shape(s))
            }
            (Shape::Map { key, value }, Self::Map(entries)) => {
                let mut entries = entries.iter();
                entries.all(|(k, v)| k.has_shape(key) && v.has_shape(value))
            }
            (Shape::Optional(inner), Self::Optional(Some(value))) => value.has_shape(inner),
            (Shape::OneOf(shapes), value) => shapes.iter().any(|shape| value.has_shape(shape)),
            _ => false,
        }
    }

    /// A total order of map keys: numbers by value, strings by their bytes, tuples element by
    /// element.
    pub fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Int(a), Self::Int(b)) => a.cmp(b),
            (Self::Str(a), Self::Str(b)) => a.cmp(b),
            (Self::List(a), Self::List(b)) => {
                let differences = a.iter().zip(b).map(|(a, b)| a.compare(b));
                let first = differences.fold(Ordering::Equal, Ordering::then);
                first.then(a.len().cmp(&b.len()))
            }
            _ => Ordering::Equal,
        }
    }

    /// Whether two values mean the same to the device: equal bit by bit, so 0.0 is not -0.0, but
    /// all NaNs are equal.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        let all =
            |a: &[Self], b: &[Self]| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same(b));
        match (self, other) {
            (Self::Float(a), Self::Float(b)) => {
                a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan()
            }
            (Self::List(a), Self::List(b)) | (Self::Struct(a), Self::Struct(b)) => all(a, b),
            (Self::Map(a), Self::Map(b)) => {
                let mut pairs = a.iter().zip(b);
                a.len() == b.len() && pairs.all(|(a, b)| a.0.same(&b.0) && a.1.same(&b.1))
            }
            (Self::Optional(Some(a)), Self::Optional(Some(b))) => a.same(b),
            (a, b) => a == b,
        }
    }

    /// The fields of a struct value.
    ///
    /// # Errors
    /// If it is not a struct value, or has a different number of fields.
    pub fn struct_fields(&self, expected: &str, count: usize) -> Result<&[Value], Mismatch> {
        match self {
            Self::Struct(fields) if fields.len() == count => Ok(fields),
            _ => Err(Mismatch::new(expected, self)),
        }
    }

    /// The number in an integer value.
    ///
    /// # Errors
    /// If it is not an integer.
    pub fn int(&self, expected: &str) -> Result<i128, Mismatch> {
        match self {
            Self::Int(number) => Ok(*number),
            _ => Err(Mismatch::new(expected, self)),
        }
    }

    /// The elements of a list value.
    ///
    /// # Errors
    /// If it is not a list.
    pub fn list(&self, expected: &str) -> Result<&[Value], Mismatch> {
        match self {
            Self::List(elements) => Ok(elements),
            _ => Err(Mismatch::new(expected, self)),
        }
    }
}

/// Takes the next field of a struct value; for the derive macro.
///
/// # Errors
/// If there are no fields left, or the next one has a different shape.
pub fn next_field<'a, T: Reflect>(
    fields: &mut impl Iterator<Item = &'a Value>,
    owner: &str,
) -> Result<T, Mismatch> {
    let field = fields
        .next()
        .ok_or_else(|| Mismatch::new(owner, &Value::Optional(None)))?;
    T::from_value(field)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn message<T: Reflect + std::fmt::Debug>(value: &Value) -> String {
        T::from_value(value).unwrap_err().to_string()
    }

    #[test]
    fn what_was_expected_is_said_with_its_article() {
        let number = Value::Int(300);
        let list = Value::List(vec![]);
        let cases = [
            (
                message::<u8>(&number),
                "expected an integer from 0 to 255, found an integer",
            ),
            (message::<u8>(&list), "expected an integer, found a list"),
            (
                message::<Option<bool>>(&number),
                "expected an optional value, found an integer",
            ),
            (
                message::<[bool; 2]>(&list),
                "expected a list of 2 elements, found a list",
            ),
            (
                message::<BTreeMap<i32, bool>>(&list),
                "expected a map, found a list",
            ),
            (
                message::<(bool, bool)>(&list),
                "expected a pair, found a list",
            ),
        ];
        for (message, expected) in cases {
            assert_eq!(message, expected);
        }
    }
}
