//! Keys of nodes and of sections, and the setters of the library that they stand for.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use oakc_core::config::Suggestion;
use oakc_core::config::language::{App, Device, Logging, Network};
use oakc_runtime_schema::board_config::BoardConfig;
use oakc_runtime_schema::nodes::Kind;
use oakc_runtime_schema::pipeline::GlobalProperties;
use oakc_runtime_schema::reflect::{
    EnumShape, Field, Member, Reflect, Setter, Shape, StructShape, Value,
};
use oakc_schema::{Named, default_text, type_name};

use super::nodes;
use super::topic::{Topic, paragraph, table};

/// What has keys: a node kind, a section, or a table in one of them.
#[derive(Debug)]
pub(super) struct Owner {
    name: String,
    of: &'static StructShape,
    /// Shorthands besides those of the struct.
    setters: &'static [Setter],
    fresh: Value,
}

/// A property or a shorthand.
#[derive(Debug)]
enum Key {
    Property(&'static Field, Value),
    Shorthand(&'static Setter),
}

impl Owner {
    /// A node kind.
    pub(super) fn node(kind: Kind) -> Self {
        let Shape::Struct(of) = kind.properties else {
            return Self::of(kind.name(), &EMPTY);
        };
        Self {
            name: kind.name().to_owned(),
            of,
            setters: kind.setters,
            fresh: (kind.default_properties)(),
        }
    }

    fn of(name: &str, of: &'static StructShape) -> Self {
        Self {
            name: name.to_owned(),
            of,
            setters: &[],
            fresh: (of.default)(),
        }
    }

    /// The node kind or section of this name.
    fn find(name: &str) -> Option<Self> {
        if let Some(kind) = nodes::kind(name) {
            return Some(Self::node(kind));
        }
        let (name, shape) = sections()
            .into_iter()
            .find(|(section, _)| *section == name)?;
        let Shape::Struct(of) = shape else {
            return None;
        };
        Some(Self::of(name, of))
    }

    fn all() -> Vec<Self> {
        let kinds = Kind::ALL.iter().copied().map(Self::node);
        let sections = sections()
            .into_iter()
            .filter_map(|(name, _)| Self::find(name));
        kinds.chain(sections).collect()
    }

    fn keys(&self) -> Vec<Key> {
        let none = Vec::new();
        let values = match &self.fresh {
            Value::Struct(values) => values,
            _ => &none,
        };
        let fields = self.of.fields.iter().zip(values);
        let fields = fields.map(|(field, value)| Key::Property(field, value.clone()));
        let setters = self.setters.iter().chain(self.of.setters);
        fields.chain(setters.map(Key::Shorthand)).collect()
    }

    /// The table below a key.
    fn below(&self, key: &Key) -> Option<Self> {
        let Key::Property(field, value) = key else {
            return None;
        };
        let of = struct_of(&field.shape)?;
        let fresh = match value {
            Value::Struct(_) => value.clone(),
            _ => (of.default)(),
        };
        Some(Self {
            name: format!("{}.{}", self.name, field.key),
            of,
            setters: &[],
            fresh,
        })
    }

    fn topic(&self, key: &Key) -> Topic {
        let name = format!("{}.{}", self.name, key.name());
        let mut named = Vec::new();
        let kind = type_name(&key.shape(), &mut |it| {
            named.push(it);
            it.name()
        });
        let mut text = paragraph(key.doc());
        _ = write!(text, "\n\ntype: {kind}");
        if let Some(default) = key.default() {
            _ = write!(text, "\ndefault: {default}");
        }
        if let Key::Shorthand(setter) = key
            && !setter.methods.is_empty()
        {
            _ = write!(text, "\nin the library: {}", setter.methods.join(", "));
        }
        for named in named {
            text += &match named {
                Named::Enumeration(of) => values(of),
                Named::Table(of) => tables(&Self::of(&named.name(), of)),
            };
        }
        Topic {
            kind: "key",
            title: format!("{name} ({})", key.what()),
            name,
            text,
        }
    }
}

impl Key {
    fn name(&self) -> &'static str {
        match self {
            Self::Property(field, _) => field.key,
            Self::Shorthand(setter) => setter.key,
        }
    }

    fn doc(&self) -> &'static str {
        match self {
            Self::Property(field, _) => field.doc,
            Self::Shorthand(setter) => setter.doc,
        }
    }

