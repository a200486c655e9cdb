//! JSON: the application as an object, and beside it the origin of each value by its dotted path.

use oakc_core::syntax::{Language, NodeValue, Table};
use serde_json::{Map, Number, Value, json};

use super::{Origin, Place, Shown};

pub(super) fn write(shown: &Shown<'_>) -> Value {
    let mut origins = Map::new();
    let application = table(shown, &mut Vec::new(), &shown.tree(), &mut origins);
    json!({
        "application": application,
        "profile": shown.resolved.parts.profile,
        "origins": origins,
    })
}

fn table<'t>(
    shown: &Shown<'_>,
    path: &mut Vec<&'t str>,
    table: &'t Table,
    origins: &mut Map<String, Value>,
) -> Value {
    let mut object = Map::new();
    for entry in &table.entries {
        path.push(&entry.key);
        let value = match &entry.value.value {
            NodeValue::Table(inner) => self::table(shown, path, inner, origins),
            value => {
                let keys: Vec<_> = path.iter().map(|key| Language::Toml.key(key)).collect();
                let origin = shown.origin(path, &entry.value);
                origins.insert(keys.join("."), origin_json(origin));
                plain(value)
            }
        };
        path.pop();
        object.insert(entry.key.clone(), value);
    }
    Value::Object(object)
}

fn plain(value: &NodeValue) -> Value {
    match value {
        NodeValue::Null | NodeValue::Reported => Value::Null,
        NodeValue::Bool(flag) => (*flag).into(),
        NodeValue::Int(number) => match i64::try_from(*number) {
            Ok(number) => number.into(),
            Err(_) => number.to_string().into(),
        },
        NodeValue::Float(number) => Number::from_f64(*number).into(),
        NodeValue::Str(text) => text.as_str().into(),
        NodeValue::List(items) => items.iter().map(|item| plain(&item.value)).collect(),
        NodeValue::Table(table) => {
            let entries = table.entries.iter();
            let entries = entries.map(|it| (it.key.clone(), plain(&it.value.value)));
            Value::Object(entries.collect())
        }
    }
}

/// An object with the place itself, so that a value without parameters has no more than that.
fn origin_json(origin: Origin) -> Value {
    let mut json = place_json(origin.place);
    if let (Value::Object(object), Some((name, place))) = (&mut json, origin.param) {
        object.insert(
            "param".to_owned(),
            json!({ "name": name, "set": place_json(place) }),
        );
    }
    json
}

/// `null` for what is set from outside of all files.
fn place_json(place: Option<Place>) -> Value {
    let Some(place) = place else {
        return Value::Null;
    };
    let mut json = json!({ "file": place.file, "line": place.line, "column": place.column });
    if let (Value::Object(object), Some(profile)) = (&mut json, place.profile) {
        object.insert("profile".to_owned(), profile.into());
    }
    json
}
