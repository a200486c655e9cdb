//! Values as JSON and back, in the form of the host library's JSON: camelCase names, `null` for an
//! empty optional, an object for a map with text keys and a list of pairs for any other map.

use serde_json::{Map, Number, Value as Json};

use super::value::sorted_map;
use super::{EnumShape, Field, IntShape, Shape, StructShape, Value};

/// How enumerators are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnumStyle {
    /// By name; a number without a name stays a number.
    Names,
    /// As numbers, as the host library's JSON does.
    Numbers,
}

/// Why JSON could not be read as a value of a shape.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: expected {expected}")]
pub struct JsonError {
    /// Where, e.g. `cameraData[0].width`; empty at the root.
    pub path: String,
    /// What was expected there.
    pub expected: String,
}

/// Writes `value` as JSON. Parts that do not have their shape become `null`.
pub fn to_json(shape: &Shape, value: &Value, enums: EnumStyle) -> Json {
    match (shape, value) {
        (Shape::Enum(of), Value::Int(number)) => enum_to_json(of, *number, enums),
        (Shape::Struct(of), Value::Struct(fields)) => struct_to_json(of, fields, enums),
        (Shape::List(element) | Shape::Array { element, .. }, Value::List(elements)) => elements
            .iter()
            .map(|v| to_json(element, v, enums))
            .collect(),
        (Shape::Tuple(shapes), Value::List(elements)) => shapes
            .iter()
            .zip(elements)
            .map(|(s, v)| to_json(s, v, enums))
            .collect(),
        (Shape::Map { key, value }, Value::Map(entries)) => map_to_json(key, value, entries, enums),
        (Shape::Optional(inner), Value::Optional(value)) => value
            .as_deref()
            .map_or(Json::Null, |v| to_json(inner, v, enums)),
        (_, value) => leaf_to_json(value),
    }
}

fn leaf_to_json(value: &Value) -> Json {
    match value {
        Value::Bool(b) => Json::Bool(*b),
        Value::Int(number) => int_to_json(*number),
        Value::Float(x) => Number::from_f64(*x).map_or(Json::Null, Json::Number),
        Value::Str(text) => Json::String(text.clone()),
        Value::Bytes(bytes) => bytes.iter().map(|b| Json::from(*b)).collect(),
        _ => Json::Null,
    }
}

fn int_to_json(number: i128) -> Json {
    i64::try_from(number)
        .map(Json::from)
        .or_else(|_| u64::try_from(number).map(Json::from))
        .unwrap_or(Json::Null)
}

fn enum_to_json(of: &EnumShape, number: i128, enums: EnumStyle) -> Json {
    match of.member_of(number) {
        Some(member) if enums == EnumStyle::Names => Json::from(member.name),
        _ => int_to_json(number),
    }
}

fn struct_to_json(of: &StructShape, fields: &[Value], enums: EnumStyle) -> Json {
    of.fields
        .iter()
        .zip(fields)
        .map(|(field, value)| {
            let json = to_json(&field.shape, value, enums);
            (field.name.to_owned(), json)
        })
        .collect::<Map<_, _>>()
        .into()
}

fn map_to_json(key: &Shape, of: &Shape, entries: &[(Value, Value)], enums: EnumStyle) -> Json {
    if matches!(key, Shape::Str) {
        let mut object = Map::new();
        for (name, value) in entries {
            if let Value::Str(name) = name {
                object.insert(name.clone(), to_json(of, value, enums));
            }
        }
        return object.into();
    }
    entries
        .iter()
        .map(|(k, v)| Json::Array(vec![to_json(key, k, enums), to_json(of, v, enums)]))
        .collect()
}

/// Reads a value of `shape`. The entries of a map may stand in any order. Fields of a struct may be
/// missing (they keep their default) or unknown to the shape, as in the host library's reader;
/// enumerators may be names or numbers, and floats the texts `NaN`, `Infinity` and `-Infinity`.
///
/// # Errors
/// At the first part that does not match.
pub fn from_json(shape: &Shape, json: &Json) -> Result<Value, JsonError> {
    match shape {
        Shape::Bool => json.as_bool().map(Value::Bool),
        Shape::Int(of) => int_from_json(*of, json),
        Shape::F32 | Shape::F64 => float_from_json(json).map(|x| Value::Float(float(shape, x))),
        Shape::Str => json.as_str().map(|s| Value::Str(s.to_owned())),
        Shape::Bytes => bytes_from_json(json),
        Shape::Enum(of) => enum_from_json(of, json),
        Shape::Struct(of) => return struct_from_json(of, json),
        Shape::List(element) => return list_from_json(element, json).map(Value::List),
        Shape::Array { element, len } => {
            let elements = list_from_json(element, json)?;
            (elements.len() == *len).then_some(Value::List(elements))
        }
        Shape::Tuple(shapes) => return tuple_from_json(shapes, json),
        Shape::Map { key, value } => return map_from_json(key, value, json),
        Shape::Optional(inner) => return optional_from_json(inner, json),
        Shape::OneOf(shapes) => shapes.iter().find_map(|s| from_json(s, json).ok()),
        Shape::File | Shape::Model | Shape::Duration => None,
    }
    .ok_or_else(|| expected(shape))
}

/// A number as the type of `shape` holds it.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the conversion to single precision is intended"
)]
pub(crate) fn float(shape: &Shape, x: f64) -> f64 {
    if matches!(shape, Shape::F32) {
        f64::from(x as f32)
    } else {
        x
    }
}

