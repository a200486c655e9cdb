//! The JSON Schema of the configuration, for editors.
//!
//! In: nothing but the types that the reader goes by. Out: a draft-07 schema. Never: a
//! configuration that the reader accepts and the schema refuses, or two different schemas on two
//! runs.
//!
//! Links, files and models are the reader's business. Three language servers shape the schema, and `.ci/run editors`
//! asks each of them: yaml-language-server follows everything; Taplo looks into `properties` and `anyOf`, but neither
//! into `then` nor beside `$ref`, and not at the document; Tombi takes a table that does not say
//! `additionalProperties` for a closed one, offers only what stands in an alternative that fits, and reads `if` in a
//! table or beside `anyOf` only.

mod enumeration;
mod type_name;
mod values;

pub use type_name::{Named, default_text, type_name};

use oakc_blob::OpenVinoVersion;
use oakc_diag::Rule;
use oakc_runtime_schema::board_config::BoardConfig;
use oakc_runtime_schema::node::{Accepts, Input};
use oakc_runtime_schema::nodes::Kind;
use oakc_runtime_schema::pipeline::GlobalProperties;
use oakc_runtime_schema::reflect::{Reflect, Shape, StructShape, Value};
use serde_json::{Map, Value as Json, json};

use oakc_check::rules;
use oakc_core::config::language::{
    App, AssetFile, Device, IN_DEFAULTS, InputTable, Levels, Logging, ModelFile, Network,
};
use values::{Definitions, Owner, PARAM, object, partial};

/// The schema of a whole configuration.
pub fn json_schema() -> Json {
    let mut definitions = Definitions::default();
    let sections = sections(&mut definitions);
    let profile = profile(&sections);
    definitions.insert("profile", profile);
    let mut properties = sections;
    properties.extend(composition());
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "oakc application",
        "description": "A standalone OAK camera application, compiled by oakc.",
        "type": "object",
        "properties": properties,
        // What an application extends may have the rest of it.
        "if": partial(json!({ "not": partial(json!({ "required": ["extends"] })) })),
        "then": partial(json!({
            "required": ["nodes"],
            "properties": {
                "nodes": whole("A node has a type.", &partial(json!({ "required": ["type"] }))),
                "models": whole("A model has a path, a source, or a script that prepares it.", &with_any(&["path", "source", "prepare"])),
                "assets": whole("An asset has a path.", &with_any(&["path"])),
            },
        })),
        "additionalProperties": false,
        "definitions": definitions.into_json(),
    })
}

/// The schema of `oakc.toml`, the settings of a repository.
pub fn settings_schema() -> Json {
    let mut definitions = Definitions::default();
    let lint = lint(&mut definitions);
    let mut sections = shared_sections(&mut definitions);
    sections.retain(|key, _| IN_DEFAULTS.contains(&key.as_str()));
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "oakc settings of a repository",
        "description": "What all applications below the folder of this file share.",
        "type": "object",
        "properties": {
            "lint": lint,
            "defaults": {
                "description": "Sections that count where an application does not say otherwise.",
                "type": "object",
                "properties": sections,
                "additionalProperties": false,
            },
        },
        "additionalProperties": false,
        "definitions": definitions.into_json(),
    })
}

/// A section without a base: each entry has what it needs.
fn whole(description: &str, entry: &Json) -> Json {
    json!({ "description": description, "additionalProperties": entry })
}

/// A value, or a declaration: any table may be a value, too.
fn param() -> Json {
    json!({ "anyOf": [
        true,
        partial(json!({
            "type": "object",
            "properties": {
                "value": { "description": "The value; with `env` or `file`, that for when there is none." },
                "env": { "description": "The variable of the environment that holds the value.", "type": "string" },
                "file": { "description": "The text file that holds the value.", "type": "string" },
                "secret": { "description": "Whether the value is shown as `***`.", "type": "boolean" },
                "description": { "description": "What it is for.", "type": "string" },
            },
        })),
    ]})
}

