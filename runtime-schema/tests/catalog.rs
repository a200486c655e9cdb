//! The whole schema against the catalogue of DepthAI 2.33.
//!
//! In: every type of this crate as data, and `tests/reference/catalog.json`, which was made by
//! introspection of the real library. Out: a list of everything in which the two differ, each slip
//! with its full name. Never stops at the first.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::needless_pass_by_value,
    clippy::cast_possible_truncation,
    reason = "the catalogue is ours, and a test may fail at once"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use oakc_runtime_schema::assets::AssetMap;
use oakc_runtime_schema::board_config::{BoardConfig, BoardImu, BoardUvc};
use oakc_runtime_schema::datatype::Datatype;
use oakc_runtime_schema::eeprom::EepromData;
use oakc_runtime_schema::image::FrameType;
use oakc_runtime_schema::node::{Accepts, Input, NodeKind, Output};
use oakc_runtime_schema::nodes::{NODES, find};
use oakc_runtime_schema::pipeline::{GlobalProperties, PipelineSchema};
use oakc_runtime_schema::reflect::{
    EnumShape, EnumStyle, Field, IntShape, Reflect, Setter, Shape, StructShape, Value, to_json,
};
use serde_json::Value as Json;

/// Everything that differs.
#[derive(Default)]
struct Slips(Vec<String>);

impl Slips {
    fn add(&mut self, place: impl Display, what: impl Display) {
        self.0.push(format!("{place}: {what}"));
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
fn kinds(catalog: &Json) -> impl Iterator<Item = (&'static NodeKind, &Json)> {
    classes(catalog).filter_map(|(name, node)| Some((find(name)?, node)))
}

fn properties_of(kind: &NodeKind) -> &'static StructShape {
    struct_of(kind.properties)
}

fn struct_of(shape: Shape) -> &'static StructShape {
    match shape {
        Shape::Struct(of) => of,
        other => panic!("{other:?} is no struct"),
    }
}

/// All structs and enums that a shape is made of, by name.
#[derive(Default)]
struct Types {
    structs: BTreeMap<&'static str, &'static StructShape>,
    enums: BTreeMap<&'static str, &'static EnumShape>,
}

impl Types {
    /// Everything that reaches the device.
    fn on_the_wire() -> Self {
        let mut types = Self::default();
        for kind in NODES {
            types.add(kind.properties);
        }
        types.add(BoardConfig::SHAPE);
        types.add(EepromData::SHAPE);
        types.add(PipelineSchema::SHAPE);
        types.add(AssetMap::SHAPE);
        types
    }

    /// Everything, arguments of setters included.
    fn all() -> Self {
        let mut types = Self::on_the_wire();
        let setters = NODES.iter().flat_map(|kind| kind.setters);
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

/// A shape as the catalogue writes types.
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

fn check_layout(slips: &mut Slips, of: &StructShape, layout: &[Json]) {
    let ours: Vec<&str> = of.fields.iter().map(|f| f.name).collect();
    let theirs: Vec<&str> = layout.iter().map(|f| text(&f["name"])).collect();
    slips.unequal(format!("fields of {}", of.name), ours, theirs);
    for (field, theirs) in of.fields.iter().zip(layout) {
        let place = format!("type of {}::{}", of.name, field.name);
        slips.unequal(place, type_name(&field.shape).as_str(), wire_type(theirs));
    }
}

#[test]
fn every_concrete_class_is_a_node_kind_and_there_is_no_other() {
    let catalog = catalog();
    let mut slips = Slips::default();
    let ours: Vec<&str> = NODES.iter().map(|kind| kind.name).collect();
    let theirs: Vec<&str> = classes(&catalog).map(|(name, _)| name).collect();
    slips.unequal("number of kinds", ours.len(), 32);
    slips.unequal(
        "kinds",
        ours.iter().copied().collect::<BTreeSet<_>>(),
        theirs.into_iter().collect(),
    );
    let schema_names: BTreeSet<&str> = NODES.iter().map(|kind| kind.schema_name).collect();
    slips.unequal("number of schema names", schema_names.len(), 30);
    for (kind, node) in kinds(&catalog) {
        let place = format!("schema name of {}", kind.name);
        slips.unequal(place, kind.schema_name, text(&node["schemaName"]));
    }
    slips.report();
}

#[test]
fn every_struct_has_the_members_of_the_library_in_wire_order() {
    let catalog = catalog();
    let mut slips = Slips::default();
    let mut properties = BTreeSet::new();
    for (kind, node) in kinds(&catalog) {
        let of = properties_of(kind);
        properties.insert(of.name);
        let place = format!("properties of {}", kind.name);
        slips.unequal(place, of.name, text(&node["propertiesStruct"]));
        check_layout(&mut slips, of, list(&node["propertiesLayout"]));
    }
    for (name, of) in Types::on_the_wire().structs {
        match catalog["structs"].get(name) {
            _ if properties.contains(name) => {}
            Some(layout) => check_layout(&mut slips, of, list(layout)),
            None => slips.add(name, "no struct of the library"),
        }
    }
    slips.report();
}

#[test]
fn every_enum_has_the_type_and_the_members_of_the_library() {
    let catalog = catalog();
    let mut slips = Slips::default();
    for (name, of) in Types::on_the_wire().enums {
        let theirs = &catalog["enums"][name];
        let Some(members) = theirs["members"].as_object() else {
            slips.add(name, "no enum of the library");
            continue;
        };
        let underlying = text(&theirs["underlying"]);
        let underlying = underlying
            .trim_start_matches("std::")
            .trim_end_matches("_t");
        let ours = match (of.repr.signed, of.repr.bits) {
            (true, 32) if underlying == "int" => "int".to_owned(),
            (true, bits) => format!("int{bits}"),
            (false, bits) => format!("uint{bits}"),
        };
        slips.unequal(format!("type of {name}"), ours.as_str(), underlying);
        let ours: BTreeMap<&str, i64> = of
            .members
            .iter()
            .flat_map(|m| {
                let aliases = m.aliases.iter().map(|alias| (*alias, m.value));
                aliases.chain([(m.name, m.value)])
            })
            .collect();
        let theirs = members
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_i64().unwrap()))
            .collect();
        slips.unequal(format!("members of {name}"), ours, theirs);
    }
    slips.report();
}

