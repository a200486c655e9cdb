//! What fields a message has: those of its class in the table of the device's API.
//!
//! In: the fields of a recorded message. Out: those that its class does not have, and values of a wrong type. Never: a
//! word about a class that the table does not have, or about a value whose type it does not say.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use oakc_core::config::Suggestion;
use oakc_core::config::rules::{UNKNOWN_ENUMERATOR, UNKNOWN_KEY, WRONG_TYPE};
use oakc_core::syntax::{Node, NodeValue};
use oakc_diag::{Diagnostic, Span};
use oakc_script::api::{self, API};
use serde_json::{Map, Value as Json};

use crate::message;

/// How deep values may be nested: structs of the library have four levels.
const DEEPEST: usize = 16;

/// Fields that stand for what methods say, where the names of the methods do not tell.
const WRITTEN: &[(&str, &str, Option<&str>)] = &[
    ("AprilTagConfig", "config", Some("RawAprilTagConfig")),
    ("Buffer", "sequenceNum", Some("int")),
    (
        "FeatureTrackerConfig",
        "config",
        Some("RawFeatureTrackerConfig"),
    ),
    ("ImageManipConfig", "background", None),
    ("ImgFrame", "frameType", Some("ImgFrame.Type")),
    ("NNData", "layers", Some("list[TensorInfo]")),
    ("Point2f", "x", Some("float")),
    ("Point2f", "y", Some("float")),
    ("Point3f", "x", Some("float")),
    ("Point3f", "y", Some("float")),
    ("Point3f", "z", Some("float")),
    ("Rect", "x", Some("float")),
    ("Rect", "y", Some("float")),
    ("Rect", "width", Some("float")),
    ("Rect", "height", Some("float")),
    ("Size2f", "width", Some("float")),
    ("Size2f", "height", Some("float")),
    (
        "SpatialLocationCalculatorConfig",
        "config",
        Some("list[SpatialLocationCalculatorConfigData]"),
    ),
    ("StereoDepthConfig", "config", Some("RawStereoDepthConfig")),
];

/// What the objects of a class hold.
struct Class {
    is_enumeration: bool,
    /// By their names, with their types, as far as these are known.
    fields: BTreeMap<String, Option<String>>,
}

static CLASSES: LazyLock<BTreeMap<&'static str, Class>> = LazyLock::new(|| {
    let classes = API.device_classes();
    classes.map(|class| (class.name, read(class))).collect()
});

/// A class with what it has from others, and with what its methods do not tell.
fn read(class: &'static api::Class) -> Class {
    let mut fields = API.fields(class);
    let bases = API.base_names(class);
    for base in &bases {
        let base = API.class(base).map(|(_, base)| API.fields(base));
        for (field, kind) in base.into_iter().flatten() {
            fields.entry(field).or_insert(kind);
        }
    }
    for (owner, field, kind) in WRITTEN {
        if *owner == class.name || bases.contains(owner) {
            fields.insert((*field).to_owned(), kind.map(str::to_owned));
        }
    }
    Class {
        is_enumeration: API.is_enumeration(class),
        fields,
    }
}

/// A step into a message.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Field(String),
    Item(usize),
}

/// Where a message is written.
pub(crate) struct Written<'a> {
    /// All of it.
    pub(crate) whole: Span,
    /// Its tree, if it could be read as one.
    pub(crate) node: Option<&'a Node>,
    /// Where the text begins that the spans of the tree count from.
    pub(crate) offset: usize,
    /// Whether names of fields have quotes.
    pub(crate) is_json: bool,
}

/// Something that a message says and its class does not have.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Slip {
    path: Vec<Step>,
    what: What,
}