/// A file that is written as a table has one of these keys at least.
fn with_any(keys: &[&str]) -> Json {
    let any: Vec<_> = keys
        .iter()
        .map(|key| partial(json!({ "required": [key] })))
        .collect();
    let required = match any.as_slice() {
        [only] => only.clone(),
        _ => partial(json!({ "anyOf": any })),
    };
    partial(json!({ "if": partial(json!({ "type": "object" })), "then": required }))
}

/// The keys that say what an application is put together from.
fn composition() -> Map<String, Json> {
    let keys = [
        (
            "extends",
            json!({
                "description": "The application that this one builds on, relative to this file. Tables merge \
                                key by key, any other value replaces the one there.",
                "type": "string",
                "pattern": "\\.([Tt][Oo][Mm][Ll]|[Yy][Aa]?[Mm][Ll])$",
            }),
        ),
        (
            "profiles",
            json!({
                "description": "Variations of the application by name; `--profile NAME` applies one, as if it \
                                extended this file.",
                "type": "object",
                "additionalProperties": { "$ref": "#/definitions/profile" },
            }),
        ),
        ("remove", removal()),
    ];
    keys.into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
}

fn removal() -> Json {
    json!({
        "description": "Keys of what this builds on that are left out, as dotted paths: \
                        `\"nodes.preview\"`, `\"nodes.cam.fps\"`.",
        "type": "array",
        "items": { "type": "string" },
    })
}

fn profile(sections: &Map<String, Json>) -> Json {
    let mut properties = sections.clone();
    properties.insert("remove".to_owned(), removal());
    json!({
        "description": "What differs in this variation.",
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    })
}

/// One entry for each section of the configuration.
fn sections(definitions: &mut Definitions) -> Map<String, Json> {
    let mut sections = shared_sections(definitions);
    let nodes = nodes(definitions);
    definitions.insert("nodes", nodes);
    sections.extend(entries(json!({
        "nodes": { "$ref": "#/definitions/nodes" },
        "lint": lint(definitions),
    })));
    sections
}

/// One entry for each section that says nothing about nodes.
fn shared_sections(definitions: &mut Definitions) -> Map<String, Json> {
    let section = |d: &mut Definitions, shape: Shape, text: &str| d.property(&shape, text, None);
    let app = section(
        definitions,
        App::SHAPE,
        "Name and release of the application.",
    );
    let device = section(
        definitions,
        Device::SHAPE,
        "The camera that the application is for.",
    );
    let board = section(
        definitions,
        BoardConfig::SHAPE,
        "USB, network, pins and watchdog, set before the pipeline starts.",
    );
    let network = section(
        definitions,
        Network::SHAPE,
        "What scripts look up with `oakc.dns`, and where.",
    );
    let logging = section(
        definitions,
        Logging::SHAPE,
        "Where scripts send their log, and what becomes of one that fails.",
    );
    entries(json!({
        "app": app,
        "device": device,
        "board": board,
        "pipeline": pipeline(definitions),
        "params": {
            "description": "Values for this site. `${name}` in any string stands for one of them, and a script has \
                            them as `params.name`; `oakc build --set name=value` replaces it.",
            "type": "object",
            "additionalProperties": param(),
        },
        "models": models(definitions),
        "assets": assets(definitions, "Files that travel in the package, by key."),
        "network": network,
        "logging": logging,
    }))
}

fn entries(object: Json) -> Map<String, Json> {
    match object {
        Json::Object(entries) => entries,
        _ => Map::new(),
    }
}

fn pipeline(definitions: &mut Definitions) -> Json {
    let mut properties = Map::new();
    properties.insert("openvino".to_owned(), openvino());
    if let Shape::Struct(of) = GlobalProperties::SHAPE {
        let fresh = (of.default)();
        properties.extend(definitions.table(Owner::Class("Pipeline"), of, &[], &fresh));
    }
    object("Properties of the whole pipeline.", &properties)
}

