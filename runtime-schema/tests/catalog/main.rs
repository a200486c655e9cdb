//! The whole schema against the catalogue of DepthAI 2.33.
//!
//! In: every type of this crate as data, and `tests/reference/catalog.json`, which was made by
//! introspection of the real library. Out: a list of all differences, each with its full name.
//! Never: stopping at the first difference.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::needless_pass_by_value,
    clippy::cast_possible_truncation,
    reason = "the catalogue is our own, and a test may panic"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use oakc_runtime_schema::assets::AssetMap;
use oakc_runtime_schema::board_config::{BoardConfig, BoardImu, BoardUvc};
use oakc_runtime_schema::datatype::Datatype;
use oakc_runtime_schema::eeprom::EepromData;
use oakc_runtime_schema::image::FrameType;
use oakc_runtime_schema::node::{Accepts, Input, Output};
use oakc_runtime_schema::nodes::Kind;
use oakc_runtime_schema::pipeline::{GlobalProperties, PipelineSchema};
use oakc_runtime_schema::reflect::{
    EnumShape, EnumStyle, Field, IntShape, Reflect, Setter, Shape, StructShape, Value, to_json,
};
use serde_json::Value as Json;

mod defaults;
mod kinds;
mod layout;
mod ports;
mod setters;
mod spelling;

/// All differences.
#[derive(Default)]
struct Slips(Vec<String>);

impl Slips {
    fn add(&mut self, place: impl Display, what: impl Display) {
        self.0.push(format!("{place}: {what}"));
    }

    fn unless(&mut self, holds: bool, what: String) {
        if !holds {
            self.0.push(what);
        }
    }

    fn unequal<T: PartialEq + std::fmt::Debug>(&mut self, place: impl Display, ours: T, theirs: T) {
        if ours != theirs {
            self.add(place, format!("{ours:?} here, {theirs:?} in the library"));
        }
    }

    fn report(self) {
        let count = self.0.len();
        assert!(count == 0, "{count} slips:\n{}", self.0.join("\n"));
    }
}

fn catalog() -> Json {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../tests/reference/catalog.json"
    );
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn text(json: &Json) -> &str {
    json.as_str().unwrap()
}

fn list(json: &Json) -> &[Json] {
    json.as_array().unwrap()
}

/// The concrete classes of the catalogue.
fn classes(catalog: &Json) -> impl Iterator<Item = (&str, &Json)> {
    let nodes = catalog["nodes"].as_object().unwrap();
    nodes
        .iter()
        .filter(|(_, node)| node["abstract"] == false)
        .map(|(name, node)| (name.as_str(), node))
}

/// The kinds that both sides have.
fn kinds(catalog: &Json) -> impl Iterator<Item = (Kind, &Json)> {
    classes(catalog).filter_map(|(name, node)| Some((Kind::from_name(name)?, node)))
}

fn properties_of(kind: Kind) -> &'static StructShape {
    struct_of(kind.properties)
}

fn struct_of(shape: Shape) -> &'static StructShape {
    match shape {
        Shape::Struct(of) => of,
        other => panic!("{other:?} is not a struct"),
    }
}

/// All structs and enums in a shape, by name.
#[derive(Default)]
struct Types {
    structs: BTreeMap<&'static str, &'static StructShape>,
    enums: BTreeMap<&'static str, &'static EnumShape>,
}

impl Types {
    /// All types that reach the device.
    fn on_the_wire() -> Self {
        let mut types = Self::default();
        for kind in Kind::ALL {
            types.add(kind.properties);
        }
        types.add(BoardConfig::SHAPE);
        types.add(EepromData::SHAPE);
        types.add(PipelineSchema::SHAPE);
        types.add(AssetMap::SHAPE);
        types
    }

    /// All types, including arguments of setters.
    fn all() -> Self {
        let mut types = Self::on_the_wire();
        let setters = Kind::ALL.iter().flat_map(|kind| kind.setters);
        let in_structs = types.structs.values().flat_map(|of| of.setters);
        let arguments: Vec<Shape> = setters.chain(in_structs).map(Setter::argument).collect();
        for shape in arguments {
            types.add(shape);
        }
        types
    }

    fn add(&mut self, shape: Shape) {
        match shape {
            Shape::Enum(of) => {
                self.enums.insert(of.name, of);
            }
            Shape::Struct(of) => {
                self.structs.insert(of.name, of);
                for field in of.fields {
                    self.add(field.shape);
                }
            }
            Shape::List(inner) | Shape::Optional(inner) | Shape::Array { element: inner, .. } => {
                self.add(*inner);
            }
            Shape::Tuple(shapes) | Shape::OneOf(shapes) => {
                for shape in shapes {
                    self.add(*shape);
                }
            }
            Shape::Map { key, value } => {
                self.add(*key);
                self.add(*value);
            }
            _ => {}
        }
    }
}

/// A shape in the catalogue's notation.
fn type_name(shape: &Shape) -> String {
    let int = |of: &IntShape| format!("{}{}", if of.signed { "i" } else { "u" }, of.bits);
    match shape {
        Shape::Bool => "bool".to_owned(),
        Shape::Int(of) => int(of),
        Shape::F32 => "f32".to_owned(),
        Shape::F64 => "f64".to_owned(),
        Shape::Str => "string".to_owned(),
        Shape::Bytes => "vector<u8>".to_owned(),
        Shape::Enum(of) => format!("enum {}:{}", of.name, int(&of.repr)),
        Shape::Struct(of) => format!("struct {}", of.name),
        Shape::List(element) => format!("vector<{}>", type_name(element)),
        Shape::Array { element, len } => format!("array<{},{len}>", type_name(element)),
        Shape::Tuple(shapes) => {
            let inner: Vec<String> = shapes.iter().map(type_name).collect();
            format!("tuple<{}>", inner.join(","))
        }
        Shape::Map { key, value } => format!("map<{},{}>", type_name(key), type_name(value)),
        Shape::Optional(inner) => format!("optional<{}>", type_name(inner)),
        Shape::OneOf(_) | Shape::File | Shape::Model | Shape::Duration => {
            format!("{shape:?}, which has no encoding")
        }
    }
}

/// libnop writes a `char` as an unsigned byte.
fn wire_type(field: &Json) -> &str {
    match text(&field["type"]) {
        "char" => "u8",
        other => other,
    }
}