#[derive(Debug, PartialEq, Eq)]
enum What {
    /// The class has no such field.
    Field(String),
    /// The enumeration has no such enumerator: its class, the text.
    Enumerator(String, String),
    /// The value is of another type.
    Type(&'static str),
}

/// What stands beside the fields of a recorded message.
const BESIDE: [&str; 4] = ["t", "type", "data", "members"];

/// What is wrong with the fields of a recorded message, whose class is its `type`.
pub(crate) fn slips(message: &Map<String, Json>) -> Vec<Slip> {
    let mut found = Vec::new();
    check_message(message, &mut Vec::new(), &mut found);
    found
}

fn check_message(message: &Map<String, Json>, path: &mut Vec<Step>, out: &mut Vec<Slip>) {
    let class = message.get("type").and_then(Json::as_str);
    let Some(class) = class.filter(|class| message::class(class).is_some()) else {
        return;
    };
    let fields = message.iter();
    let fields = fields.filter(|(name, _)| !BESIDE.contains(&name.as_str()));
    check_fields(class, fields, path, out);
    let members = message.get("members").and_then(Json::as_object);
    for (name, member) in members.into_iter().flatten() {
        if let Some(member) = member.as_object().filter(|_| path.len() < DEEPEST) {
            path.extend(["members", name].map(|name| Step::Field(name.to_owned())));
            check_message(member, path, out);
            path.truncate(path.len() - 2);
        }
    }
}

fn check_fields<'a>(
    class: &str,
    said: impl IntoIterator<Item = (&'a String, &'a Json)>,
    path: &mut Vec<Step>,
    out: &mut Vec<Slip>,
) {
    let Some(known) = CLASSES.get(class) else {
        return;
    };
    for (field, value) in said {
        path.push(Step::Field(field.clone()));
        match known.fields.get(field.as_str()) {
            Some(Some(kind)) => check(kind, value, path, out),
            Some(None) => {}
            None => out.push(Slip {
                path: path.clone(),
                what: What::Field(class.to_owned()),
            }),
        }
        path.pop();
    }
}

fn check(kind: &'static str, value: &Json, path: &mut Vec<Step>, out: &mut Vec<Slip>) {
    // A number that does not exist (NaN) is written as null.
    if value.is_null() || path.len() > DEEPEST {
        return;
    }
    let inner = kind.strip_prefix("list[");
    let (expected, fits) = match (inner.and_then(|rest| rest.strip_suffix(']')), value) {
        (Some(inner), Json::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                path.push(Step::Item(index));
                check(inner, item, path, out);
                path.pop();
            }
            return;
        }
        (Some(_), _) => ("a list", false),
        (None, _) => match plain(kind, value) {
            Some(found) => found,
            None => return check_class(kind, value, path, out),
        },
    };
    if !fits {
        out.push(Slip {
            path: path.clone(),
            what: What::Type(expected),
        });
    }
}

/// What a value of a type without parts has to be, and whether it is that.
fn plain(kind: &str, value: &Json) -> Option<(&'static str, bool)> {
    let is_whole = || value.as_f64().is_some_and(|number| number.fract() == 0.0);
    Some(match kind {
        "int" => ("a whole number", is_whole()),
        "float" => ("a number", value.is_number()),
        "datetime.timedelta" => ("a number of seconds", value.is_number()),
        "bool" => ("true or false", value.is_boolean() || value.is_number()),
        "str" => ("a text", value.is_string()),
        _ => return None,
    })
}

/// A value of a class: a struct, an enumerator, or something that the table does not say.
fn check_class(kind: &'static str, value: &Json, path: &mut Vec<Step>, out: &mut Vec<Slip>) {
    let Some(class) = CLASSES.get(kind) else {
        return;
    };
    let what = match value {
        Json::Object(fields) if !class.is_enumeration => {
            return check_fields(kind, fields, path, out);
        }
        Json::String(name) if class.is_enumeration => {
            if class.fields.contains_key(name) {
                return;
            }
            What::Enumerator(kind.to_owned(), name.clone())
        }
        Json::Number(_) if class.is_enumeration => return,
        _ if class.is_enumeration => What::Type("the name of an enumerator"),
        _ => What::Type("a table with its fields"),
    };
    out.push(Slip {
        path: path.clone(),
        what,
    });
}

impl Slip {
    /// What to say about it, where the message is written.
    pub(crate) fn diagnostic(&self, written: &Written<'_>) -> Diagnostic {
        let node = written.node;
        let place = node.and_then(|node| self.place(node));
        let place = place.map(|place| {
            let (start, end) = (place.start + written.offset, place.end + written.offset);
            Span::new(written.whole.file, start, end)
        });
        let span = place.unwrap_or(written.whole);
        match &self.what {
            What::Field(class) => {
                let name = self.name();
                let message = format!("`{name}` is not a field of {class}");
                let diagnostic =
                    Diagnostic::new(&UNKNOWN_KEY, message).label(span, "unknown field");
                let known = CLASSES.get(class.as_str()).map(|class| class.fields.keys());
                let mut known: Vec<_> = known.into_iter().flatten().map(String::as_str).collect();
                if message::class(class).is_some() {
                    known.extend(BESIDE);
                }
                advised(diagnostic, name, known.into_iter(), place, written.is_json)
            }
            What::Enumerator(class, text) => {
                let message = format!("`{text}` is not an enumerator of {class}");
                let diagnostic =
                    Diagnostic::new(&UNKNOWN_ENUMERATOR, message).label(span, "unknown name");
                let known = CLASSES.get(class.as_str()).map(|class| class.fields.keys());
                let known = known.into_iter().flatten().map(String::as_str);
                let known = known.filter(|name| !matches!(*name, "name" | "value"));
                advised(diagnostic, text, known, place, true)
            }
            What::Type(expected) => {
                let message = format!("`{}` has a value of the wrong type", self.name());
                Diagnostic::new(&WRONG_TYPE, message).label(span, format!("expected {expected}"))
            }
        }
    }

