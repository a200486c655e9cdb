//! docs/setters.md: from each setter of the host library to the configuration that says it.
//!
//! In go the catalogue of the library's setters, which its own introspection made, and the node
//! kinds. A setter whose key cannot be found is an error: the page never leaves one out.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::path::Path;

use heck::ToSnakeCase as _;
use oakc_runtime_schema::board_config::BoardConfig;
use oakc_runtime_schema::nodes::Kind;
use oakc_runtime_schema::pipeline::GlobalProperties;
use oakc_runtime_schema::reflect::{Reflect, Setter, Shape, StructShape};
use serde_json::{Map, Value as Json, json};

use super::example;

/// One overload of a setter and what says it.
#[derive(Clone, Debug)]
pub struct Said {
    /// The class it belongs to: a node kind, `Pipeline` or `BoardConfig`.
    pub owner: &'static str,
    /// The method with its arguments, or the attribute.
    pub call: String,
    /// The keys that say it, each a path below the node (or `pipeline`, `board`); the first is
    /// the one to prefer, unless `together`.
    pub keys: Vec<String>,
    /// Whether it takes all of the keys to say it.
    pub together: bool,
    /// A value for each key where they work together, else one for all.
    pub example: Json,
}

const HEAD: &str = "\
# Setters

<!-- Made by `cargo xtask gen` from tests/reference/catalog.json and the node kinds. -->

Every setter of `depthai` 2.33 and the configuration that says it. Keys of a node stand under
`[nodes.NAME]`; `initial_control.brightness = 3` is the same as `brightness = 3` under
`[nodes.NAME.initial_control]`. [nodes.md](nodes.md) explains the keys.
";

/// All setters of the library.
///
/// # Errors
/// Where the catalogue cannot be read, or no key says a setter.
pub fn read(root: &Path) -> io::Result<Vec<Said>> {
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
        let said = of_pipeline(method).ok_or_else(|| no_key("Pipeline", &json!(method)))?;
        all.push(said);
    }
    if let Shape::Struct(of) = BoardConfig::SHAPE {
        of_board(of, "", "", &mut all);
    }
    Ok(all)
}

/// The page of all of them.
pub(super) fn page(all: &[Said]) -> String {
    let mut page = HEAD.to_owned();
    let mut owner = "";
    for said in all {
        if said.owner != owner {
            owner = said.owner;
            let place = match owner {
                "Pipeline" => "Keys stand under `[pipeline]`.\n\n",
                "BoardConfig" => "Attributes; keys stand under `[board]`.\n\n",
                _ => "",
            };
            _ = write!(page, "\n## {owner}\n\n{place}");
            page.push_str("| host library | configuration | also |\n|---|---|---|\n");
        }
        let others: Vec<_> = said.others().iter().map(|key| format!("`{key}`")).collect();
        let (call, config) = (&said.call, said.config());
        _ = writeln!(page, "| `{call}` | {config} | {} |", others.join(", "));
    }
    page
}

impl Said {
    /// Keys that say the same as the first.
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

    fn config(&self) -> String {
        let pairs = self.pairs();
        let shown = if self.together { pairs.len() } else { 1 };
        let lines = pairs.iter().take(shown);
        let lines: Vec<_> = lines
            .map(|(key, value)| format!("`{key} = {}`", toml(value)))
            .collect();
        lines.join("<br>").replace('|', "\\|")
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
    io::Error::other(format!("no key says {owner} {method}"))
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

fn of_node(kind: Kind, entry: &Json) -> Option<Said> {
    let full = entry.get("method")?.as_str()?;
    let (object, method) = match full.split_once('.') {
        Some((object, method)) => (Some(object), method),
        None => (None, full),
    };
    let scope = Scope::find(kind, object)?;
    let arguments = example::arguments(entry);
    let said = |keys, together, example| Said {
        owner: kind.name(),
        call: call(full, entry),
        keys,
        together,
        example,
    };
    if method == "set" {
        let keys = vec![scope.prefix.trim_end_matches('.').to_owned()];
        return Some(said(keys, false, example::table(scope.of)));
    }
    let shorthands = scope.shorthands(method);
    if let Some((_, shape)) = shorthands.first() {
        let value = example::value(shape, &arguments);
        // Another shorthand may take less: only those that take this value say the same.
        let same = shorthands
            .iter()
            .filter(|(_, shape)| example::fits(shape, &value));
        let keys: Vec<_> = same
            .map(|(key, _)| format!("{}{key}", scope.prefix))
            .collect();
        return (!keys.is_empty()).then(|| said(keys, false, value));
    }
    let written = plain_properties(kind, &scope, method, entry);
    match written.as_slice() {
        [] => None,
        [(key, shape)] => {
            let value = example::value(shape, &arguments);
            Some(said(vec![key.clone()], false, value))
        }
        several => {
            let values = several.iter().enumerate().map(|(place, (_, shape))| {
                let one: Vec<_> = arguments.get(place).cloned().into_iter().collect();
                example::value(shape, &one)
            });
            let keys = several.iter().map(|(key, _)| key.clone()).collect();
            Some(said(keys, true, values.collect()))
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

fn of_pipeline(method: &str) -> Option<Said> {
    let Shape::Struct(of) = GlobalProperties::SHAPE else {
        return None;
    };
    let said = |keys: Vec<&str>, example| Said {
        owner: "Pipeline",
        call: format!("{method}()"),
        keys: keys.into_iter().map(str::to_owned).collect(),
        together: false,
        example,
    };
    if method == "setOpenVINOVersion" {
        return Some(said(vec!["openvino"], json!("2022.1")));
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
        return Some(said(keys, json!(file)));
    }
    // The library writes `setXLinkChunkSize`, the property is `xlinkChunkSize`.
    let own = method.strip_prefix("set")?;
    let field = of
        .fields
        .iter()
        .find(|field| field.name.eq_ignore_ascii_case(own))?;
    Some(said(vec![field.key], json!(65536)))
}

/// Every attribute below a table of the board configuration.
fn of_board(of: &'static StructShape, path: &str, keys: &str, all: &mut Vec<Said>) {
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
            shape => all.push(Said {
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
fn toml(value: &Json) -> String {
    let bare = |key: &str| {
        key.chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
    };
    match value {
        Json::Array(items) => {
            let items: Vec<_> = items.iter().map(toml).collect();
            format!("[{}]", items.join(", "))
        }
        Json::Object(entries) => {
            let entries = entries.iter().map(|(key, value)| {
                let key = if bare(key) {
                    key.clone()
                } else {
                    json!(key).to_string()
                };
                format!("{key} = {}", toml(value))
            });
            format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
        }
        scalar => scalar.to_string(),
    }
}

/// A configuration with one node (or none) that says `said` by its `index`th key.
pub fn configuration(said: &Said, index: usize) -> Json {
    let pairs = said.pairs();
    let mut section = Json::Object(Map::new());
    let chosen = if said.together {
        pairs
    } else {
        pairs.into_iter().skip(index).take(1).collect()
    };
    for (key, value) in chosen {
        insert(&mut section, key, value.clone());
    }
    let idle = json!({ "n": { "type": Kind::SystemLogger.name() } });
    match said.owner {
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