/// Compares two JSON values of one shape; floats as the device has them, bytes by their bits.
fn compare(slips: &mut Slips, path: &str, shape: &Shape, ours: &Json, theirs: &Json) {
    match shape {
        Shape::Struct(of) => {
            let keys = |json: &Json| -> BTreeSet<String> {
                let object = json.as_object().into_iter().flatten();
                object.map(|(key, _)| key.clone()).collect()
            };
            slips.unequal(format!("members of {path}"), keys(ours), keys(theirs));
            for field in of.fields {
                let path = format!("{path}.{}", field.name);
                compare(
                    slips,
                    &path,
                    &field.shape,
                    &ours[field.name],
                    &theirs[field.name],
                );
            }
        }
        Shape::List(element) | Shape::Array { element, .. } if theirs.is_array() => {
            let (ours, theirs) = (list(ours), list(theirs));
            slips.unequal(format!("length of {path}"), ours.len(), theirs.len());
            for (i, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
                compare(slips, &format!("{path}[{i}]"), element, ours, theirs);
            }
        }
        Shape::Optional(inner) if !ours.is_null() && !theirs.is_null() => {
            compare(slips, path, inner, ours, theirs);
        }
        Shape::F32 | Shape::F64 => {
            let float = |json: &Json| json.as_f64().map(|x| x as f32);
            slips.unequal(path, float(ours), float(theirs));
        }
        Shape::Int(IntShape { bits: 8, .. }) => {
            let byte = |json: &Json| json.as_i64().map(|n| n.rem_euclid(256));
            slips.unequal(path, byte(ours), byte(theirs));
        }
        _ => slips.unequal(path, ours, theirs),
    }
}

#[test]
fn a_fresh_node_has_the_properties_that_the_library_gives_it() {
    let catalog = catalog();
    let mut slips = Slips::default();
    for (kind, node) in kinds(&catalog) {
        let fresh = (kind.default_properties)();
        let ours = to_json(&kind.properties, &fresh, EnumStyle::Numbers);
        let theirs = &node["defaultProperties"];
        compare(&mut slips, kind.name, &kind.properties, &ours, theirs);
    }
    let fresh = GlobalProperties::default().to_value();
    let ours = to_json(&GlobalProperties::SHAPE, &fresh, EnumStyle::Numbers);
    let theirs = &catalog["pipeline"]["globalDefaults"];
    compare(
        &mut slips,
        "GlobalProperties",
        &GlobalProperties::SHAPE,
        &ours,
        theirs,
    );
    slips.report();
}

