//! Dumps: what `Pipeline.serializeToJson()` returns, as JSON.
//!
//! In: the JSON. Out: the pipeline, with the properties of its nodes by name, and its assets.
//! Never: an application name, a board configuration or firmware, which a dump does not have.
//!
//! Because everything has a name, dumps of other 2.x releases can be read, too: what they lack
//! keeps its default, and what only they have is noted.

mod mend;

use std::collections::BTreeMap;

use oakc_runtime_schema::assets::AssetMap;
use oakc_runtime_schema::nodes::Kind;
use oakc_runtime_schema::pipeline::PipelineSchema;
use oakc_runtime_schema::reflect::{Reflect, Shape, Value, from_json};
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::original::Original;
use super::{ImportError, Note};

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
        let text = mend::quote_floats(text);
        let dump: Dump =
            serde_json::from_slice(&text).map_err(|error| undecodable("dump", &error))?;
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
        let original = Self::new(&schema, properties, &map, &dump.storage)?;
        Ok((original, notes))
    }
}

/// What there is to say about a null that has to be a number.
fn not_finite(what: &str) -> Note {
    let reason = "is null, as a dump shows numbers that are not finite; it is imported as `nan`";
    Note::new("dump", format!("{what} {reason}"))
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