fn openvino() -> Json {
    let names = OpenVinoVersion::ALL.map(OpenVinoVersion::name);
    let spellings: Vec<_> = names
        .iter()
        .map(|name| enumeration::any_case(name))
        .collect();
    let spellings = spellings.join("|").replace("\\.", "[._]");
    let prefix = format!("(?:{}[._])?", enumeration::any_case("version"));
    let pattern = format!("^\\s*{prefix}(?:{spellings})\\s*$|{PARAM}");
    let mut schema = enumeration::one_of(&json!({ "enum": names }), &pattern, &[]);
    schema.insert("description".to_owned(), json!("Forces the OpenVINO release that the firmware is chosen for. Default: what the models need.\n\nHost library: `Pipeline.setOpenVINOVersion`"));
    schema.into()
}

fn models(definitions: &mut Definitions) -> Json {
    let file = path_or_table(definitions, ModelFile::SHAPE);
    json!({
        "description": "Models that nodes refer to by name: the path of a `.blob`, or a table.",
        "type": "object",
        "additionalProperties": file,
    })
}

fn assets(definitions: &mut Definitions, text: &str) -> Json {
    let file = path_or_table(definitions, AssetFile::SHAPE);
    json!({ "description": text, "type": "object", "additionalProperties": file })
}

/// A struct that may be written as a lone string, its `path`.
fn path_or_table(definitions: &mut Definitions, shape: Shape) -> Json {
    definitions.adapted(&shape, |definition| {
        definition.remove("pattern");
    })
}

fn lint(definitions: &mut Definitions) -> Json {
    let rules: Vec<&Rule> = rules::all().collect();
    let names: Vec<_> = rules.iter().map(|rule| rule.name).collect();
    let summaries: Vec<_> = rules.iter().map(|rule| rule.summary).collect();
    let codes: Vec<_> = rules
        .iter()
        .map(|rule| enumeration::any_case(rule.code))
        .collect();
    let pattern = format!("^(?:{})$|{PARAM}", codes.join("|"));
    let rule = enumeration::one_of(
        &enumeration::offer(&json!(names), &json!(summaries)),
        &pattern,
        &[],
    );
    definitions.adapted(&Levels::SHAPE, |definition| {
        let lists = definition
            .get_mut("properties")
            .and_then(Json::as_object_mut);
        for (_, list) in lists.into_iter().flatten() {
            if let Some(list) = list.as_object_mut() {
                list.insert("items".to_owned(), rule.clone().into());
            }
        }
    })
}

/// `[nodes.*]`. `then` holds a node to its kind and gives exact errors. `anyOf` cannot fail; it shows the keys that there
/// are. Only the right kind fits, which counts for all but Taplo.
fn nodes(definitions: &mut Definitions) -> Json {
    definitions.insert("nodeType", node_type());
    let mut hints = vec![json!(true)];
    let mut by_kind = json!(true);
    for kind in Kind::ALL.iter().rev().copied() {
        let name = format!("node.{}", kind.name());
        let definition = node(definitions, kind);
        definitions.insert(&name, definition);
        let reference = json!({ "$ref": format!("#/definitions/{name}") });
        hints.insert(1, reference.clone());
        by_kind = partial(json!({
            "if": partial(json!({
                "required": ["type"],
                "properties": { "type": { "const": kind.name() } },
            })),
            "then": reference,
            "else": by_kind,
        }));
    }
    let mut any = json!({
        "description": "A node: `type` says which other keys there are.",
        "type": "object",
        "properties": { "type": { "$ref": "#/definitions/nodeType" } },
        "anyOf": hints,
    });
    if let (Json::Object(any), Json::Object(by_kind)) = (&mut any, by_kind) {
        any.extend(by_kind);
    }
    json!({
        "description": "The nodes of the pipeline by name. They get the ids 0, 1, 2 … in the order \
                        of this file.",
        "type": "object",
        "additionalProperties": any,
    })
}

