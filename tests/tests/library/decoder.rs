//! The decoder that all comparisons rely on, compared with the real library's own JSON: a package and
//! the JSON of the same pipeline have to agree name by name.

use std::collections::BTreeSet;

use oakc_core::package::inspect::{Package, Pipeline};
use oakc_runtime_schema::pipeline::{
    GlobalProperties, NodeConnectionSchema, NodeIoInfo, NodeObjInfo,
};
use oakc_runtime_schema::reflect::{EnumStyle, Reflect, Shape, to_json};
use oakc_tests::blob_file;
use oakc_tests::comparison::assert_none;
use oakc_tests::reference::{Reference, generate, python, target};
use serde_json::{Map, Value, json};

#[test]
fn packages_decode_to_the_json_of_the_library() {
    let Some(python) = python() else { return };
    let blob = blob_file(&target());
    let setters = generate(&python, "setters.py", &["--blob", &blob]);
    let setters = one_call_each(&setters);
    assert!(setters.len() > 350, "only {} setters", setters.len());
    let random = ["--blob", &blob, "--seed", "json", "--count", "40"];
    let random = generate(&python, "random_pipelines.py", &random);
    let mut reference = Reference::start(&python);
    let mut failed = Vec::new();
    let all: Vec<_> = setters.into_iter().chain(random).collect();
    for description in &all {
        let (package, dump) = reference.build_and_dump(description);
        let package = Package::parse(&package).unwrap();
        let decoded = decoded(package.pipeline.as_ref().unwrap());
        if let Some(path) = difference("", &decoded, &normal(&dump["pipeline"])) {
            failed.push(format!("{path}\n  of {}", description["nodes"]));
        }
    }
    assert_none(&failed, all.len());
}

/// The first of the lines that call one overload of one setter.
fn one_call_each(lines: &[Value]) -> Vec<Value> {
    let mut seen = BTreeSet::new();
    let first = |line: &&Value| {
        let overload = [&line["target"], &line["method"], &line["overload"]];
        seen.insert(overload.map(Value::to_string))
    };
    let lines = lines.iter().filter(first);
    lines.map(|line| line["description"].clone()).collect()
}

/// A decoded pipeline in the form of the library's JSON.
fn decoded(pipeline: &Pipeline) -> Value {
    let schema = &pipeline.schema;
    let nodes = schema.nodes.values().zip(&pipeline.nodes);
    let nodes: Vec<_> = nodes
        .map(|(info, node)| {
            let (shape, value) = node.properties.as_ref().unwrap();
            let properties = to_json(shape, value, EnumStyle::Numbers);
            json!([info.id, node_json(info, &properties)])
        })
        .collect();
    let connections: Vec<_> = schema.connections.iter().map(json_of).collect();
    normal(&json!({
        "connections": connections,
        "globalProperties": json_of::<GlobalProperties>(&schema.global_properties),
        "nodes": nodes,
    }))
}

fn node_json(info: &NodeObjInfo, properties: &Value) -> Value {
    let ports = info.io_info.iter();
    let ports: Vec<_> = ports
        .map(|((group, name), port)| json!([[group, name], json_of::<NodeIoInfo>(port)]))
        .collect();
    json!({ "id": info.id, "name": info.name, "ioInfo": ports, "properties": properties })
}

fn json_of<T: Reflect>(value: &T) -> Value {
    to_json(&T::SHAPE, &value.to_value(), EnumStyle::Numbers)
}

/// Sorts what has no order: the entries of maps, which are pairs, and connections.
fn normal(value: &Value) -> Value {
    match value {
        Value::Array(items) => {
            let mut items: Vec<_> = items.iter().map(normal).collect();
            if items.iter().all(is_pair_or_connection) {
                items.sort_by_key(Value::to_string);
            }
            items.into()
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            let members = members.into_iter();
            let members = members.map(|(name, member)| (name.clone(), member_of(name, member)));
            members.collect::<Map<_, _>>().into()
        }
        plain => plain.clone(),
    }
}

fn is_pair_or_connection(value: &Value) -> bool {
    let members = match NodeConnectionSchema::SHAPE {
        Shape::Struct(shape) => shape.fields,
        _ => &[],
    };
    value.as_array().is_some_and(|items| items.len() == 2)
        || members
            .iter()
            .all(|member| value.get(member.name).is_some())
}

/// The three colours are a C++ `char`, which is signed in the JSON and unsigned in libnop.
fn member_of(name: &str, member: &Value) -> Value {
    match (name, member.as_i64()) {
        ("bgRed" | "bgGreen" | "bgBlue", Some(number)) => json!(number.rem_euclid(256)),
        _ => normal(member),
    }
}

/// The first difference: its path and both values.
fn difference(path: &str, decoded: &Value, said: &Value) -> Option<String> {
    let differ = || {
        Some(format!(
            "{path}: decoded {decoded}, the library says {said}"
        ))
    };
    match (decoded, said) {
        (Value::Object(a), Value::Object(b)) => {
            let names: BTreeSet<_> = a.keys().chain(b.keys()).collect();
            let missing = &json!("(missing)");
            names.into_iter().find_map(|name| {
                let [a, b] = [a, b].map(|object| object.get(name).unwrap_or(missing));
                difference(&format!("{path}.{name}"), a, b)
            })
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            let pairs = a.iter().zip(b).enumerate();
            pairs
                .into_iter()
                .find_map(|(i, (a, b))| difference(&format!("{path}[{i}]"), a, b))
        }
        _ if decoded == said => None,
        _ => differ(),
    }
}
