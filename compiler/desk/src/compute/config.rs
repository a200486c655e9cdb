//! Settings that a message brings, as the properties of a node have them.
//!
//! A script's message says which setters were called, with their arguments (`cropRect`, `resize`); a recording may also have
//! the library's fields (`cropConfig`). Setters come after fields, in the order of the schema.

use oakc_runtime_schema::reflect::{Effects, Reflect, Shape, Value, from_json};
use serde_json::{Map, Value as Json, json};

/// Settings of a type, from the fields of a message.
///
/// # Errors
/// What is wrong, in a sentence.
pub(crate) fn settings<T: Reflect>(fields: &Map<String, Json>) -> Result<T, String> {
    let Shape::Struct(of) = &T::SHAPE else {
        return Err("this message does not hold settings".to_owned());
    };
    let read = from_json(&T::SHAPE, &Json::Object(fields.clone()));
    let mut value = read.map_err(|error| error.to_string())?;
    for setter in of.setters {
        for method in setter.methods {
            if let Some(argument) = said(fields, method) {
                apply(&mut value, setter, &argument)?;
            }
        }
    }
    T::from_value(&value).map_err(|mismatch| mismatch.to_string())
}

fn apply(
    value: &mut Value,
    setter: &oakc_runtime_schema::reflect::Setter,
    argument: &Json,
) -> Result<(), String> {
    let shape = setter.argument();
    let refused = |error: String| format!("{}: {error}", setter.key);
    let argument = from_json(&shape, argument).map_err(|error| refused(error.to_string()))?;
    let applied = setter
        .apply
        .apply(value, &argument, &mut Effects::default());
    applied.map_err(refused)
}

/// The argument that a setter was called with, in the form that the schema has.
fn said(fields: &Map<String, Json>, method: &str) -> Option<Json> {
    let name = method.strip_prefix("set")?;
    let key: String = name.chars().take(1).flat_map(char::to_lowercase).collect();
    let argument = fields.get(&format!("{key}{}", name.get(1..)?))?;
    let part = |name: &str| argument.get(name).cloned();
    Some(match method {
        "setResize" => json!([part("width")?, part("height")?]),
        "setResizeThumbnail" => {
            let background = fields.get("background").and_then(Json::as_array);
            let colour = |index: usize| background.and_then(|of| of.get(index)).cloned();
            json!({
                "w": part("width")?, "h": part("height")?,
                "bgRed": colour(0).unwrap_or(json!(0)),
                "bgGreen": colour(1).unwrap_or(json!(0)),
                "bgBlue": colour(2).unwrap_or(json!(0)),
            })
        }
        "setCropRotatedRect" if part("center").is_some() => json!({ "rr": argument }),
        "setWarpBorderFillColor" => json!([part("red")?, part("green")?, part("blue")?]),
        _ => argument.clone(),
    })
}
