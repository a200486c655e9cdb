//! Dumps: what `Pipeline.serializeToJson()` returns, as JSON, and the schema in it, which the library logs at level
//! `debug`.
//!
//! In: the JSON. Out: the pipeline, with the properties of its nodes by name, and its assets.
//! Never: an application name, a board configuration or firmware, which a dump does not have; nor, in a logged
//! schema, the content of an asset.
//!
//! Because everything has a name, dumps of other 2.x releases can be read, too: what they lack
//! keeps its default, and what only they have is noted.

mod mend;

use std::collections::BTreeMap;

use oakc_runtime_schema::assets::AssetMap;
use oakc_runtime_schema::nodes::Kind;
use oakc_runtime_schema::pipeline::PipelineSchema;
use oakc_runtime_schema::reflect::{Reflect, Shape, Value, from_json};
use oakc_runtime_schema::{nop, release};
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::original::Original;
use super::{ImportError, Note};

/// What stands before the schema on a line of the library's log.
pub const LOGGED: &str = "Schema dump: ";

#[derive(Deserialize)]
struct Dump {
    #[serde(default, rename = "assetStorage")]
    storage: Vec<u8>,
    #[serde(default)]
    assets: Json,
    pipeline: Json,
}

impl Original {
    /// Reads a dump; the notes say what in it 2.33 does not know.
    ///
    /// # Errors
    /// When it is not a dump of a pipeline, or its parts contradict each other.
    pub fn from_json(text: &[u8]) -> Result<(Self, Vec<Note>), ImportError> {
        let text = mend::quote_floats(logged(text));
        let dump = Dump::read(&text)?;
        let mut notes = Vec::new();
        let mut pipeline = dump.pipeline;
        let properties = take_properties(&mut pipeline, &mut notes)?;
        for path in mend::restore(&PipelineSchema::SHAPE, &mut pipeline) {
            notes.push(not_finite(&format!("`{path}`")));
        }
        let schema = typed::<PipelineSchema>(&pipeline, "pipeline")?;
        let map = match dump.assets {
            Json::Null => AssetMap::default(),
            assets => typed(&assets, "asset map")?,
        };
        notes.extend(absent_assets(&schema, &properties, &map));
        let original = Self::new(&schema, properties, &map, &dump.storage)?;
        Ok((original, notes))
    }
}

/// What there is to say about a null that has to be a number.
fn not_finite(what: &str) -> Note {
    let reason = "is null, as a dump shows numbers that are not finite; it is imported as `nan`";
    Note::new("dump", format!("{what} {reason}"))
}

impl Dump {
    /// A dump, or the pipeline in one alone.
    fn read(text: &[u8]) -> Result<Self, ImportError> {
        let fault = |error: serde_json::Error| undecodable("dump", &error);
        let json: Json = serde_json::from_slice(text).map_err(fault)?;
        if json.get("nodes").is_some() {
            return Ok(Self {
                storage: Vec::new(),
                assets: Json::Null,
                pipeline: json,
            });
        }
        serde_json::from_value(json).map_err(fault)
    }
}

/// The last schema in a log, if this is one.
fn logged(text: &[u8]) -> &[u8] {
    let mut starts = text.windows(LOGGED.len());
    let last = starts.rposition(|start| start == LOGGED.as_bytes());
    // In a dump, it could only be a part of a string.
    let Some(start) = last.filter(|_| !text.trim_ascii_start().starts_with(b"{")) else {
        return text;
    };
    let rest = text.get(start + LOGGED.len()..).unwrap_or_default();
    rest.split(|byte| *byte == b'\n').next().unwrap_or_default()
}

/// What there is to say of assets that nodes name and the dump does not hold.
fn absent_assets(
    schema: &PipelineSchema,
    properties: &BTreeMap<i64, Value>,
    map: &AssetMap,
) -> Vec<Note> {
    let mut notes = Vec::new();
    for (id, properties) in properties {
        let name = schema.nodes.get(id).map_or("", |node| node.name.as_str());
        let mut named = Vec::new();
        assets_in(properties, &mut named);
        let absent = |key: &&str| !map.map.contains_key(&format!("/node/{id}/{key}"));
        notes.extend(named.into_iter().filter(absent).map(|key| {
            let text = format!(
                "it does not contain the asset `{key}` of node {id} ({name}), which has to be supplied: a schema in a \
                 log has no scripts or models"
            );
            Note::new("dump", text)
        }));
    }
    notes
}

