//! Descriptions of pipelines (see `reference/README.md`) and the equivalent configurations.
//!
//! The translation follows the documented rule: the key of a method is its name in snake_case
//! without `set`; several arguments are a list. Exceptions are in [`arguments_of`], each with its
//! reason.

use heck::ToSnakeCase;
use oakc_core::world::MemoryWorld;
use oakc_runtime_schema::nodes::Kind;
use serde_json::{Map, Value, json};

/// A configuration and the files it names.
#[derive(Debug)]
pub struct Translation {
    /// The configuration.
    pub config: Value,
    /// Its files.
    pub files: MemoryWorld,
}

/// The configuration that is equivalent to `description`.
pub fn translate(description: &Value) -> Translation {
    let mut translator = Translator {
        files: MemoryWorld::default(),
    };
    for (name, content) in object(&description["files"]) {
        let bytes = from_hex(content.as_str().unwrap());
        translator.files.insert(name, bytes);
    }
    let config = translator.config(description);
    Translation {
        config,
        files: translator.files,
    }
}

struct Translator {
    files: MemoryWorld,
}

impl Translator {
    fn config(&mut self, description: &Value) -> Value {
        let mut config = Map::new();
        if let Some(name) = description.get("app_name") {
            config.insert("app".to_owned(), json!({ "name": name }));
        }
        let mut board = json!({});
        for (path, value) in object(&description["board"]) {
            let path: Vec<_> = path.split('.').map(ToSnakeCase::to_snake_case).collect();
            *at(&mut board, &path) = self.value(&value);
        }
        insert(&mut config, "board", board);
        let mut pipeline = json!({});
        self.calls(&mut pipeline, &description["pipeline"], "Pipeline");
        insert(&mut config, "pipeline", pipeline);
        let mut tables = self.nodes(&description["nodes"]);
        link(&mut tables, &description["links"], &description["nodes"]);
        let mut assets = json!({});
        for asset in array(&description["assets"]) {
            let (owner, entry) = self.asset(&asset);
            let key = asset["key"].as_str().unwrap();
            match owner {
                Some(node) => tables[node]["assets"][key] = entry,
                None => assets[key] = entry,
            }
        }
        insert(&mut config, "assets", assets);
        let named = tables.into_iter().enumerate();
        let named: Map<_, _> = named.map(|(id, table)| (node_name(id), table)).collect();
        config.insert("nodes".to_owned(), named.into());
        config.into()
    }

    fn nodes(&mut self, nodes: &Value) -> Vec<Value> {
        let nodes = array(nodes).into_iter();
        nodes.map(|node| self.node(&node)).collect()
    }

    fn node(&mut self, node: &Value) -> Value {
        let class = node["class"].as_str().unwrap();
        let mut table = json!({ "type": class });
        self.calls(&mut table, &node["calls"], class);
        for (name, settings) in object(&node["inputs"]) {
            table["inputs"][&name] = settings;
        }
        for (name, settings) in object(&node["map_inputs"]) {
            table["inputs"][map_entry(class, &name)] = settings;
        }
        table
    }

    fn calls(&mut self, table: &mut Value, calls: &Value, class: &str) {
        for call in array(calls) {
            let (method, arguments) = (call[0].as_str().unwrap(), array(&call[1]));
            let (object, method) = match method.split_once('.') {
                Some((object, method)) => (vec![object.to_snake_case()], method),
                None => (Vec::new(), method),
            };
            let arguments = arguments_of(class, method, arguments);
            let values: Vec<_> = arguments.iter().map(|a| self.value(a)).collect();
            if method == "set" {
                overlay(at(table, &object), &values[0]);
                continue;
            }
            let mut path = object;
            path.push(key_of(method));
            let slot = at(table, &path);
            if appends(method) {
                if !slot.is_array() {
                    *slot = json!([]);
                }
                let items = slot.as_array_mut().unwrap();
                items.extend(appended(method, values));
            } else {
                *slot = one_or_list(values);
            }
        }
    }

    fn asset(&mut self, asset: &Value) -> (Option<usize>, Value) {
        let path = format!("asset-{}", self.files.iter().count());
        let bytes = from_hex(asset["bytes"].as_str().unwrap());
        self.files.insert(path.clone(), bytes);
        let mut entry = json!({ "path": path });
        if let Some(alignment) = asset.get("alignment") {
            entry["alignment"] = alignment.clone();
        }
        let node = asset["node"].as_u64();
        (node.map(|id| usize::try_from(id).unwrap()), entry)
    }

    fn value(&mut self, value: &Value) -> Value {
        match value {
            Value::Array(items) => items.iter().map(|item| self.value(item)).collect(),
            Value::Object(special) => self.special(special),
            plain => plain.clone(),
        }
    }