/// What an initialiser of the C++ headers means; nothing where it is the name of a constant.
fn initialiser(shape: &Shape, cxx: &str) -> Option<Value> {
    let number = || -> Option<f64> {
        cxx.split('*')
            .map(|factor| {
                let factor = factor.trim().trim_end_matches('f');
                match cxx.strip_prefix("0x") {
                    Some(hex) => u32::from_str_radix(hex, 16).ok().map(f64::from),
                    None => factor.parse().ok(),
                }
            })
            .product()
    };
    match shape {
        Shape::Bool => cxx.parse().ok().map(Value::Bool),
        Shape::Int(_) => number().map(|x| Value::Int(x as i128)),
        Shape::F32 => number().map(|x| Value::Float(f64::from(x as f32))),
        Shape::F64 => number().map(Value::Float),
        Shape::Str => Some(Value::Str(cxx.trim_matches('"').to_owned())),
        Shape::Optional(_) if cxx == "tl::nullopt" => Some(Value::Optional(None)),
        Shape::Optional(inner) => {
            let inner = initialiser(inner, cxx)?;
            Some(Value::Optional(Some(Box::new(inner))))
        }
        Shape::Enum(of) => {
            let name = cxx.rsplit("::").next()?;
            let member = of.members.iter().find(|m| m.name == name)?;
            Some(Value::Int(i128::from(member.value)))
        }
        _ => None,
    }
}

/// What a member without an initialiser is in practice.
fn zero(shape: &Shape) -> Option<Value> {
    Some(match shape {
        Shape::Bool => Value::Bool(false),
        Shape::Int(_) | Shape::Enum(_) => Value::Int(0),
        Shape::F32 | Shape::F64 => Value::Float(0.0),
        Shape::Str => Value::Str(String::new()),
        Shape::Bytes => Value::Bytes(Vec::new()),
        Shape::List(_) => Value::List(Vec::new()),
        Shape::Map { .. } => Value::Map(Vec::new()),
        Shape::Optional(_) => Value::Optional(None),
        _ => return None,
    })
}

#[test]
fn the_default_of_every_inner_struct_is_that_of_the_headers() {
    // A constructor gives these their values, which the catalogue does not show.
    let constructed = ["BoardConfig::IMU", "BoardConfig::UVC"];
    let catalog = catalog();
    let mut slips = Slips::default();
    let mut checked = 0;
    for (name, of) in Types::on_the_wire().structs {
        let is_properties = classes(&catalog).any(|(_, node)| node["propertiesStruct"] == name);
        if is_properties || constructed.contains(&name) {
            continue;
        }
        let Value::Struct(ours) = (of.default)() else {
            panic!("the default of {name} is no struct");
        };
        for (field, ours) in of.fields.iter().zip(ours) {
            let layout = list(&catalog["structs"][name]);
            let declared = layout.iter().find(|f| f["name"] == field.name);
            let declared = declared.and_then(|f| f.get("cxxDefault"));
            let theirs = match declared {
                Some(cxx) => initialiser(&field.shape, text(cxx)),
                None => zero(&field.shape),
            };
            if let Some(theirs) = theirs {
                checked += 1;
                slips.unequal(format!("default of {name}::{}", field.name), ours, theirs);
            }
        }
    }
    assert!(checked > 250, "only {checked} defaults were comparable");
    slips.report();
}

#[test]
fn the_motion_sensor_and_the_webcam_of_a_board_start_as_their_constructors_leave_them() {
    let pins = BoardImu::default();
    let pins = [
        pins.bus,
        pins.interrupt,
        pins.wake,
        pins.cs_gpio,
        pins.boot,
        pins.reset,
    ];
    assert_eq!(pins, [0, 53, 34, 8, 46, 45]);
    let webcam = BoardUvc::default();
    assert_eq!(
        (webcam.width, webcam.height, webcam.enable),
        (1920, 1080, true)
    );
    assert_eq!(webcam.frame_type, FrameType::NV12);
}

fn datatypes(ours: &[Accepts]) -> BTreeSet<(String, bool)> {
    let pair = |accepts: &Accepts| (accepts.datatype.name(), accepts.descendants);
    ours.iter().map(pair).collect()
}

fn catalog_datatypes(port: &Json) -> BTreeSet<(String, bool)> {
    let pair = |accepts: &Json| {
        let descendants = accepts["descendants"].as_bool().unwrap();
        (text(&accepts["datatype"]).to_owned(), descendants)
    };
    list(&port["possibleDatatypes"]).iter().map(pair).collect()
}

