//! The JSON Schema of fleet files, for editors.

use serde_json::{Value, json};

/// The schema: every key, with its description. What it accepts may still be wrong: that names and
/// addresses are unique and groups declared, only [`Fleet::read`](super::Fleet::read) checks.
pub fn json_schema() -> Value {
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Fleet of cameras for oakc",
        "type": "object",
        "additionalProperties": false,
        "required": ["cameras"],
        "properties": {
            "concurrency": {
                "description": "How many cameras are flashed at once.",
                "type": "integer",
                "minimum": 1,
            },
            "profile": profile("The profile of the application for all cameras."),
            "params": params("Values of parameters for all cameras."),
            "groups": {
                "description": "Groups of cameras by name.",
                "type": "object",
                "additionalProperties": {
                    "type": "object",
                    "additionalProperties": false,
                    "properties": {
                        "profile": profile("The profile of the application for the cameras of the group."),
                        "params": params("Values of parameters for the cameras of the group."),
                    },
                },
            },
            "cameras": {
                "description": "The cameras.",
                "type": "array",
                "minItems": 1,
                "items": { "$ref": "#/definitions/camera" },
            },
        },
        "definitions": { "camera": camera(), "params": values() },
    })
}

fn camera() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["name", "address"],
        "properties": {
            "name": {
                "description": "Its name; no other camera of the fleet has it.",
                "type": "string",
            },
            "address": {
                "description": "How it is found: an IPv4 address, a USB path as in usb:1.2.3, or an MXID.",
                "type": "string",
            },
            "groups": {
                "description": "The groups that it belongs to; of a parameter in several, the value of the last counts.",
                "type": "array",
                "items": { "type": "string" },
            },
            "profile": profile("The profile of the application for this camera only."),
            "params": params("Values of parameters for this camera only."),
        },
    })
}

fn profile(description: &str) -> Value {
    json!({ "description": description, "type": "string" })
}

fn params(description: &str) -> Value {
    json!({
        "description": format!(
            "{description} A table, the path of a file with values, or a list of these, of which a later one wins."
        ),
        "anyOf": [
            { "$ref": "#/definitions/params" },
            { "type": "array", "items": { "$ref": "#/definitions/params" } },
        ],
    })
}

/// A table with values, or the path of a file that has them.
fn values() -> Value {
    let from = |description: &str| json!({ "description": description, "type": "string" });
    let declaration = json!({
        "type": "object",
        "properties": {
            "value": { "description": "The value." },
            "env": from("The variable of the environment that holds the value."),
            "file": from("The text file that holds the value."),
            "description": from("What it is for."),
        },
    });
    json!({ "anyOf": [
        { "type": "object", "additionalProperties": { "anyOf": [{}, declaration] } },
        { "type": "string", "pattern": "\\.([Tt][Oo][Mm][Ll]|[Yy][Aa]?[Mm][Ll])$" },
    ]})
}

#[cfg(test)]
mod tests {
    use super::super::reading::{CAMERA, SECTIONS};
    use super::*;

    fn keys(value: &Value) -> Vec<&str> {
        let mut keys: Vec<_> = value
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        keys.sort_unstable();
        keys
    }

    #[test]
    fn the_schema_has_the_keys_that_are_read() {
        let schema = json_schema();
        for (object, read) in [
            (&schema, SECTIONS),
            (&schema["definitions"]["camera"], CAMERA),
        ] {
            let mut read = read.to_vec();
            read.sort_unstable();
            assert_eq!(keys(&object["properties"]), read);
        }
    }
}