    fn special(&mut self, special: &Map<String, Value>) -> Value {
        let (kind, value) = special.iter().next().unwrap();
        match kind.as_str() {
            "enum" => {
                let name = value.as_str().unwrap();
                json!(name.rsplit('.').next().unwrap())
            }
            "timedelta_us" => json!(format!("{value}us")),
            "tuple" => self.value(value),
            "bytes" => from_hex(value.as_str().unwrap()).into(),
            "blob" => value.clone(),
            "map" => {
                let pairs = array(value).into_iter();
                let pair = |pair: Value| (plain_text(&pair[0]), pair[1].clone());
                pairs.map(pair).collect::<Map<_, _>>().into()
            }
            "calibration" => {
                let path = "calibration.json".to_owned();
                self.files
                    .insert(path.clone(), value.to_string().into_bytes());
                json!(path)
            }
            "new" => match special.get("args") {
                Some(arguments) => self.value(arguments),
                None => self.attributes(&special["attrs"]),
            },
            other => panic!("a value of kind {other}"),
        }
    }

    fn attributes(&mut self, attributes: &Value) -> Value {
        let mut table = json!({});
        for (path, value) in object(attributes) {
            let path: Vec<_> = path.split('.').map(ToSnakeCase::to_snake_case).collect();
            *at(&mut table, &path) = self.value(&value);
        }
        table
    }
}

/// The arguments in the form that a configuration takes.
fn arguments_of(class: &str, method: &str, mut arguments: Vec<Value>) -> Vec<Value> {
    // The library ignores the leading size argument of older overloads.
    let sized = ["setDefaultProfilePreset", "setProfile"].contains(&method);
    if class == Kind::VideoEncoder.name() && sized {
        let wanted = if method == "setProfile" { 1 } else { 2 };
        let surplus = arguments.len() - wanted;
        arguments.drain(..surplus);
    }
    arguments
}

fn appends(method: &str) -> bool {
    ["setMisc", "enableIMUSensor", "addROI"].contains(&method)
}

/// The items that a call adds to the list of its key.
fn appended(method: &str, values: Vec<Value>) -> Vec<Value> {
    match (method, values.as_slice()) {
        // A list of complete sensor configurations: each becomes one item.
        ("enableIMUSensor", [Value::Array(items)]) => items.clone(),
        _ => vec![one_or_list(values)],
    }
}

/// No argument becomes `true`, a single argument stays as it is.
fn one_or_list(mut values: Vec<Value>) -> Value {
    match values.len() {
        0 => json!(true),
        1 => values.remove(0),
        _ => values.into(),
    }
}

/// Overwrites keys of one table with those of another.
fn overlay(table: &mut Value, more: &Value) {
    if !table.is_object() {
        *table = json!({});
    }
    for (key, value) in object(more) {
        table[&key] = value;
    }
}

fn link(tables: &mut [Value], links: &Value, nodes: &Value) {
    let class = |id: usize| nodes[id]["class"].as_str().unwrap();
    for link in array(links) {
        let (from, to) = match &link {
            Value::Array(ends) => (json!([ends[0], ends[1]]), json!([ends[2], ends[3]])),
            ends => (ends["from"].clone(), ends["to"].clone()),
        };
        let (source, target) = (index(&from), index(&to));
        let port = match from.get(2) {
            None => plain_text(&from[1]),
            Some(name) => match from[1].as_str() {
                Some("outputs") => format!("outputs[{}]", plain_text(name)),
                group => format!("{}[{}]", group.unwrap(), plain_text(name)),
            },
        };
        let reference = json!(format!("{}.{port}", node_name(source)));
        let input = match to.get(2) {
            None => plain_text(&to[1]),
            Some(name) => map_entry(class(target), &plain_text(name)),
        };
        let slot = &mut tables[target]["inputs"][input];
        if !slot.is_object() {
            *slot = json!({});
        }
        match &mut slot["from"] {
            Value::Array(several) => several.push(reference),
            none => *none = json!([reference]),
        }
    }
}

/// The key for an entry of the input map; it names the map if a static input has the same name.
fn map_entry(class: &str, name: &str) -> String {
    let kind = Kind::from_name(class).unwrap();
    match kind.input(name) {
        Some(_) => format!("inputs[{name}]"),
        None => name.to_owned(),
    }
}

fn index(end: &Value) -> usize {
    usize::try_from(end[0].as_u64().unwrap()).unwrap()
}

fn node_name(id: usize) -> String {
    format!("n{id}")
}

fn insert(config: &mut Map<String, Value>, key: &str, value: Value) {
    if value.as_object().is_some_and(|table| !table.is_empty()) {
        config.insert(key.to_owned(), value);
    }
}

/// The value at a path of keys, which is created if it is missing.
fn at<'a>(value: &'a mut Value, path: &[String]) -> &'a mut Value {
    path.iter().fold(value, |value, key| &mut value[key])
}

fn object(value: &Value) -> Vec<(String, Value)> {
    let entries = value.as_object().into_iter().flatten();
    entries
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

fn array(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

fn plain_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn from_hex(text: &str) -> Vec<u8> {
    let digits = text.as_bytes().chunks(2);
    digits
        .map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

/// The configuration's key for a method of the library.
pub fn key_of(method: &str) -> String {
    let name = method.strip_prefix("set").unwrap_or(method);
    match name {
        // This key is oakc's own: it chooses the firmware and sets no property.
        "OpenVINOVersion" => "openvino".to_owned(),
        name => {
            let name = name.replace("XLink", "Xlink").replace("ROIs", "Rois");
            name.to_snake_case()
        }
    }
}