fn check_input(slips: &mut Slips, place: &str, ours: &Input, theirs: &Json) {
    let settings = (
        ours.blocking,
        i64::from(ours.queue_size),
        ours.wait_for_message,
    );
    let expected = (
        theirs["blocking"].as_bool().unwrap(),
        theirs["queueSize"].as_i64().unwrap(),
        theirs["waitForMessage"].as_bool().unwrap(),
    );
    slips.unequal(
        format!("blocking, queue size, wait of {place}"),
        settings,
        expected,
    );
    let types = format!("datatypes of {place}");
    slips.unequal(types, datatypes(ours.datatypes), catalog_datatypes(theirs));
}

fn check_output(slips: &mut Slips, place: &str, ours: &Output, theirs: &Json) {
    let types = format!("datatypes of {place}");
    slips.unequal(types, datatypes(ours.datatypes), catalog_datatypes(theirs));
}

fn names(ports: &[Json]) -> Vec<&str> {
    ports.iter().map(|port| text(&port["name"])).collect()
}

#[test]
fn every_kind_has_the_ports_of_the_library() {
    let catalog = catalog();
    let mut slips = Slips::default();
    for (kind, node) in kinds(&catalog) {
        let (inputs, outputs) = (list(&node["inputs"]), list(&node["outputs"]));
        let ours: Vec<&str> = kind.inputs.iter().map(|port| port.name).collect();
        slips.unequal(format!("inputs of {}", kind.name), ours, names(inputs));
        for theirs in inputs {
            if let Some(ours) = kind.input(text(&theirs["name"])) {
                check_input(
                    &mut slips,
                    &format!("{}.{}", kind.name, ours.name),
                    ours,
                    theirs,
                );
            }
        }
        let unregistered = list(&node["unregisteredPorts"]);
        for (registered, theirs) in [(true, outputs), (false, unregistered)] {
            let ours = kind
                .outputs
                .iter()
                .filter(|port| port.registered == registered);
            let ours: Vec<&str> = ours.map(|port| port.name).collect();
            let place = format!("outputs of {}, registered: {registered}", kind.name);
            slips.unequal(place, ours, names(theirs));
            for theirs in theirs {
                if let Some(ours) = kind.output(text(&theirs["name"])) {
                    let place = format!("{}.{}", kind.name, ours.name);
                    check_output(&mut slips, &place, ours, theirs);
                }
            }
        }
    }
    slips.report();
}

#[test]
fn every_kind_has_the_port_maps_of_the_library() {
    let catalog = catalog();
    let mut slips = Slips::default();
    for (kind, node) in kinds(&catalog) {
        let maps = list(&node["mapPorts"]);
        let theirs = |direction: &str| maps.iter().find(|map| map["direction"] == direction);
        let group = |map: Option<&Json>| map.map(|map| text(&map["group"]).to_owned());
        let (place, map) = (format!("input map of {}", kind.name), theirs("in"));
        let ours = kind.input_map.map(|map| map.group.to_owned());
        slips.unequal(&place, ours, group(map));
        if let (Some(ours), Some(theirs)) = (kind.input_map, map) {
            check_input(&mut slips, &place, &ours.entry, theirs);
        }
        let (place, map) = (format!("output map of {}", kind.name), theirs("out"));
        let ours = kind.output_map.map(|map| map.group.to_owned());
        slips.unequal(&place, ours, group(map));
        if let (Some(ours), Some(theirs)) = (kind.output_map, map) {
            check_output(&mut slips, &place, &ours.entry, theirs);
        }
        let both = usize::from(kind.input_map.is_some()) + usize::from(kind.output_map.is_some());
        slips.unequal(format!("port maps of {}", kind.name), both, maps.len());
    }
    slips.report();
}

#[test]
fn message_types_derive_from_one_another_as_in_the_library() {
    let catalog = catalog();
    let mut slips = Slips::default();
    let children = &catalog["datatypes"]["children"];
    let ours: BTreeMap<String, i64> = Datatype::ALL
        .iter()
        .map(|datatype| (datatype.name(), *datatype as i64))
        .collect();
    let members = catalog["datatypes"]["enum"]["members"].as_object().unwrap();
    let number = |(name, value): (&String, &Json)| (name.clone(), value.as_i64().unwrap());
    slips.unequal("message types", ours, members.iter().map(number).collect());
    for ancestor in Datatype::ALL {
        for datatype in Datatype::ALL {
            let place = format!("{datatype:?} below {ancestor:?}");
            let theirs = is_below(children, &ancestor.name(), &datatype.name());
            slips.unequal(place, datatype.derives_from(ancestor), theirs);
        }
    }
    slips.report();
}