    fn what(&self) -> &'static str {
        match self {
            Self::Property(..) => "key",
            Self::Shorthand(_) => "key, a shorthand",
        }
    }

    fn shape(&self) -> Shape {
        match self {
            Self::Property(field, _) => field.shape,
            Self::Shorthand(setter) => setter.argument(),
        }
    }

    fn default(&self) -> Option<String> {
        match self {
            Self::Property(field, value) => default_text(&field.shape, value),
            Self::Shorthand(_) => None,
        }
    }

    /// Whether it is called so, or stands for the setter that is: `setIspScale`, with or without arguments.
    fn is_called(&self, name: &str) -> bool {
        let method = name.split('(').next().unwrap_or(name);
        match self {
            Self::Property(field, _) => {
                // The documentation of a property that the library has no setter for says so.
                let has_setter = !field.doc.contains("no setter");
                field.key == name || (has_setter && is_setter_of(method, field.name))
            }
            Self::Shorthand(setter) => {
                setter.key == name || setter.methods.iter().any(|it| bare(it) == method)
            }
        }
    }
}

/// The name of a method without its arguments.
fn bare(method: &str) -> &str {
    method.split('(').next().unwrap_or(method)
}

/// Whether a method sets the property that the device calls so: `setQuality`, `quality`.
fn is_setter_of(method: &str, property: &str) -> bool {
    let Some(rest) = method.strip_prefix("set") else {
        return false;
    };
    let mut first = rest.chars();
    let lower = first.next().map(|first| first.to_ascii_lowercase());
    lower.is_some_and(|lower| property.strip_prefix(lower) == Some(first.as_str()))
}

const EMPTY: StructShape = StructShape {
    name: "",
    doc: "",
    fields: &[],
    setters: &[],
    default: || Value::Struct(Vec::new()),
};

fn sections() -> [(&'static str, Shape); 6] {
    [
        ("app", App::SHAPE),
        ("device", Device::SHAPE),
        ("board", BoardConfig::SHAPE),
        ("pipeline", GlobalProperties::SHAPE),
        ("network", Network::SHAPE),
        ("logging", Logging::SHAPE),
    ]
}

fn struct_of(shape: &Shape) -> Option<&'static StructShape> {
    match shape {
        Shape::Struct(of) => Some(of),
        Shape::Optional(inner) => struct_of(inner),
        _ => None,
    }
}

/// The keys and shorthands in rows.
pub(super) fn tables(owner: &Owner) -> String {
    let mut keys = Vec::new();
    let mut shorthands = Vec::new();
    for key in owner.keys() {
        let kind = type_name(&key.shape(), &mut Named::name);
        match &key {
            Key::Property(..) => {
                let default = key.default().map(|it| format!(", default {it}"));
                let text = format!("{kind}{}", default.unwrap_or_default());
                keys.push((key.name().to_owned(), text));
            }
            Key::Shorthand(setter) => {
                let text = format!("{kind}; {}", setter.methods.join(", "));
                let text = text.trim_end_matches("; ").to_owned();
                shorthands.push((key.name().to_owned(), text));
            }
        }
    }
    table("keys", &keys) + &table("shorthands, and what they are in the library", &shorthands)
}

fn values(of: &EnumShape) -> String {
    let rows = of
        .members
        .iter()
        .map(|member| (both_names(of, member), paragraph(member.doc)));
    let rows: Vec<_> = rows.collect();
    table(
        &format!("values of {}, in any case", of.name.replace("::", ".")),
        &rows,
    )
}

