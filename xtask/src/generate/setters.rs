//! docs/setters.md: which keys do what each setter of the host library does.
//!
//! In: the catalogue of the library's setters, which its own introspection made, and the node kinds.
//! Out: the page. Never: a setter that is left out; one without a key is an error.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::path::Path;

use heck::ToSnakeCase as _;
use oakc_runtime_schema::board_config::BoardConfig;
use oakc_runtime_schema::nodes::Kind;
use oakc_runtime_schema::pipeline::GlobalProperties;
use oakc_runtime_schema::reflect::{Reflect, Setter, Shape, StructShape};
use serde::Serialize as _;
use serde_json::{Map, Value as Json, json};
use toml::ser::ValueSerializer;

use super::example;

/// One overload of a setter, and the keys that do the same.
#[derive(Clone, Debug)]
pub struct SetterKeys {
    /// The class it belongs to: a node kind, `Pipeline` or `BoardConfig`.
    pub owner: &'static str,
    /// The method with its arguments, or the attribute.
    pub call: String,
    /// The keys, each a path below the node (or `pipeline`, `board`). Any of them will do, and the
    /// first is the best, unless `together`.
    pub keys: Vec<String>,
    /// Whether all of the keys are needed.
    pub together: bool,
    /// A list of values, one for each key, if `together`; otherwise one value for any of them.
    pub example: Json,
}

const HEAD: &str = "\
# Setters

<!-- Made by `cargo xtask gen` from tests/reference/catalog.json and the node kinds. -->

Every setter of `depthai` 2.33 and the configuration that does the same. The keys of a node go
under `[nodes.NAME]`; `initial_control.brightness = 3` is the same as `brightness = 3` under
`[nodes.NAME.initial_control]`. [nodes.md](nodes.md) explains the keys.
";

/// All setters of the library.
///
/// # Errors
/// Where the catalogue cannot be read, or a setter has no key.
pub fn read(root: &Path) -> io::Result<Vec<SetterKeys>> {
    let text = std::fs::read_to_string(root.join("tests/reference/catalog.json"))?;
    let catalogue: Json = serde_json::from_str(&text)?;
    let mut all = Vec::new();
    for kind in Kind::ALL.iter().copied() {
        let setters = catalogue.pointer(&format!("/nodes/{}/setters", kind.name()));
        for entry in setters.and_then(Json::as_array).into_iter().flatten() {
            if !reads_only(entry) {
                all.push(of_node(kind, entry).ok_or_else(|| no_key(kind.name(), entry))?);
            }
        }
    }
    let methods = catalogue
        .pointer("/pipeline/setters")
        .and_then(Json::as_object);
    for (method, _) in methods.into_iter().flatten() {
        let setter = of_pipeline(method).ok_or_else(|| no_key("Pipeline", &json!(method)))?;
        all.push(setter);
    }
    if let Shape::Struct(of) = BoardConfig::SHAPE {
        of_board(of, "", "", &mut all);
    }
    Ok(all)
}

/// The page that lists them.
pub(super) fn page(all: &[SetterKeys]) -> io::Result<String> {
    let mut page = HEAD.to_owned();
    let mut owner = "";
    for setter in all {
        if setter.owner != owner {
            owner = setter.owner;
            let note = match owner {
                "Pipeline" => "Keys go under `[pipeline]`.\n\n",
                "BoardConfig" => "Attributes; keys go under `[board]`.\n\n",
                _ => "",
            };
            _ = write!(page, "\n## {owner}\n\n{note}");
            page.push_str("| host library | configuration | also |\n|---|---|---|\n");
        }
        let others: Vec<_> = setter
            .others()
            .iter()
            .map(|key| format!("`{key}`"))
            .collect();
        let (call, config) = (&setter.call, setter.config()?);
        _ = writeln!(page, "| `{call}` | {config} | {} |", others.join(", "));
    }
    Ok(page)
}

impl SetterKeys {
    /// Keys that do the same as the first.
    fn others(&self) -> &[String] {
        match self.keys.split_first() {
            Some((_, others)) if !self.together => others,
            _ => &[],
        }
    }

    /// The keys and values, as they could stand in a configuration.
    pub fn pairs(&self) -> Vec<(&str, &Json)> {
        let values = self
            .example
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        if self.together {
            return self.keys.iter().map(String::as_str).zip(values).collect();
        }
        self.keys
            .iter()
            .map(|key| (key.as_str(), &self.example))
            .collect()
    }

    fn config(&self) -> io::Result<String> {
        let pairs = self.pairs();
        let shown = if self.together { pairs.len() } else { 1 };
        let lines = pairs.iter().take(shown);
        let lines = lines.map(|(key, value)| Ok(format!("`{key} = {}`", toml(value)?)));
        let lines: Vec<_> = lines.collect::<io::Result<_>>()?;
        Ok(lines.join("<br>").replace('|', "\\|"))
    }
}

