//! Example values: the arguments that the catalogue tried a setter with, in the form that a shape
//! takes; where none fits, a value made up for the shape.

use oakc_core::config::schema::written;
use oakc_runtime_schema::reflect::{EnumShape, Shape, StructShape, Value};
use serde_json::{Map, Value as Json, json};

/// Arguments that the library takes as they are but a camera does not.
const BETTER: &[(&str, &str)] = &[
    ("setCamId", "[1]"),
    ("setIspScale", "[1, 2]"),
    ("setHwIds", "[[0, 1]]"),
];

/// The arguments of a catalogue entry, as a configuration writes them.
pub(super) fn arguments(entry: &Json) -> Vec<Json> {
    let list = |key| entry.get(key).and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    let method = entry.get("method").and_then(Json::as_str).unwrap_or_default();
    let better = BETTER.iter().find(|(name, _)| *name == method);
    let arguments = list("args");
    if let Some((_, text)) = better
        && let Ok(Json::Array(values)) = serde_json::from_str(text)
        && values.len() == arguments.len()
    {
        return values;
    }
    list("sample").iter().zip(arguments).map(|(sample, argument)| {
        let kind = argument.get("type").and_then(Json::as_str).unwrap_or_default();
        plain(sample, kind)
    }).collect()
}

/// One sample: `Colormap.JET` becomes `JET`, placeholders become what a configuration has there.
fn plain(sample: &Json, kind: &str) -> Json {
    match sample {
        Json::String(text) if text == "<Blob>" => json!("model.blob"),
        Json::String(text) if text == "<Point2f>" => json!([0.25, 0.5]),
        Json::String(_) if kind == "Path" || kind == "buffer" => json!(path(kind)),
        Json::String(text) if kind == "datetime.timedelta" => json!(text.replace("0.007 s", "7ms")),
        Json::String(text) if kind != "str" && !text.starts_with('<') => {
            json!(text.rsplit('.').next())
        }
        Json::String(text) if text.starts_with('<') => Json::Null,
        Json::String(text) if text.starts_with("str") => json!("name"),
        Json::Array(items) => items.iter().take(4).map(|item| plain(item, kind)).collect(),
        other => other.clone(),
    }
}

fn path(kind: &str) -> &'static str {
    if kind == "Path" { "file.bin" } else { "mesh.bin" }
}

/// A value of `shape` that says `arguments`.
pub(super) fn value(shape: &Shape, arguments: &[Json]) -> Json {
    let whole = match arguments {
        [] => vec![json!(true)],
        [one] => vec![one.clone(), json!([one])],
        several => vec![json!(several)],
    };
    let flat: Vec<Json> = arguments.iter().flat_map(flattened).collect();
    let candidates = whole.into_iter().chain([json!(flat)]);
    let mut fitting = candidates.filter(|candidate| fits(shape, candidate));
    match fitting.next() {
        Some(found) => named(shape, found),
        None => fresh(shape),
    }
}

fn flattened(value: &Json) -> Vec<Json> {
    match value {
        Json::Array(items) => items.clone(),
        one => vec![one.clone()],
    }
}

/// A list that fills a table is easier to read with the keys of the table.
fn named(shape: &Shape, found: Json) -> Json {
    match (shape, &found) {
        (Shape::Struct(of), Json::Array(items)) => {
            let pairs = of.fields.iter().zip(items);
            let pairs = pairs.map(|(field, item)| (field.key.to_owned(), named(&field.shape, item.clone())));
            pairs.collect::<Map<_, _>>().into()
        }
        (Shape::OneOf(shapes), _) => {
            let fitting = shapes.iter().find(|shape| fits(shape, &found));
            fitting.map_or(found.clone(), |shape| named(shape, found.clone()))
        }
        _ => found,
    }
}

/// Whether `value` has `shape`.
pub(super) fn fits(shape: &Shape, value: &Json) -> bool {
    match (shape, value) {
        (Shape::Bool, Json::Bool(_))
        | (Shape::Str | Shape::File | Shape::Model, Json::String(_))
        | (Shape::F32 | Shape::F64, Json::Number(_)) => true,
        (Shape::Int(of), Json::Number(number)) => number
            .as_i64()
            .is_some_and(|number| (of.min()..=of.max()).contains(&i128::from(number))),
        (Shape::Duration, Json::String(text)) => text.ends_with('s'),
        (Shape::Enum(of), Json::String(text)) => of.member(text).is_some(),
        (Shape::Bytes, Json::Array(items)) => items.iter().all(Json::is_u64),
        (Shape::List(element), Json::Array(items)) => items.iter().all(|item| fits(element, item)),
        (Shape::Array { element, len }, Json::Array(items)) => {
            items.len() == *len && items.iter().all(|item| fits(element, item))
        }
        (Shape::Tuple(shapes), Json::Array(items)) => {
            shapes.len() == items.len() && shapes.iter().zip(items).all(|(s, item)| fits(s, item))
        }
        (Shape::Struct(of), Json::Array(items)) => {
            let pairs = of.fields.iter().zip(items);
            of.fields.len() == items.len() && pairs.clone().all(|(f, item)| fits(&f.shape, item))
        }
        (Shape::Struct(of), Json::Object(entries)) => entries.iter().all(|(key, value)| {
            of.field(key).is_some_and(|(_, field)| fits(&field.shape, value))
        }),
        (Shape::Map { value: of, .. }, Json::Object(entries)) => {
            entries.values().all(|value| fits(of, value))
        }
        (Shape::Optional(inner), value) => fits(inner, value),
        (Shape::OneOf(shapes), value) => shapes.iter().any(|shape| fits(shape, value)),
        _ => false,
    }
}

/// Some value of `shape`.
pub(super) fn fresh(shape: &Shape) -> Json {
    match shape {
        Shape::Bool => json!(true),
        Shape::Int(_) => json!(1),
        Shape::F32 | Shape::F64 => json!(0.5),
        Shape::Str => json!("name"),
        Shape::File => json!("file.bin"),
        Shape::Model => json!("model.blob"),
        Shape::Duration => json!("10ms"),
        Shape::Bytes => json!([0, 255]),
        Shape::Enum(of) => json!(last(of)),
        Shape::Struct(of) => table(of),
        Shape::List(element) => json!([fresh(element)]),
        Shape::Array { element, len } => (0..*len).map(|_| fresh(element)).collect(),
        Shape::Tuple(shapes) => shapes.iter().map(fresh).collect(),
        Shape::Map { key, value } => {
            let key = match fresh(key) {
                Json::String(text) => text,
                other => other.to_string(),
            };
            json!({ key: fresh(value) })
        }
        Shape::Optional(inner) => fresh(inner),
        Shape::OneOf(shapes) => shapes.first().map_or(Json::Null, fresh),
    }
}

fn last(of: &EnumShape) -> &'static str {
    of.members.last().map_or("", |member| member.name)
}

/// A table with its first key that has a default to write down.
pub(super) fn table(of: &StructShape) -> Json {
    let Value::Struct(values) = (of.default)() else {
        return Json::Null;
    };
    let pairs = of.fields.iter().zip(&values);
    let mut shown = pairs.filter_map(|(field, value)| {
        let value = match field.shape {
            Shape::Struct(inner) => Some(table(inner)),
            shape => written(&shape, value),
        };
        Some((field.key, value?))
    });
    match shown.next() {
        Some((key, value)) => json!({ key: value }),
        None => json!({}),
    }
}