fn expected(shape: &Shape) -> JsonError {
    let expected = match shape {
        Shape::Int(of) => of.describe(),
        Shape::Struct(of) => format!("an object with the fields of {}", of.name),
        shape => shape.describe(),
    };
    JsonError {
        path: String::new(),
        expected,
    }
}

fn within(part: &str, error: JsonError) -> JsonError {
    let joint = if error.path.is_empty() || error.path.starts_with('[') {
        ""
    } else {
        "."
    };
    JsonError {
        path: format!("{part}{joint}{}", error.path),
        ..error
    }
}

fn int_from_json(of: IntShape, json: &Json) -> Option<Value> {
    let number = json
        .as_i64()
        .map(i128::from)
        .or_else(|| json.as_u64().map(i128::from))?;
    of.holds(number).then_some(Value::Int(number))
}

/// JSON has no number for what is not finite: a text stands for it.
fn float_from_json(json: &Json) -> Option<f64> {
    match json.as_str() {
        Some("NaN") => Some(f64::NAN),
        Some("Infinity") => Some(f64::INFINITY),
        Some("-Infinity") => Some(f64::NEG_INFINITY),
        _ => json.as_f64(),
    }
}

fn bytes_from_json(json: &Json) -> Option<Value> {
    let bytes: Option<Vec<u8>> = json
        .as_array()?
        .iter()
        .map(|b| b.as_u64().and_then(|b| u8::try_from(b).ok()))
        .collect();
    bytes.map(Value::Bytes)
}

fn enum_from_json(of: &EnumShape, json: &Json) -> Option<Value> {
    if let Some(name) = json.as_str() {
        return of.member(name).map(|m| Value::Int(i128::from(m.value)));
    }
    int_from_json(of.repr, json)
}

fn struct_from_json(of: &'static StructShape, json: &Json) -> Result<Value, JsonError> {
    let object = json
        .as_object()
        .ok_or_else(|| expected(&Shape::Struct(of)))?;
    let Value::Struct(mut values) = (of.default)() else {
        return Err(expected(&Shape::Struct(of)));
    };
    for (slot, field) in values.iter_mut().zip(of.fields) {
        if let Some(json) = object.get(field.name) {
            *slot = field_from_json(field, json)?;
        }
    }
    Ok(Value::Struct(values))
}

fn field_from_json(field: &Field, json: &Json) -> Result<Value, JsonError> {
    from_json(&field.shape, json).map_err(|error| within(field.name, error))
}

fn list_from_json(element: &Shape, json: &Json) -> Result<Vec<Value>, JsonError> {
    let elements = json.as_array().ok_or_else(|| JsonError {
        path: String::new(),
        expected: "a list".to_owned(),
    })?;
    let read = |(i, json)| from_json(element, json).map_err(|e| within(&format!("[{i}]"), e));
    elements.iter().enumerate().map(read).collect()
}

fn tuple_from_json(shapes: &'static [Shape], json: &Json) -> Result<Value, JsonError> {
    match json.as_array() {
        Some(elements) if elements.len() == shapes.len() => shapes
            .iter()
            .zip(elements)
            .map(|(shape, json)| from_json(shape, json))
            .collect::<Result<_, _>>()
            .map(Value::List),
        _ => Err(expected(&Shape::Tuple(shapes))),
    }
}

fn map_from_json(key: &Shape, of: &Shape, json: &Json) -> Result<Value, JsonError> {
    let mut entries = Vec::new();
    match json {
        Json::Null => {}
        Json::Object(object) => {
            for (name, json) in object {
                let name = from_json(key, &Json::from(name.as_str()))?;
                entries.push((name, from_json(of, json)?));
            }
        }
        Json::Array(pairs) => {
            for pair in pairs {
                let [k, v] = pair.as_array().map_or(&[][..], Vec::as_slice) else {
                    return Err(JsonError {
                        path: String::new(),
                        expected: "a pair of a key and a value".to_owned(),
                    });
                };
                entries.push((from_json(key, k)?, from_json(of, v)?));
            }
        }
        _ => {
            return Err(JsonError {
                path: String::new(),
                expected: "an object or a list of pairs".to_owned(),
            });
        }
    }
    sorted_map(entries).ok_or_else(|| JsonError {
        path: String::new(),
        expected: "a map without duplicate keys".to_owned(),
    })
}

fn optional_from_json(inner: &Shape, json: &Json) -> Result<Value, JsonError> {
    if json.is_null() {
        return Ok(Value::Optional(None));
    }
    Ok(Value::Optional(Some(Box::new(from_json(inner, json)?))))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;
    use crate::reflect::Reflect;

    const MAP: Shape = <BTreeMap<i32, bool> as Reflect>::SHAPE;

    #[test]
    fn the_order_of_a_maps_entries_makes_no_difference() {
        let read = |json| from_json(&MAP, &json).unwrap();
        let (one, other) = (
            read(json!([[1, true], [2, false], [-3, true]])),
            read(json!([[2, false], [-3, true], [1, true]])),
        );
        assert_eq!(one, other);
        assert!(one.same(&other));
        let sorted = BTreeMap::from([(-3, true), (1, true), (2, false)]);
        assert_eq!(one, sorted.to_value());
    }

    #[test]
    fn a_map_with_one_key_twice_is_refused() {
        let error = from_json(&MAP, &json!([[1, true], [1, false]])).unwrap_err();
        assert_eq!(error.expected, "a map without duplicate keys");
    }
}