    /// The field that it is about.
    fn name(&self) -> &str {
        let fields = self.path.iter().rev().find_map(|step| match step {
            Step::Field(name) => Some(name.as_str()),
            Step::Item(_) => None,
        });
        fields.unwrap_or_default()
    }

    /// The bytes of the name of the field, or of its value.
    fn place(&self, node: &Node) -> Option<Span> {
        let (last, way) = self.path.split_last()?;
        let owner = follow(node, way)?;
        match (last, &owner.value) {
            (Step::Field(name), NodeValue::Table(table)) => {
                let entry = table.entry(name)?;
                let is_field = matches!(self.what, What::Field(_));
                Some(if is_field {
                    entry.key_span
                } else {
                    entry.value.span
                })
            }
            _ => Some(follow(owner, std::slice::from_ref(last))?.span),
        }
    }
}

fn follow<'a>(node: &'a Node, way: &[Step]) -> Option<&'a Node> {
    way.iter()
        .try_fold(node, |node, step| match (step, &node.value) {
            (Step::Field(name), NodeValue::Table(table)) => table.get(name),
            (Step::Item(index), NodeValue::List(items)) => items.get(*index),
            _ => None,
        })
}

/// Adds the question, with a fix where the name itself is marked, or else all names.
fn advised<'a>(
    diagnostic: Diagnostic,
    name: &str,
    known: impl Iterator<Item = &'a str> + Clone,
    place: Option<Span>,
    is_quoted: bool,
) -> Diagnostic {
    let suggestion = Suggestion::of(name, known.clone());
    match place {
        Some(place) if !suggestion.is_none() && is_quoted => {
            suggestion.quoted_at(diagnostic, place)
        }
        Some(place) if !suggestion.is_none() => suggestion.at(diagnostic, place),
        _ => suggestion.or_help(diagnostic, || {
            let known: Vec<_> = known.collect();
            format!("possible: {}", known.join(", "))
        }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(class: &str, json: &Json) -> Vec<(String, What)> {
        let mut message = json.as_object().unwrap().clone();
        message.insert("type".to_owned(), class.into());
        let slips = slips(&message).into_iter();
        slips.map(|it| (it.name().to_owned(), it.what)).collect()
    }

    #[test]
    fn fields_of_the_class_and_of_what_it_holds_are_known() {
        let all = json!({"sequenceNum": 7, "detections": [
            {"label": 15, "confidence": 0.5, "xmin": null},
        ]});
        assert_eq!(found("ImgDetections", &all), []);
        let slips = json!({"detectoins": [], "detections": [{"lable": 15, "xmin": "left"}]});
        let wanted = [
            (
                "detectoins".to_owned(),
                What::Field("ImgDetections".to_owned()),
            ),
            ("lable".to_owned(), What::Field("ImgDetection".to_owned())),
            ("xmin".to_owned(), What::Type("a number")),
        ];
        assert_eq!(found("ImgDetections", &slips), wanted);
    }

    #[test]
    fn enumerators_are_known_by_name_and_number() {
        assert_eq!(found("ImgFrame", &json!({"frameType": "NV12"})), []);
        assert_eq!(found("ImgFrame", &json!({"frameType": 5})), []);
        let slip = json!({"frameType": "NV21x", "width": 3.5});
        let wanted = [
            (
                "frameType".to_owned(),
                What::Enumerator("ImgFrame.Type".to_owned(), "NV21x".to_owned()),
            ),
            ("width".to_owned(), What::Type("a whole number")),
        ];
        assert_eq!(found("ImgFrame", &slip), wanted);
    }

    #[test]
    fn members_of_a_group_are_messages() {
        let group = json!({"members": {"a": {"type": "ImgFrame", "t": 1, "widht": 3}}});
        let wanted = [("widht".to_owned(), What::Field("ImgFrame".to_owned()))];
        assert_eq!(found("MessageGroup", &group), wanted);
    }

    #[test]
    fn nothing_is_said_about_a_class_that_the_table_does_not_have() {
        assert_eq!(found("PointCloudData", &json!({"width": "wide"})), []);
    }
}
