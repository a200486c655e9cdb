//! The JSON Schema of a record.

use serde_json::{Value, json};

use crate::record::{Kind, Level};

/// The JSON Schema of one line of `oakc logs --format json`, and of the files that `--save` writes.
pub fn json_schema() -> Value {
    let text = |description: &str| json!({ "type": "string", "description": description });
    let moment = |description: &str| json!({ "type": "string", "format": "date-time", "description": description });
    let levels = Level::ALL.map(Level::name);
    let kinds = Kind::ALL.map(Kind::name);
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A message of a camera, or one of the receiver about a camera",
        "type": "object",
        "required": ["time", "camera", "kind", "text"],
        "additionalProperties": false,
        "properties": {
            "time": moment("When it was received, in UTC; of a file that rsyslog wrote, when that received it."),
            "sent": moment("When it was sent, by the camera's clock, if it has one."),
            "camera": text("What the camera calls itself, or else its address."),
            "address": text("The address that it came from."),
            "application": text("The name of the application."),
            "node": text("The Script node."),
            "level": { "enum": levels, "description": "How urgent it is." },
            "kind": {
                "enum": kinds,
                "description": "What sort of message it is. The receiver says `lost`, `restarted`, `silent`, `back` and `suppressed`; cameras say the others.",
            },
            "text": text("What it says; a traceback has line breaks."),
            "sequence": { "type": "integer", "minimum": 0, "description": "The number of its datagram, the first one where there are several." },
            "boot": text("What tells one boot of the camera from another."),
            "up": { "type": "number", "description": "Seconds of the camera's clock since its boot." },
            "incomplete": { "const": true, "description": "A part of it was lost." },
            "details": details(),
        },
    })
}

fn details() -> Value {
    let count = || json!({ "type": "integer", "minimum": 0 });
    let number = || json!({ "type": "number" });
    let text = || json!({ "type": "string" });
    let memory = || {
        json!({
            "type": "object",
            "required": ["used", "total"],
            "additionalProperties": false,
            "properties": { "used": count(), "total": count() },
        })
    };
    json!({
        "type": "object",
        "description": "What else it says; docs/logging.md describes it by kind.",
        "additionalProperties": false,
        "properties": {
            "cut": count(), "suppressed": count(), "run": count(), "version": text(), "build": text(),
            "class": text(), "file": text(), "line": count(), "thread": text(), "again": number(),
            "code": text(), "every": number(), "failed": count(), "temperature": number(),
            "ddr": memory(), "cmx": memory(), "css_heap": memory(), "mss_heap": memory(),
            "css": number(), "mss": number(),
            "ports": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["port", "direction", "messages"],
                    "additionalProperties": false,
                    "properties": {
                        "port": text(), "direction": { "enum": ["in", "out"] }, "messages": count(),
                        "missed": count(), "dropped": count(),
                    },
                },
            },
            "count": { "type": "integer", "minimum": 0, "description": "How many datagrams were lost, or messages not shown." },
            "seconds": { "type": "number", "description": "How long nothing came." },
        },
    })
}
