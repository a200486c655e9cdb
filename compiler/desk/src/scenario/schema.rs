//! The JSON Schema of scenarios, for editors.

use serde_json::{Map, Value, json};

use super::{peers, steps};

/// The schema: every key, with its description. What it accepts may still be wrong: that peers, nodes and
/// outputs exist, only reading and playing a scenario tells.
pub fn json_schema() -> Value {
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Scenario of oakc test",
        "type": "object",
        "additionalProperties": false,
        "required": ["step"],
        "properties": {
            "description": text("What the scenario is for."),
            "app": text("The application, relative to this file. Default: app.toml or app.yaml in the folder above."),
            "params": {
                "description": "Parameters of the application; `${peer.host}` and `${peer.port}` stand for the address of a peer.",
                "type": "object",
                "additionalProperties": { "type": ["string", "number", "boolean", "array", "object"] },
            },
            "limit": duration("When the scenario ends at the latest, in virtual time. Default: 10 minutes."),
            "seed": whole("What chooses the order of things that happen at the same time.", 0),
            "feed": {
                "description": "What outputs send, by node and output.",
                "type": "object",
                "additionalProperties": {
                    "type": "object",
                    "properties": {
                        "frames": text("Pictures that the sensor sees, by a pattern of file names."),
                        "repeat": duration("Start again from the beginning after so long."),
                    },
                    "additionalProperties": {
                        "anyOf": [
                            text("A recording: JSON Lines with a time each, relative to this file."),
                            { "$ref": "#/definitions/messages" },
                        ],
                    },
                },
            },
            "latency": {
                "description": "How long native nodes take for a message, by node.",
                "type": "object",
                "additionalProperties": duration("How long the node takes."),
            },
            "peer": {
                "description": "Who is on the network, by name.",
                "type": "object",
                "additionalProperties": peer(),
            },
            "step": {
                "description": "What happens, in order.",
                "type": "array",
                "minItems": 1,
                "items": step(),
            },
        },
        "definitions": {
            "message": {
                "type": "object",
                "required": ["type"],
                "properties": {
                    "t": { "description": "Seconds from the start, or from the step on.", "type": "number" },
                    "type": text("The class of the message, such as \"ImgDetections\"."),
                },
            },
            "messages": { "type": "array", "items": { "$ref": "#/definitions/message" } },
            "bytes": {
                "description": "A list of bytes, or their hexadecimal digits.",
                "anyOf": [{ "type": "string" }, { "type": "array", "items": whole("A byte.", 0) }],
            },
            "content": {
                "anyOf": [{ "type": "string" }, { "type": "array", "items": whole("A byte.", 0) }],
            },
            "headers": { "type": "object", "additionalProperties": { "type": "string" } },
            "answer": object(&peers::ANSWER, &[]),
        },
    })
}

fn peer() -> Value {
    let kinds = peers::KINDS;
    let mut schema = object(&peers::keys(), &[]);
    schema["oneOf"] = kinds
        .iter()
        .map(|kind| json!({ "required": [kind] }))
        .collect();
    schema
}

fn step() -> Value {
    let mut schema = object(&steps::STEPS, &[]);
    schema["minProperties"] = json!(1);
    schema["maxProperties"] = json!(1);
    schema
}

/// A table with these keys.
fn object(keys: &[&str], required: &[&str]) -> Value {
    let properties: Map<_, _> = keys
        .iter()
        .map(|key| ((*key).to_owned(), key_schema(key)))
        .collect();
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": required,
        "properties": properties,
    })
}