fn is_below(children: &Json, ancestor: &str, name: &str) -> bool {
    let below = list(&children[ancestor]);
    below
        .iter()
        .any(|child| child == name || is_below(children, text(child), name))
}

/// The config key of a method: its name in `snake_case` without a leading `set`.
fn config_key(method: &str) -> String {
    let name = method.strip_prefix("set").unwrap_or(method);
    // Two words of the library that are one word to us.
    let name = name.replace("XLink", "Xlink").replace("ROIs", "Rois");
    let letters: Vec<char> = name.chars().collect();
    let mut key = String::new();
    for (i, letter) in letters.iter().enumerate() {
        let before = i.checked_sub(1).map(|i| letters[i]);
        let ends_acronym = before.is_some_and(char::is_uppercase)
            && letters.get(i + 1).is_some_and(|next| next.is_lowercase());
        let ends_word = before.is_some_and(|c| !c.is_uppercase());
        if letter.is_uppercase() && (ends_acronym || ends_word) {
            key.push('_');
        }
        key.extend(letter.to_lowercase());
    }
    key
}

#[test]
fn config_keys_are_spelt_by_the_rule() {
    let spelt = [
        ("setPreviewSize", "preview_size"),
        ("enableIMUSensor", "enable_imu_sensor"),
        ("addROI", "add_roi"),
        ("setROIs", "rois"),
        (
            "setNumNCEPerInferenceThread",
            "num_nce_per_inference_thread",
        ),
        ("setXLinkChunkSize", "xlink_chunk_size"),
        ("setIsp3aFps", "isp3a_fps"),
    ];
    for (method, key) in spelt {
        assert_eq!(config_key(method), key);
    }
}

/// The config object whose methods a node's `initialConfig.` or `initialControl.` methods are.
fn config_object(kind: &NodeKind, attribute: &str) -> Option<&'static StructShape> {
    let field = properties_of(kind).fields.iter().find(|field| {
        // The one property that is not called like the attribute.
        field.name == attribute || (attribute == "initialConfig" && field.name == "roiConfig")
    })?;
    Some(struct_of(field.shape))
}

/// The methods of a class that change something, with the object they belong to.
fn setters(node: &Json) -> impl Iterator<Item = (Option<&str>, &str)> {
    list(&node["setters"])
        .iter()
        .map(|setter| {
            let method = text(&setter["method"]);
            method
                .split_once('.')
                .map_or((None, method), |(object, method)| (Some(object), method))
        })
        .filter(|(object, method)| {
            let reads = method.starts_with("get") || method.starts_with("is");
            !reads && (object.is_none() || *method != "set")
        })
}

fn pipeline_methods(catalog: &Json) -> BTreeSet<String> {
    let setters = catalog["pipeline"]["setters"].as_object().unwrap();
    setters.keys().cloned().collect()
}

#[test]
fn every_setter_of_the_library_can_be_said_under_its_key() {
    let catalog = catalog();
    let mut slips = Slips::default();
    for (kind, node) in kinds(&catalog) {
        for (object, method) in setters(node) {
            let key = config_key(method);
            let of = match object {
                None => Some(properties_of(kind)),
                Some(attribute) => config_object(kind, attribute),
            };
            let said = of.is_some_and(|of| of.field(&key).is_some() || of.setter(&key).is_some())
                || (object.is_none() && kind.setter(&key).is_some());
            if !said {
                let object = object.map(|o| format!("{o}.")).unwrap_or_default();
                slips.add(
                    format!("{}.{object}{method}", kind.name),
                    format!("no key `{key}`"),
                );
            }
        }
    }
    let pipeline = struct_of(GlobalProperties::SHAPE);
    for method in pipeline_methods(&catalog) {
        let key = config_key(&method);
        let is_field = pipeline.field(&key).is_some() || pipeline.setter(&key).is_some();
        // The forced OpenVINO version is no property: it picks the firmware.
        if !is_field && method != "setOpenVINOVersion" {
            slips.add(format!("Pipeline.{method}"), format!("no key `{key}`"));
        }
    }
    slips.report();
}