/// Looks like a setter in the catalogue, but changes nothing.
fn reads_only(entry: &Json) -> bool {
    let method = entry
        .get("method")
        .and_then(Json::as_str)
        .unwrap_or_default();
    method
        .rsplit('.')
        .next()
        .is_some_and(|name| name.starts_with("is"))
}

fn no_key(owner: &str, entry: &Json) -> io::Error {
    let method = entry.get("method").unwrap_or(entry);
    io::Error::other(format!("no key for {owner} {method}"))
}

/// The keys that one object of the library's API can set.
struct Scope {
    /// `initial_control.`, or nothing for the node itself.
    prefix: String,
    of: &'static StructShape,
    setters: &'static [Setter],
}

impl Scope {
    /// The scope of `initialControl` in `initialControl.setBrightness`.
    fn find(kind: Kind, object: Option<&str>) -> Option<Self> {
        let Shape::Struct(of) = kind.properties else {
            return None;
        };
        let Some(object) = object else {
            let (prefix, setters) = (String::new(), kind.setters);
            return Some(Self {
                prefix,
                of,
                setters,
            });
        };
        let field = of.fields.iter().find(|field| field.name == object);
        let renamed = || {
            kind.setter(&object.to_snake_case())
                .map(|setter| (setter.key, setter.argument()))
        };
        let (key, shape) = field
            .map(|field| (field.key, field.shape))
            .or_else(renamed)?;
        let Shape::Struct(of) = shape else {
            return None;
        };
        let prefix = format!("{key}.");
        Some(Self {
            prefix,
            of,
            setters: &[],
        })
    }

    /// The shorthands that stand for a method.
    fn shorthands(&self, method: &str) -> Vec<(&'static str, Shape)> {
        let all = self.setters.iter().chain(self.of.setters);
        let fitting = all.filter(|setter| setter.methods.contains(&method));
        fitting
            .map(|setter| (setter.key, setter.argument()))
            .collect()
    }
}

fn of_node(kind: Kind, entry: &Json) -> Option<SetterKeys> {
    let full = entry.get("method")?.as_str()?;
    let (object, method) = match full.split_once('.') {
        Some((object, method)) => (Some(object), method),
        None => (None, full),
    };
    let scope = Scope::find(kind, object)?;
    let arguments = example::arguments(entry);
    let setter = |keys, together, example| SetterKeys {
        owner: kind.name(),
        call: call(full, entry),
        keys,
        together,
        example,
    };
    if method == "set" {
        let keys = vec![scope.prefix.trim_end_matches('.').to_owned()];
        return Some(setter(keys, false, example::table(scope.of)));
    }
    let shorthands = scope.shorthands(method);
    if let Some((_, shape)) = shorthands.first() {
        let value = example::value(shape, &arguments);
        // Another shorthand may take less: only those that take this value do the same.
        let same = shorthands
            .iter()
            .filter(|(_, shape)| example::fits(shape, &value));
        let keys: Vec<_> = same
            .map(|(key, _)| format!("{}{key}", scope.prefix))
            .collect();
        return (!keys.is_empty()).then(|| setter(keys, false, value));
    }
    let written = plain_properties(kind, &scope, method, entry);
    match written.as_slice() {
        [] => None,
        [(key, shape)] => {
            let value = example::value(shape, &arguments);
            Some(setter(vec![key.clone()], false, value))
        }
        several => {
            let values = several.iter().enumerate().map(|(index, (_, shape))| {
                let one: Vec<_> = arguments.get(index).cloned().into_iter().collect();
                example::value(shape, &one)
            });
            let keys = several.iter().map(|(key, _)| key.clone()).collect();
            Some(setter(keys, true, values.collect()))
        }
    }
}

/// The properties that a method without a shorthand writes: the one of its own name, else those
/// that were seen to take its arguments.
fn plain_properties(kind: Kind, scope: &Scope, method: &str, entry: &Json) -> Vec<(String, Shape)> {
    let own = method.strip_prefix("set").unwrap_or(method);
    if let Some((_, field)) = scope.of.field(&own.to_snake_case()) {
        return vec![(format!("{}{}", scope.prefix, field.key), field.shape)];
    }
    let effects = entry.get("effects").and_then(Json::as_object);
    let copied = effects
        .into_iter()
        .flatten()
        .filter(|(_, rule)| rule.is_string());
    let paths = copied.filter_map(|(path, _)| path.strip_prefix("properties."));
    paths
        .filter_map(|path| resolve(kind.properties, path))
        .collect()
}

/// `parser.anchorMasks` as the keys of the configuration, and what stands there.
fn resolve(mut shape: Shape, path: &str) -> Option<(String, Shape)> {
    let mut keys = Vec::new();
    for name in path.split('.') {
        let Shape::Struct(of) = shape else {
            return None;
        };
        let field = of.fields.iter().find(|field| field.name == name)?;
        keys.push(field.key);
        shape = field.shape;
    }
    Some((keys.join("."), shape))
}

