//! Differences between values.
//!
//! In: two values of one shape. Out: the parts that differ, each with its path as the configuration
//! spells it and with both values, enumerators by name. Never: a part that is the same on both
//! sides.

use oakc_runtime_schema::reflect::{EnumStyle, Field, Shape, StructShape, Value, to_json};
use serde::Serialize;
use serde_json::{Number, Value as Json};

use oakc_digest::sha256;

/// Lists up to this length are shown whole; of longer ones the elements that differ.
const SHORT_LIST: usize = 16;

/// Something that is one thing on one side and another thing on the other.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// Where: a dotted path such as `initial_control.manual_focus`.
    pub path: String,
    /// The value before; null where there is none.
    pub before: Json,
    /// The value after; null where there is none.
    pub after: Json,
}

impl Change {
    pub(super) fn new(
        path: impl Into<String>,
        before: impl Into<Json>,
        after: impl Into<Json>,
    ) -> Self {
        Self {
            path: path.into(),
            before: before.into(),
            after: after.into(),
        }
    }
}

/// What differs between two values of `shape` that stand at `path`.
pub(super) fn changes(path: &str, shape: &Shape, before: &Value, after: &Value) -> Vec<Change> {
    let mut found = Vec::new();
    compare(path, shape, before, after, &mut found);
    found
}

/// No deeper than the shape, which is a type of the schema.
fn compare(path: &str, shape: &Shape, before: &Value, after: &Value, found: &mut Vec<Change>) {
    if before.same(after) {
        return;
    }
    match (shape, before, after) {
        (Shape::Struct(of), Value::Struct(a), Value::Struct(b)) => {
            fields(path, of, (a, b), found);
        }
        (Shape::Optional(of), Value::Optional(Some(a)), Value::Optional(Some(b))) => {
            compare(path, of, a, b, found);
        }
        (Shape::Map { key, value }, Value::Map(a), Value::Map(b)) => {
            entries(path, (key, value), (a, b), found);
        }
        (Shape::List(of) | Shape::Array { element: of, .. }, Value::List(a), Value::List(b))
            if a.len() == b.len() && (a.len() > SHORT_LIST || has_parts(of)) =>
        {
            for (index, (a, b)) in a.iter().zip(b).enumerate() {
                compare(&format!("{path}[{index}]"), of, a, b, found);
            }
        }
        _ => found.push(Change::new(path, shown(shape, before), shown(shape, after))),
    }
}

fn fields(path: &str, of: &StructShape, (a, b): (&[Value], &[Value]), found: &mut Vec<Change>) {
    for ((Field { key, shape, .. }, a), b) in of.fields.iter().zip(a).zip(b) {
        compare(&joined(path, key), shape, a, b, found);
    }
}

type Entries = [(Value, Value)];

fn entries(
    path: &str,
    (key, value): (&Shape, &Shape),
    (a, b): (&Entries, &Entries),
    found: &mut Vec<Change>,
) {
    for (k, before) in a {
        let path = entry(path, key, k);
        match get(b, k) {
            Some(after) => compare(&path, value, before, after, found),
            None => found.push(Change::new(path, shown(value, before), Json::Null)),
        }
    }
    for (k, after) in b.iter().filter(|(k, _)| get(a, k).is_none()) {
        found.push(Change::new(
            entry(path, key, k),
            Json::Null,
            shown(value, after),
        ));
    }
}

/// Entries are sorted by key.
fn get<'a>(entries: &'a Entries, wanted: &Value) -> Option<&'a Value> {
    let place = entries
        .binary_search_by(|(key, _)| key.compare(wanted))
        .ok()?;
    entries.get(place).map(|(_, value)| value)
}

/// The path of a map's entry: `gpio.3`, or `names["a b"]` where the key is not a plain word.
fn entry(path: &str, shape: &Shape, key: &Value) -> String {
    match shown(shape, key) {
        Json::String(word) if is_plain(&word) => joined(path, &word),
        Json::Number(number) => joined(path, &number.to_string()),
        other => format!("{path}[{other}]"),
    }
}

fn is_plain(word: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    !word.is_empty() && word.chars().all(plain)
}

fn joined(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}

fn has_parts(shape: &Shape) -> bool {
    match shape {
        Shape::Optional(of) => has_parts(of),
        Shape::Struct(_) | Shape::Map { .. } | Shape::List(_) | Shape::Array { .. } => true,
        _ => false,
    }
}

