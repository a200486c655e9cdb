//! What a dump cannot say in JSON.
//!
//! In: the JSON of a dump. Out: JSON in which every number is one that its field can hold. Never: a number
//! that is changed although its field can hold it.
//!
//! - What is not finite has no form in JSON: the library writes null, which is read as not-a-number unless
//!   it can mean that there is no value. Python's `json` writes names that JSON does not have.
//! - The library holds some bytes in a `char`, and its Python binding takes all integers for signed ones: the
//!   largest come out negative.

use std::borrow::Cow;

use oakc_runtime_schema::reflect::{IntShape, Shape};
use serde_json::Value as Json;

/// What Python calls numbers that are not finite; none is the beginning of another.
const NOT_FINITE: [&[u8]; 3] = [b"-Infinity", b"Infinity", b"NaN"];

/// The text with those names in quotes, where they do not stand in a text.
pub(super) fn quote_floats(text: &[u8]) -> Cow<'_, [u8]> {
    let has = |name: &[u8]| text.windows(name.len()).any(|found| found == name);
    if !NOT_FINITE.iter().any(|name| has(name)) {
        return Cow::Borrowed(text);
    }
    let mut quoted = Vec::with_capacity(text.len() + 64);
    let (mut rest, mut in_text) = (text, false);
    while let Some((first, after)) = rest.split_first() {
        let mut names = NOT_FINITE.iter();
        if let Some(name) = names.find(|name| !in_text && rest.starts_with(name)) {
            quoted.push(b'"');
            quoted.extend(*name);
            quoted.push(b'"');
            rest = rest.get(name.len()..).unwrap_or_default();
            continue;
        }
        quoted.push(*first);
        rest = after;
        match (first, after.split_first()) {
            (b'\\', Some((escaped, after))) if in_text => {
                quoted.push(*escaped);
                rest = after;
            }
            (b'"', _) => in_text = !in_text,
            _ => {}
        }
    }
    Cow::Owned(quoted)
}

/// Restores the numbers in a value of `shape`. The paths of those that are null and have to be numbers.
pub(super) fn restore(shape: &Shape, json: &mut Json) -> Vec<String> {
    let mut nulls = Vec::new();
    walk(shape, json, "", &mut nulls);
    nulls
}

/// No deeper than the shape, which is a type of the schema.
fn walk(shape: &Shape, json: &mut Json, path: &str, nulls: &mut Vec<String>) {
    match (shape, json) {
        (Shape::F32 | Shape::F64, json @ Json::Null) => {
            *json = Json::from("NaN");
            nulls.push(path.to_owned());
        }
        (Shape::Int(of), json) => {
            if let Some(number) = without_sign(*of, json) {
                *json = Json::from(number);
            }
        }
        (Shape::Struct(of), Json::Object(members)) => {
            for (name, member) in members {
                let joint = if path.is_empty() { "" } else { "." };
                if let Some(field) = of.fields.iter().find(|field| field.name == name) {
                    walk(&field.shape, member, &format!("{path}{joint}{name}"), nulls);
                }
            }
        }
        (Shape::List(element) | Shape::Array { element, .. }, Json::Array(items)) => {
            for item in items {
                walk(element, item, path, nulls);
            }
        }
        (Shape::Map { value, .. }, Json::Object(entries)) => {
            for entry in entries.values_mut() {
                walk(value, entry, path, nulls);
            }
        }
        (Shape::Optional(inner), json) if !json.is_null() => walk(inner, json, path, nulls),
        _ => {}
    }
}

/// What a number that came out negative was.
fn without_sign(of: IntShape, json: &Json) -> Option<u64> {
    if of.signed {
        return None;
    }
    let number = json.as_i64().filter(|number| *number < 0)?;
    match of.bits {
        8 => i8::try_from(number)
            .ok()
            .map(|number| number.cast_unsigned().into()),
        64 => Some(number.cast_unsigned()),
        _ => None,
    }
}