fn node_type() -> Json {
    let names: Vec<_> = Kind::ALL.iter().map(|kind| kind.name()).collect();
    let docs: Vec<_> = Kind::ALL
        .iter()
        .map(|kind| values::flow(kind.doc))
        .collect();
    let mut schema =
        enumeration::one_of(&enumeration::offer(&json!(names), &json!(docs)), PARAM, &[]);
    schema.insert(
        "description".to_owned(),
        json!("The node's class in the host library."),
    );
    schema.into()
}

fn node(definitions: &mut Definitions, kind: Kind) -> Json {
    let mut properties = Map::new();
    let mut add = |key: &str, value: Json| properties.insert(key.to_owned(), value);
    add("type", json!({ "$ref": "#/definitions/nodeType" }));
    add("inputs", inputs(definitions, kind));
    if kind.output_map.is_some() {
        let outputs = "Outputs to create even though no input refers to them.";
        let names = definitions.property(&Vec::<String>::SHAPE, outputs, None);
        add("outputs", names);
    }
    if let Shape::Struct(of) = kind.properties {
        let fresh = (kind.default_properties)();
        for (key, property) in
            definitions.table(Owner::Class(kind.name()), of, kind.setters, &fresh)
        {
            add(&key, property);
        }
    }
    let id = "Pins the node's id. Default: its position in the file.";
    add("id", definitions.property(&i64::SHAPE, id, None));
    add(
        "assets",
        assets(definitions, "Files that travel with this node, by key."),
    );
    // In `then`, where Taplo does not see another value to offer, and Tombi marks the type and not the whole node.
    json!({
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
        "if": partial(json!({ "required": ["type"] })),
        "then": partial(json!({ "properties": { "type": { "const": kind.name() } } })),
    })
}

fn inputs(definitions: &mut Definitions, kind: Kind) -> Json {
    let one = input(definitions);
    let ports = kind.inputs.iter().map(|port| {
        let text = port_text(port);
        let described = values::described(&text, &["string", "array", "object"], &one);
        (port.name.to_owned(), described.into())
    });
    let ports: Map<_, _> = ports.collect();
    let others = match kind.input_map {
        Some(_) => one.clone(),
        None => json!(false),
    };
    json!({
        "description": "The sources of the node's inputs, by input.",
        "type": "object",
        "properties": ports,
        "additionalProperties": others,
    })
}

/// An input takes an output, a list of outputs, or a table; the list wins over the table's own
/// spelling as a list, as it does when it is read.
fn input(definitions: &mut Definitions) -> Json {
    let mut properties = Map::new();
    if let Shape::Struct(of @ StructShape { default, .. }) = InputTable::SHAPE {
        properties = definitions.table(Owner::Part("inputs"), of, &[], &default());
    }
    let input = json!({
        "description": "The output that feeds this input as `\"node.output\"`, a list of these, or a table with queue settings.",
        "type": ["string", "array", "object"],
        "items": { "type": "string" },
        "properties": properties,
        "additionalProperties": false,
    });
    definitions.insert("input", input);
    json!({ "$ref": "#/definitions/input" })
}

/// What an input takes and how its queue is set up.
fn port_text(port: &Input) -> String {
    let takes: Vec<_> = port.datatypes.iter().copied().map(accepted).collect();
    let full = if port.blocking {
        "a full queue stops the sender"
    } else {
        "a full queue drops its oldest message"
    };
    let waits = if port.wait_for_message {
        "; the node waits for a message here"
    } else {
        ""
    };
    let size = port.queue_size;
    format!(
        "Accepts {}. Queue: {size}; {full}{waits}.",
        takes.join(", ")
    )
}

fn accepted(accepts: Accepts) -> String {
    let name = accepts.datatype.name();
    if accepts.descendants {
        format!("{name} and types derived from it")
    } else {
        name
    }
}

/// A value, such as a default, as a configuration would say it; `None` for nothing, and for what a
/// configuration cannot say.
pub fn written(shape: &Shape, value: &Value) -> Option<Json> {
    values::written(shape, value)
}