/// A value as people read it: enumerators by name, floats as short as they can be, bytes by size
/// and digest. No deeper than the shape.
fn shown(shape: &Shape, value: &Value) -> Json {
    match (shape, value) {
        (Shape::F32, Value::Float(x)) => single(*x),
        (Shape::F64, Value::Float(x)) => double(*x),
        (_, Value::Bytes(bytes)) => {
            let (size, digest) = (bytes.len(), sha256(bytes));
            Json::from(format!("{size} bytes, sha256 {digest}"))
        }
        (Shape::Optional(of), Value::Optional(Some(value))) => shown(of, value),
        (Shape::List(of) | Shape::Array { element: of, .. }, Value::List(elements)) => {
            elements.iter().map(|element| shown(of, element)).collect()
        }
        (Shape::Struct(of), Value::Struct(values)) => of
            .fields
            .iter()
            .zip(values)
            .map(|(field, value)| (field.key.to_owned(), shown(&field.shape, value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        _ => to_json(shape, value, EnumStyle::Names),
    }
}

/// The shortest decimal that means this `float`.
fn single(x: f64) -> Json {
    #[expect(clippy::cast_possible_truncation, reason = "the wire has 32 bits")]
    let shortest = (x as f32).to_string();
    shortest.parse().map_or(Json::Null, double)
}

/// JSON cannot express NaN and infinities.
fn double(x: f64) -> Json {
    Number::from_f64(x).map_or_else(|| Json::from(x.to_string()), Json::Number)
}

#[cfg(test)]
mod tests {
    use oakc_runtime_schema::reflect::IntShape;
    use serde_json::json;

    use super::*;

    const INT: Shape = Shape::Int(IntShape {
        bits: 32,
        signed: true,
    });

    fn told(shape: &Shape, before: &Value, after: &Value) -> Vec<(String, Json, Json)> {
        let found = changes("p", shape, before, after).into_iter();
        found
            .map(|change| (change.path, change.before, change.after))
            .collect()
    }

    fn ints(numbers: impl IntoIterator<Item = i128>) -> Value {
        Value::List(numbers.into_iter().map(Value::Int).collect())
    }

    #[test]
    fn a_float_is_shown_as_short_as_it_was_written() {
        let value = |x: f32| Value::Float(f64::from(x));
        let found = told(&Shape::F32, &value(0.6), &value(0.1));
        assert_eq!(found, [("p".to_owned(), json!(0.6), json!(0.1))]);
        let found = told(&Shape::F32, &Value::Float(f64::NAN), &value(1.0));
        assert_eq!(found, [("p".to_owned(), json!("NaN"), json!(1.0))]);
        assert!(
            told(
                &Shape::F32,
                &Value::Float(f64::NAN),
                &Value::Float(f64::NAN)
            )
            .is_empty()
        );
    }

    #[test]
    fn a_short_list_is_shown_whole_and_a_long_one_by_what_differs() {
        let found = told(&Shape::List(&INT), &ints(0..3), &ints([0, 7, 2]));
        assert_eq!(
            found,
            [("p".to_owned(), json!([0, 1, 2]), json!([0, 7, 2]))]
        );
        let longer = ints((0..99).map(|n| if n == 40 { 7 } else { n }));
        let found = told(&Shape::List(&INT), &ints(0..99), &longer);
        assert_eq!(found, [("p[40]".to_owned(), json!(40), json!(7))]);
    }

    #[test]
    fn entries_of_a_map_are_compared_by_key() {
        let map = |entries: &[(&str, i128)]| {
            let entry =
                |(key, value): &(&str, i128)| (Value::Str((*key).to_owned()), Value::Int(*value));
            Value::Map(entries.iter().map(entry).collect())
        };
        let shape = Shape::Map {
            key: &Shape::Str,
            value: &INT,
        };
        let found = told(
            &shape,
            &map(&[("a b", 1), ("c", 2), ("d", 3)]),
            &map(&[("c", 4), ("d", 3), ("e", 5)]),
        );
        let wanted = [
            ("p[\"a b\"]".to_owned(), json!(1), Json::Null),
            ("p.c".to_owned(), json!(2), json!(4)),
            ("p.e".to_owned(), Json::Null, json!(5)),
        ];
        assert_eq!(found, wanted);
    }
}
