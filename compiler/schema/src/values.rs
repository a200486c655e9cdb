//! Shapes as schemas.
//!
//! In: a shape. Out: its schema; structs and enumerations become definitions, once each. Never:
//! alternatives for one value where keywords do.
//!
//! A keyword of JSON Schema only concerns values of its own type, so the table, the list and the
//! string by which a value can be written are one schema and not three alternatives: editors then
//! point at the wrong key instead of the whole table.

use std::collections::BTreeMap;

use oakc_runtime_schema::reflect::{Field, IntShape, Setter, Shape, StructShape, Value};
use serde_json::{Map, Number, Value as Json, json};

use super::enumeration::enumeration;

/// A string with a parameter in it: it can stand for anything.
pub(super) const PARAM: &str = r"\$\{[^}]+\}";

/// What a table belongs to, as the host library calls it.
#[derive(Clone, Copy)]
pub(super) enum Owner<'a> {
    /// A class whose properties the device knows by name.
    Class(&'a str),
    /// A part of something, or of the configuration alone.
    Part(&'a str),
}

/// The definitions so far, by name.
#[derive(Default)]
pub(super) struct Definitions(BTreeMap<String, (String, Json)>);

impl Definitions {
    pub(super) fn into_json(self) -> Json {
        let named = self.0.into_iter().map(|(name, (_, schema))| (name, schema));
        named.collect::<Map<_, _>>().into()
    }

    pub(super) fn insert(&mut self, name: &str, schema: Json) {
        self.0.insert(name.to_owned(), (String::new(), schema));
    }

    /// The schema of values of `shape`.
    pub(super) fn shape(&mut self, shape: &Shape) -> Json {
        match shape {
            Shape::Bool => or_param("boolean", "true or false"),
            Shape::Int(of) => int(*of),
            Shape::F32 | Shape::F64 => number(),
            Shape::Str | Shape::File | Shape::Model => json!({ "type": "string" }),
            Shape::Duration => duration(),
            Shape::Bytes => self.list(&Shape::Int(BYTE), None),
            Shape::List(element) => self.list(element, None),
            Shape::Array { element, len } => self.list(element, Some(*len)),
            Shape::Tuple(shapes) => self.tuple(shapes),
            Shape::Map { key, value } => self.map(key, value),
            Shape::Optional(inner) => self.optional(inner),
            Shape::OneOf(shapes) => self.one_of(shapes),
            Shape::Enum(of) => {
                let name = self.define(of.name, of.doc, |_| enumeration(of));
                reference(&name)
            }
            Shape::Struct(of) => {
                let keys: String = of.fields.iter().map(|field| field.key).collect();
                let name = self.define(of.name, &keys, |d| d.structure(of));
                reference(&name)
            }
        }
    }

    /// The schema of a key: a value of `shape` with a text and a default. The text stands beside
    /// the reference for yaml-language-server and in `allOf` for Taplo.
    pub(super) fn property(&mut self, shape: &Shape, text: &str, default: Option<Json>) -> Json {
        let schema = self.shape(shape);
        let mut property = Map::new();
        property.insert("description".to_owned(), json!(text));
        if let Some(default) = default {
            property.insert("default".to_owned(), default);
        }
        match schema {
            Json::Object(ref keywords) if keywords.contains_key("$ref") => {
                let types: &[_] = match shape {
                    Shape::Enum(_) => &["string", "integer"],
                    _ => &TABLE,
                };
                property.extend(described(text, types, &schema));
            }
            Json::Object(schema) => property.extend(schema),
            _ => {}
        }
        property.into()
    }

    /// The keys of a struct: its properties and shorthands, and `setters` beyond its own. `fresh`
    /// holds the defaults.
    pub(super) fn table(
        &mut self,
        owner: Owner<'_>,
        of: &StructShape,
        setters: &[Setter],
        fresh: &Value,
    ) -> Map<String, Json> {
        let shorthands = || setters.iter().chain(of.setters);
        let defaults = defaults(of, fresh);
        let mut table = Map::new();
        for (field, default) in of.fields.iter().zip(&defaults) {
            let property = match shorthands().find(|setter| setter.key == field.key) {
                Some(setter) => self.shorthand(owner, setter, default.clone()),
                None => {
                    let text = field_text(owner, field, default.as_ref());
                    self.property(&field.shape, &text, default.clone())
                }
            };
            table.insert(field.key.to_owned(), property);
        }
        for setter in shorthands() {
            if !table.contains_key(setter.key) {
                let property = self.shorthand(owner, setter, None);
                table.insert(setter.key.to_owned(), property);
            }
        }
        table
    }

    fn shorthand(&mut self, owner: Owner<'_>, setter: &Setter, default: Option<Json>) -> Json {
        let mut text = flow(setter.doc);
        add_default(&mut text, default.as_ref());
        if !setter.methods.is_empty() {
            // The library's message classes wrap the device's raw ones.
            let (Owner::Class(name) | Owner::Part(name)) = owner;
            let class = name.strip_prefix("Raw").unwrap_or(name);
            let methods = setter.methods.iter().map(|m| format!("`{class}.{m}`"));
            let methods: Vec<_> = methods.collect();
            text.push_str("\n\nHost library: ");
            text.push_str(&methods.join(", "));
        }
        self.property(&setter.argument(), &text, default)
    }

    /// The schema of a struct, changed for one place.
    pub(super) fn adapted(
        &mut self,
        shape: &Shape,
        change: impl FnOnce(&mut Map<String, Json>),
    ) -> Json {
        let mut schema = match shape {
            Shape::Struct(of) => self.structure(of),
            _ => self.shape(shape),
        };
        if let Json::Object(schema) = &mut schema {
            change(schema);
        }
        schema
    }

    /// Makes a definition unless there is one, and returns its name. Different types that share a
    /// name are told apart by `mark`.
    fn define(&mut self, name: &str, mark: &str, make: impl FnOnce(&mut Self) -> Json) -> String {
        let name = name.replace("::", ".");
        let mut free = name.clone();
        let mut number = 1;
        while let Some((taken, _)) = self.0.get(&free) {
            if taken == mark {
                return free;
            }
            number += 1;
            free = format!("{name}.{number}");
        }
        self.0.insert(free.clone(), (mark.to_owned(), Json::Null));
        let schema = make(self);
        self.0.insert(free.clone(), (mark.to_owned(), schema));
        free
    }

    /// A table, or a list of all fields in order.
    fn structure(&mut self, of: &StructShape) -> Json {
        let owner = of.name.rsplit("::").next().unwrap_or(of.name);
        let properties = self.table(Owner::Part(owner), of, &[], &(of.default)());
        let items: Vec<_> = of
            .fields
            .iter()
            .map(|field| self.shape(&field.shape))
            .collect();
        let count = items.len();
        json!({
            "description": flow(of.doc),
            "type": TABLE,
            "properties": properties,
            "additionalProperties": false,
            "items": items,
            "minItems": count,
            "maxItems": count,
            "pattern": PARAM,
            "patternErrorMessage": "Expected a table.",
        })
    }

    fn list(&mut self, element: &Shape, length: Option<usize>) -> Json {
        let items = self.shape(element);
        let mut schema = or_param("array", "a list");
        if let Json::Object(list) = &mut schema {
            list.insert("items".to_owned(), items);
            if let Some(length) = length {
                list.insert("minItems".to_owned(), json!(length));
                list.insert("maxItems".to_owned(), json!(length));
            }
        }
        schema
    }

    fn tuple(&mut self, shapes: &[Shape]) -> Json {
        let items: Vec<_> = shapes.iter().map(|shape| self.shape(shape)).collect();
        let count = items.len();
        json!({
            "type": ["array", "string"],
            "items": items,
            "minItems": count,
            "maxItems": count,
            "pattern": PARAM,
        })
    }

    fn map(&mut self, key: &Shape, value: &Shape) -> Json {
        let value = self.shape(value);
        let names = match key {
            Shape::Int(_) => json!({ "pattern": "^[+-]?[0-9]+$" }),
            Shape::Enum(_) => self.shape(key),
            _ => json!({}),
        };
        json!({
            "type": ["object", "string"],
            "propertyNames": names,
            "additionalProperties": value,
            "pattern": PARAM,
        })
    }

    /// `"none"` says nothing in TOML, which has no null.
    fn optional(&mut self, inner: &Shape) -> Json {
        let mut schema = self.shape(inner);
        let types = schema.get("type").cloned();
        match (&mut schema, types) {
            (Json::Object(schema), Some(Json::Array(mut types))) => {
                types.push(json!("null"));
                schema.insert("type".to_owned(), types.into());
                schema.insert("pattern".to_owned(), json!(format!("^none$|{PARAM}")));
            }
            (Json::Object(schema), Some(one)) if !schema.contains_key("pattern") => {
                schema.insert("type".to_owned(), json!([one, "null"]));
            }
            _ => schema = json!({ "anyOf": [schema, { "enum": ["none"] }, { "type": "null" }] }),
        }
        schema
    }

    fn one_of(&mut self, shapes: &[Shape]) -> Json {
        let mut alternatives: Vec<Json> = Vec::new();
        for shape in shapes {
            let mut schema = self.shape(shape);
            match schema.get_mut("anyOf").map(Json::take) {
                // An alternative of alternatives: one list of all is easier on error messages.
                Some(Json::Array(inner)) => alternatives.extend(inner),
                _ => alternatives.push(schema),
            }
        }
        alternatives.dedup();
        json!({ "anyOf": alternatives })
    }
}

/// The types that a table can be written as.
const TABLE: [&str; 3] = ["object", "array", "string"];

/// What `reference` stands for, with a text of its own. The text comes with `types`, without which Tombi takes it for
/// a schema of everything, and tells of each type that does not fit.
pub(super) fn described(text: &str, types: &[&str], reference: &Json) -> Map<String, Json> {
    let mut own = json!({ "description": text, "type": types });
    if types.contains(&"object") {
        own = partial(own);
    }
    let keywords = [
        ("description", json!(text)),
        ("allOf", json!([own, reference])),
    ];
    keywords
        .into_iter()
        .map(|(keyword, value)| (keyword.to_owned(), value))
        .collect()
}

/// A schema that says only something about a table. That any other key may be there has to be said, for Tombi.
pub(super) fn partial(mut schema: Json) -> Json {
    if let Json::Object(schema) = &mut schema {
        schema.insert("additionalProperties".to_owned(), json!(true));
    }
    schema
}

/// A table with these keys and no others.
pub(super) fn object(text: &str, properties: &Map<String, Json>) -> Json {
    json!({
        "description": text,
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    })
}

/// A doc comment as running text: lines joined, links between Rust items taken out.
pub(super) fn flow(doc: &str) -> String {
    let paragraphs = doc
        .split("\n\n")
        .map(|paragraph| paragraph.replace('\n', " "));
    let text = paragraphs.collect::<Vec<_>>().join("\n\n");
    text.replace("[`", "`").replace("`]", "`")
}

const BYTE: IntShape = IntShape {
    bits: 8,
    signed: false,
};

fn reference(name: &str) -> Json {
    json!({ "$ref": format!("#/definitions/{name}") })
}

fn int(of: IntShape) -> Json {
    let mut schema = or_param("integer", "an integer");
    if let Json::Object(schema) = &mut schema {
        schema.insert("minimum".to_owned(), whole(of.min()));
        schema.insert("maximum".to_owned(), whole(of.max()));
    }
    schema
}

/// `integer` says nothing new, but without it Tombi has no text for `fps = 10`.
fn number() -> Json {
    let mut schema = or_param("number", "a number");
    if let Json::Object(schema) = &mut schema {
        schema.insert("type".to_owned(), json!(["number", "integer", "string"]));
    }
    schema
}

/// A value of one type, or a parameter. `what` is for yaml-language-server, which would show the
/// pattern otherwise.
fn or_param(kind: &str, what: &str) -> Json {
    json!({
        "type": [kind, "string"],
        "pattern": PARAM,
        "patternErrorMessage": format!("Expected {what}."),
    })
}

fn whole(number: i128) -> Json {
    let unsigned = || u64::try_from(number).map(Json::from);
    i64::try_from(number)
        .map(Json::from)
        .or_else(|_| unsigned())
        .unwrap_or(Json::Null)
}

fn duration() -> Json {
    let span = r"^[0-9]*\.?[0-9]*\s*(?:ns|us|µs|ms|s|min)\s*$";
    json!({ "type": "string", "pattern": format!("{span}|{PARAM}") })
}

fn field_text(owner: Owner<'_>, field: &Field, default: Option<&Json>) -> String {
    let mut text = flow(field.doc);
    add_default(&mut text, default);
    if let Owner::Class(class) = owner {
        text += &["\n\nDevice: `", class, ".", field.name, "`"].concat();
    }
    text
}

fn add_default(text: &mut String, default: Option<&Json>) {
    if let Some(default) = default {
        text.push_str("\n\nDefault: `");
        text.push_str(&default.to_string());
        text.push('`');
    }
}

/// The defaults worth telling: a nested struct that is as fresh as any other of its kind says
/// nothing here that its own keys do not.
fn defaults(of: &StructShape, fresh: &Value) -> Vec<Option<Json>> {
    let none = Vec::new();
    let values = match fresh {
        Value::Struct(values) => values,
        _ => &none,
    };
    let default = |(field, value): (&Field, &Value)| match field.shape {
        Shape::Struct(inner) if (inner.default)() == *value => None,
        _ => written(&field.shape, value),
    };
    of.fields.iter().zip(values).map(default).collect()
}

/// A value as a configuration would say it; `None` for nothing, and for what it cannot say.
pub(super) fn written(shape: &Shape, value: &Value) -> Option<Json> {
    match (shape, value) {
        (Shape::Enum(of), Value::Int(number)) => {
            let member = of.member_of(*number);
            Some(member.map_or_else(|| whole(*number), |member| json!(of.usual_name(member))))
        }
        (Shape::Struct(of), Value::Struct(values)) => {
            let pairs = of.fields.iter().zip(values);
            let pairs = pairs.filter_map(|(f, v)| Some((f.key.to_owned(), written(&f.shape, v)?)));
            Some(pairs.collect::<Map<_, _>>().into())
        }
        (Shape::List(element) | Shape::Array { element, .. }, Value::List(values)) => {
            values.iter().map(|value| written(element, value)).collect()
        }
        (Shape::Tuple(shapes), Value::List(values)) => shapes
            .iter()
            .zip(values)
            .map(|(s, v)| written(s, v))
            .collect(),
        (Shape::Map { key, value: of }, Value::Map(entries)) => {
            let pair = |(k, v): &(Value, Value)| Some((map_key(key, k)?, written(of, v)?));
            let pairs: Option<Map<_, _>> = entries.iter().map(pair).collect();
            pairs.map(Json::Object)
        }
        (Shape::Optional(inner), Value::Optional(Some(value))) => written(inner, value),
        (Shape::Bool, Value::Bool(b)) => Some(json!(b)),
        (Shape::Int(_), Value::Int(number)) => Some(whole(*number)),
        (Shape::F32, Value::Float(x)) => shortest(*x),
        (Shape::F64, Value::Float(x)) => Number::from_f64(*x).map(Json::Number),
        (Shape::Str, Value::Str(text)) => Some(json!(text)),
        (Shape::Bytes, Value::Bytes(bytes)) => Some(json!(bytes)),
        _ => None,
    }
}

fn map_key(shape: &Shape, key: &Value) -> Option<String> {
    match written(shape, key)? {
        Json::String(text) => Some(text),
        other => Some(other.to_string()),
    }
}

/// The shortest number that is the same in 32 bits: 0.3, not 0.30000001192092896.
#[expect(clippy::cast_possible_truncation, reason = "the value has 32 bits")]
fn shortest(x: f64) -> Option<Json> {
    let short = (x as f32).to_string().parse().ok()?;
    Number::from_f64(short).map(Json::Number)
}