fn check_methods(slips: &mut Slips, place: &str, setters: &[Setter], known: &BTreeSet<String>) {
    let mut keys = BTreeSet::new();
    for setter in setters {
        if !keys.insert(setter.key) {
            slips.add(place, format!("key `{}` twice", setter.key));
        }
        for method in setter.methods {
            if !known.contains(*method) {
                let what = format!("`{}` stands for unknown {method}", setter.key);
                slips.add(place, what);
            }
        }
    }
}

#[test]
fn no_setter_stands_for_a_method_that_the_library_lacks() {
    let catalog = catalog();
    let mut slips = Slips::default();
    let mut methods: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (kind, node) in kinds(&catalog) {
        let own = setters(node).filter(|(object, _)| object.is_none());
        let own = own.map(|(_, method)| method.to_owned()).collect();
        check_methods(&mut slips, kind.name, kind.setters, &own);
        for (object, method) in setters(node) {
            if let Some(of) = object.and_then(|attribute| config_object(kind, attribute)) {
                methods
                    .entry(of.name)
                    .or_default()
                    .insert(method.to_owned());
            }
        }
    }
    methods.insert("GlobalProperties", pipeline_methods(&catalog));
    for (name, of) in Types::on_the_wire().structs {
        let known = methods.remove(name).unwrap_or_default();
        check_methods(&mut slips, name, of.setters, &known);
    }
    slips.report();
}

/// An enumerator's name without the word that all names of its enum begin or end with.
fn short_form(of: &EnumShape, name: &str) -> String {
    let all =
        |has: &dyn Fn(&str) -> bool| of.members.len() > 1 && of.members.iter().all(|m| has(m.name));
    let mut short = name.to_owned();
    if let Some((prefix, _)) = name.split_once('_') {
        let prefix = format!("{prefix}_");
        if all(&|name| name.starts_with(&prefix)) {
            short = short.strip_prefix(&prefix).unwrap().to_owned();
        }
    }
    if let Some((_, suffix)) = name.rsplit_once('_') {
        let suffix = format!("_{suffix}");
        if all(&|name| name.ends_with(&suffix)) {
            short = short.strip_suffix(&suffix).unwrap_or(&short).to_owned();
        }
    }
    short
}

fn plain(name: &str) -> String {
    let letters = name.chars().filter(|c| !matches!(c, '_' | '.' | '-' | ' '));
    letters.flat_map(char::to_lowercase).collect()
}

#[test]
fn every_spelling_of_an_enumerator_finds_it_and_no_other() {
    let mut slips = Slips::default();
    for (name, of) in Types::all().enums {
        let mut meanings: BTreeMap<String, BTreeSet<i64>> = BTreeMap::new();
        for member in of.members {
            let short = short_form(of, member.name);
            let spellings = [member.name, short.as_str()].into_iter();
            for spelling in spellings.chain(member.aliases.iter().copied()) {
                meanings
                    .entry(plain(spelling))
                    .or_default()
                    .insert(member.value);
                for said in [
                    spelling.to_owned(),
                    spelling.to_lowercase(),
                    plain(spelling),
                ] {
                    let found = of.member(&said).map(|found| found.value);
                    slips.unequal(format!("{name} `{said}`"), found, Some(member.value));
                }
            }
        }
        for (spelling, values) in meanings {
            if values.len() > 1 {
                slips.add(name, format!("`{spelling}` means all of {values:?}"));
            }
        }
    }
    slips.report();
}

fn check_doc(slips: &mut Slips, place: impl Display, doc: &str) {
    if doc.trim().is_empty() || doc.contains("DOC") {
        slips.add(place, "no documentation");
    }
}

#[test]
fn everything_that_a_user_can_write_is_documented() {
    let mut slips = Slips::default();
    for kind in NODES {
        check_doc(&mut slips, kind.name, kind.doc);
        for setter in kind.setters {
            check_doc(
                &mut slips,
                format!("{}: `{}`", kind.name, setter.key),
                setter.doc,
            );
        }
    }
    let types = Types::all();
    for (name, of) in types.structs {
        check_doc(&mut slips, name, of.doc);
        for Field {
            name: field, doc, ..
        } in of.fields
        {
            check_doc(&mut slips, format!("{name}::{field}"), doc);
        }
        for setter in of.setters {
            check_doc(&mut slips, format!("{name}: `{}`", setter.key), setter.doc);
        }
    }
    for (name, of) in types.enums {
        check_doc(&mut slips, name, of.doc);
        for member in of.members {
            check_doc(&mut slips, format!("{name}::{}", member.name), member.doc);
        }
    }
    slips.report();
}