fn of_pipeline(method: &str) -> Option<SetterKeys> {
    let Shape::Struct(of) = GlobalProperties::SHAPE else {
        return None;
    };
    let setter = |keys: Vec<&str>, example| SetterKeys {
        owner: "Pipeline",
        call: format!("{method}()"),
        keys: keys.into_iter().map(str::to_owned).collect(),
        together: false,
        example,
    };
    if method == "setOpenVINOVersion" {
        return Some(setter(vec!["openvino"], json!("2022.1")));
    }
    let shorthands = of
        .setters
        .iter()
        .filter(|setter| setter.methods.contains(&method));
    let keys: Vec<_> = shorthands.map(|setter| setter.key).collect();
    if !keys.is_empty() {
        let file = if method.contains("Calibration") {
            "calib.json"
        } else {
            "tuning.bin"
        };
        return Some(setter(keys, json!(file)));
    }
    // The library writes `setXLinkChunkSize`, the property is `xlinkChunkSize`.
    let own = method.strip_prefix("set")?;
    let field = of
        .fields
        .iter()
        .find(|field| field.name.eq_ignore_ascii_case(own))?;
    Some(setter(vec![field.key], json!(65536)))
}

/// Every attribute below a table of the board configuration.
fn of_board(of: &'static StructShape, path: &str, keys: &str, all: &mut Vec<SetterKeys>) {
    for field in of.fields {
        let path = format!("{path}{}", field.name);
        let key = format!("{keys}{}", field.key);
        let shape = match field.shape {
            Shape::Optional(inner) => *inner,
            shape => shape,
        };
        match shape {
            Shape::Struct(inner) => {
                of_board(inner, &format!("{path}."), &format!("{key}."), all);
            }
            Shape::Map {
                key: Shape::Int(_),
                value: Shape::Struct(inner),
            } => {
                of_board(inner, &format!("{path}[3]."), &format!("{key}.3."), all);
            }
            Shape::Map {
                key: Shape::Enum(_),
                value: Shape::Struct(inner),
            } => {
                of_board(
                    inner,
                    &format!("{path}[CAM_A]."),
                    &format!("{key}.CAM_A."),
                    all,
                );
            }
            shape => all.push(SetterKeys {
                owner: "BoardConfig",
                call: path,
                keys: vec![key],
                together: false,
                example: example::fresh(&shape),
            }),
        }
    }
}

/// `setPreviewSize(width: int, height: int)`.
fn call(method: &str, entry: &Json) -> String {
    let arguments = entry.get("args").and_then(Json::as_array);
    let arguments = arguments.into_iter().flatten().map(|argument| {
        let text = |key| argument.get(key).and_then(Json::as_str).unwrap_or_default();
        let (name, kind) = (text("name"), plain_type(text("type")));
        match name.strip_prefix("arg") {
            Some(number) if number.parse::<u8>().is_ok() => kind,
            _ => format!("{name}: {kind}"),
        }
    });
    format!("{method}({})", arguments.collect::<Vec<_>>().join(", "))
}

fn plain_type(name: &str) -> String {
    let renamed = [
        ("depthai.", ""),
        ("dai::", ""),
        ("node.", ""),
        ("datetime.", ""),
        ("SupportsInt", "int"),
        ("SupportsFloat", "float"),
        ("Annotated[", ""),
        (", \"FixedSize(3)\"]", ""),
        (", \"FixedSize(4)\"]", ""),
    ];
    let shorten = |name: String, (from, to): (&str, &str)| name.replace(from, to);
    renamed.into_iter().fold(name.to_owned(), shorten)
}

/// A value in TOML, on one line.
fn toml(value: &Json) -> io::Result<String> {
    let mut text = String::new();
    value
        .serialize(ValueSerializer::new(&mut text))
        .map_err(io::Error::other)?;
    Ok(text)
}

/// A configuration with one node that uses the `index`th key of a setter.
pub fn configuration(setter: &SetterKeys, index: usize) -> Json {
    let pairs = setter.pairs();
    let mut section = Json::Object(Map::new());
    let chosen = if setter.together {
        pairs
    } else {
        pairs.into_iter().skip(index).take(1).collect()
    };
    for (key, value) in chosen {
        insert(&mut section, key, value.clone());
    }
    let idle = json!({ "n": { "type": Kind::SystemLogger.name() } });
    match setter.owner {
        "Pipeline" => json!({ "nodes": idle, "pipeline": section }),
        "BoardConfig" => json!({ "nodes": idle, "board": section }),
        kind => {
            insert(&mut section, "type", json!(kind));
            json!({ "nodes": BTreeMap::from([("n", section)]) })
        }
    }
}

fn insert(section: &mut Json, path: &str, value: Json) {
    let Json::Object(entries) = section else {
        return;
    };
    match path.split_once('.') {
        None => {
            entries.insert(path.to_owned(), value);
        }
        Some((key, rest)) => {
            let inner = entries
                .entry(key)
                .or_insert_with(|| Json::Object(Map::new()));
            insert(inner, rest, value);
        }
    }
}