/// As it is written, and as it is called in the library: `1080p (THE_1080_P)`.
fn both_names(of: &EnumShape, member: &Member) -> String {
    let usual = of.usual_name(member);
    if usual == member.name {
        return usual;
    }
    format!("{usual} ({})", member.name)
}

/// The keys and ports of this name in a node kind or a section.
pub(super) fn below(owner: &str, rest: &str) -> Vec<Topic> {
    let Some(owner_of) = Owner::find(owner) else {
        return Vec::new();
    };
    let mut topics = in_owner(owner_of, rest);
    if let Some(kind) = nodes::kind(owner) {
        let port = rest
            .strip_prefix("inputs.")
            .or(rest.strip_prefix("outputs."))
            .unwrap_or(rest);
        topics.extend(nodes::ports(kind, port));
    }
    topics
}

fn in_owner(mut owner: Owner, path: &str) -> Vec<Topic> {
    let (tables, last) = path.rsplit_once('.').unwrap_or(("", path));
    for part in tables.split('.').filter(|part| !part.is_empty()) {
        let keys = owner.keys();
        let key = keys.iter().find(|key| key.name() == part);
        let Some(below) = key.and_then(|key| owner.below(key)) else {
            return Vec::new();
        };
        owner = below;
    }
    let keys = owner.keys();
    let shorthands: Vec<_> = (keys.iter())
        .filter(|key| matches!(key, Key::Shorthand(_)))
        .map(Key::name)
        .collect();
    // A shorthand takes whatever the property of the same name does, and more.
    let is_covered =
        |key: &Key| matches!(key, Key::Property(..)) && shorthands.contains(&key.name());
    let called = keys
        .iter()
        .filter(|key| key.is_called(last) && !is_covered(key));
    called.map(|key| owner.topic(key)).collect()
}

/// The keys of this name, or that stand for this setter, wherever they are.
pub(super) fn anywhere(name: &str) -> Vec<Topic> {
    let owners = Owner::all().into_iter();
    owners.flat_map(|owner| in_owner(owner, name)).collect()
}

/// The setters of the library that have a shorthand, each with one of those it is.
pub(super) fn setters() -> Vec<(String, &'static str)> {
    let mut setters: BTreeMap<&str, &str> = BTreeMap::new();
    for key in Owner::all().iter().flat_map(Owner::keys) {
        if let Key::Shorthand(setter) = key {
            for method in setter.methods {
                setters.entry(bare(method)).or_insert(setter.doc);
            }
        }
    }
    let first_line = |doc: &'static str| doc.trim().lines().next().unwrap_or_default();
    let setters = setters.into_iter();
    setters
        .map(|(name, doc)| (name.to_owned(), first_line(doc)))
        .collect()
}

/// The names of keys and ports below an owner.
pub(super) fn names_below(owner: &str) -> Vec<String> {
    let Some(of) = Owner::find(owner) else {
        return Vec::new();
    };
    let keys = of.keys().into_iter().map(|key| key.name().to_owned());
    let mut names: Vec<_> = keys.collect();
    if let Some(kind) = nodes::kind(owner) {
        names.extend(nodes::inputs(kind).into_iter().map(|(name, _)| name));
        names.extend(nodes::outputs(kind).into_iter().map(|(name, _)| name));
    }
    names.sort();
    names.dedup();
    names
        .into_iter()
        .map(|name| format!("{}.{name}", of.name))
        .collect()
}

/// What `owner.rest` was probably meant to be.
pub(super) fn near(owner: &str, rest: &str) -> Option<String> {
    let owners = Owner::all();
    let owner = match owners
        .iter()
        .find(|known| known.name.eq_ignore_ascii_case(owner))
    {
        Some(known) => known.name.as_str(),
        None => Suggestion::of(owner, owners.iter().map(|known| known.name.as_str())).near()?,
    };
    let names = names_below(owner);
    let wanted = format!("{owner}.{rest}");
    if names.contains(&wanted) {
        return Some(wanted);
    }
    Suggestion::of(&wanted, names.iter().map(String::as_str))
        .near()
        .map(str::to_owned)
}