/// What stands behind a key. A key means the same wherever it may stand.
fn key_schema(key: &str) -> Value {
    if peers::KINDS.contains(&key) {
        let keys = [peers::keys_of(key), vec!["host", "port", "latency"]].concat();
        return object(&keys, &[]);
    }
    match key {
        "feed" => object(&steps::FEED, &["output"]),
        "expect" => object(&[&steps::EXPECT[..], &steps::MATCHER].concat(), &[]),
        "send" => object(&steps::SEND, &["peer"]),
        "fault" => object(&[&steps::FAULT[..], &steps::FAULTS].concat(), &["peer"]),
        "wait" | "advance" => duration("So much time passes."),
        "within" => duration("How soon it has to happen. Default: 10 seconds."),
        "after" => duration("How long it takes."),
        "ttl" => duration("How long an answer may be kept, in whole seconds."),
        "latency" => duration("How long a packet takes to the peer and from it."),
        "refuse" => duration("The peer refuses new connections for so long."),
        "cut" => duration("Connections break, and nothing gets through for so long."),
        "slow" => duration("Only `rate` bytes a second pass for so long."),
        "lose" => duration("Datagrams are lost for so long; `share` says how many."),
        "stall" => duration("The peer reads nothing for so long."),
        "port" | "to" => whole("A port.", 1),
        "rate" => whole("Bytes a second.", 1),
        "count" => whole("How often it has to happen.", 1),
        "status" => whole("The status of HTTP.", 100),
        "qos" => whole("The quality of service of MQTT.", 0),
        "severity" => whole("The severity of a syslog message, 0 to 7.", 0),
        "tolerance" => whole(
            "By how much a number of a pixel may differ from that of the picture, of 255; default: 2.",
            0,
        ),
        "min_bytes" => whole("How many bytes it has at least.", 0),
        "share" | "ahead" => json!({ "type": "number" }),
        "start" => {
            text("What the clock shows when the scenario starts, such as 2026-03-01T23:59:00Z.")
        }
        "retain" | "close" | "connected" | "closed" | "absent" => json!({ "type": "boolean" }),
        "json" => json!({ "description": "JSON; in `expect`, other keys may be there." }),
        "bytes" => json!({ "$ref": "#/definitions/bytes" }),
        "greeting" | "answer" => json!({ "$ref": "#/definitions/content" }),
        "headers" => json!({ "$ref": "#/definitions/headers" }),
        "names" => json!({ "type": "object", "additionalProperties": { "type": "string" } }),
        "answers" => json!({ "type": "array", "items": { "$ref": "#/definitions/answer" } }),
        "message" => json!({ "$ref": "#/definitions/message" }),
        "messages" => json!({ "$ref": "#/definitions/messages" }),
        "level" => json!({ "enum": steps::LEVELS }),
        "framing" => json!({ "enum": ["none", "lines", "length"] }),
        _ => text(description(key)),
    }
}

/// What the text behind a key is.
fn description(key: &str) -> &'static str {
    match key {
        "host" => "An IPv4 address; default: one of its own.",
        "peer" => "The name of a peer.",
        "output" => "An output, `node.output`.",
        "input" => "An input, `node.input`.",
        "log" => "Text in a line that a script logs.",
        "node" => "The script that logs it.",
        "ended" => "The script that has to end.",
        "golden" => "A file with all that comes, written by `oakc test --update`.",
        "picture" => "A PNG or JPEG that shows the same, written by `oakc test --update`.",
        "recording" => "A recording: JSON Lines with a time each, relative to this file.",
        "text" => "Text that is in it; what is sent.",
        "type" => "The class of the message.",
        "app" => "The application that a syslog message names.",
        "method" => "The method of HTTP.",
        "path" => "The path of HTTP.",
        "topic" => "The topic of MQTT.",
        "user" => "Who may connect.",
        "password" => "With which password.",
        _ => "Text.",
    }
}

fn text(description: &str) -> Value {
    json!({ "description": description, "type": "string" })
}

fn duration(description: &str) -> Value {
    json!({
        "description": description,
        "type": "string",
        "pattern": r"^\s*[0-9.]+\s*(ns|us|µs|ms|s|min|h|d)\s*$",
    })
}

fn whole(description: &str, least: u32) -> Value {
    json!({ "description": description, "type": "integer", "minimum": least })
}

#[cfg(test)]
mod tests {
    use super::super::reading::SECTIONS;
    use super::*;

    #[test]
    fn the_schema_has_the_sections_that_are_read() {
        let schema = json_schema();
        let mut known: Vec<_> = schema["properties"].as_object().unwrap().keys().collect();
        known.sort();
        let mut read = SECTIONS.to_vec();
        read.sort_unstable();
        assert_eq!(known, read);
    }

    #[test]
    fn no_key_is_without_a_description_of_its_own() {
        fn visit(value: &Value) {
            assert_ne!(value["description"], "Text.", "{value}");
            if let Some(object) = value.as_object() {
                for (key, value) in object {
                    assert_ne!(value["description"], "Text.", "{key}");
                    visit(value);
                }
            }
        }
        visit(&json_schema());
    }
}