/// The keys of the assets that a value names. No deeper than its shape, which is a type of the schema.
fn assets_in<'a>(value: &'a Value, keys: &mut Vec<&'a str>) {
    match value {
        Value::Str(text) => keys.extend(text.strip_prefix("asset:")),
        Value::Optional(Some(inner)) => assets_in(inner, keys),
        Value::Struct(values) | Value::List(values) => {
            for value in values {
                assets_in(value, keys);
            }
        }
        _ => {}
    }
}

fn undecodable(part: &'static str, reason: &dyn std::fmt::Display) -> ImportError {
    let reason = reason.to_string();
    ImportError::Undecodable { part, reason }
}

fn typed<T: Reflect>(json: &Json, part: &'static str) -> Result<T, ImportError> {
    let value = from_json(&T::SHAPE, json).map_err(|error| undecodable(part, &error))?;
    T::from_value(&value).map_err(|error| undecodable(part, &error))
}

/// Takes the properties out of the nodes: in the schema they are bytes, in a dump objects.
fn take_properties(
    pipeline: &mut Json,
    notes: &mut Vec<Note>,
) -> Result<BTreeMap<i64, Value>, ImportError> {
    let pairs = pipeline.get_mut("nodes").and_then(Json::as_array_mut);
    let pairs = pairs.ok_or_else(|| undecodable("pipeline", &"it has no list of nodes"))?;
    let mut all = BTreeMap::new();
    for pair in pairs {
        let id = pair.get(0).and_then(Json::as_i64);
        let node = pair.get_mut(1).and_then(Json::as_object_mut);
        let (Some(id), Some(node)) = (id, node) else {
            return Err(undecodable(
                "pipeline",
                &"its nodes are not pairs of an id and a node",
            ));
        };
        let properties = node.insert("properties".to_owned(), Json::Array(Vec::new()));
        let value = properties_of(node, properties, id, notes)
            .map_err(|reason| ImportError::Node { id, reason })?;
        all.insert(id, value);
    }
    Ok(all)
}

fn properties_of(
    node: &Map<String, Json>,
    properties: Option<Json>,
    id: i64,
    notes: &mut Vec<Note>,
) -> Result<Value, String> {
    let name = node.get("name").and_then(Json::as_str).unwrap_or_default();
    let kind = Kind::with_schema_name(name).next();
    let kind = kind.ok_or_else(|| format!("`{name}` is not a node type of DepthAI 2.33"))?;
    let mut properties = properties.unwrap_or_default();
    if let Some(bytes) = bytes(&properties) {
        return decoded(&kind.properties, &bytes);
    }
    let mut unknown = Vec::new();
    unknown_members(&kind.properties, &properties, "", &mut unknown);
    for path in unknown {
        let text =
            format!("`{path}` of node {id} ({name}) is not a property of 2.33; it is left out");
        notes.push(Note::new("dump", text));
    }
    for path in mend::restore(&kind.properties, &mut properties) {
        notes.push(not_finite(&format!("`{path}` of node {id} ({name})")));
    }
    from_json(&kind.properties, &properties).map_err(|error| error.to_string())
}

/// Properties as the device gets them, which is how a schema in a log has them.
fn bytes(json: &Json) -> Option<Vec<u8>> {
    let numbers = json.as_array()?.iter();
    let bytes = numbers.map(|number| u8::try_from(number.as_u64()?).ok());
    bytes.collect()
}

/// The log does not say which release wrote them.
fn decoded(shape: &Shape, bytes: &[u8]) -> Result<Value, String> {
    let latest = nop::decode_of(None, shape, bytes);
    latest.or_else(|error| {
        let earlier = release::all().iter();
        let mut decoded = earlier.filter_map(|of| nop::decode_of(Some(of), shape, bytes).ok());
        decoded.next().ok_or_else(|| error.to_string())
    })
}

/// The paths of members that the shape does not know. No deeper than the shape, which is a type of the schema.
fn unknown_members(shape: &Shape, json: &Json, path: &str, unknown: &mut Vec<String>) {
    match (shape, json) {
        (Shape::Struct(of), Json::Object(members)) => {
            for (name, member) in members {
                let joint = if path.is_empty() { "" } else { "." };
                let path = format!("{path}{joint}{name}");
                match of.fields.iter().find(|field| field.name == name) {
                    Some(field) => unknown_members(&field.shape, member, &path, unknown),
                    None => unknown.push(path),
                }
            }
        }
        (Shape::List(element) | Shape::Array { element, .. }, Json::Array(items)) => {
            for item in items {
                unknown_members(element, item, path, unknown);
            }
        }
        (Shape::Optional(inner), json) => unknown_members(inner, json, path, unknown),
        _ => {}
    }
}
