//! Keys that set one property.
//!
//! In: what each key of a node or section writes, in the order in which keys are applied. Out: the keys
//! whose value is replaced by that of another key, which counts. Never: a preset, which others are
//! meant to refine, or what a shorthand sets besides its own value: `resize` turns a stage on.

use std::collections::BTreeMap;
use std::sync::Arc;

use oakc_diag::Span;
use oakc_runtime_schema::nodes::detection_parser::Decoding;
use oakc_runtime_schema::reflect::{Effects, Model, Setter, Shape, StructShape, Value};

use crate::syntax::{Node, NodeValue, Table};

/// A key whose value, or a part of it, is replaced by that of another key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overridden {
    /// The key, as it is called within its node or section.
    pub key: String,
    /// Where it stands.
    pub span: Span,
    /// The key that counts.
    pub by: String,
    /// Where that one stands.
    pub by_span: Span,
}

/// A property: the numbers of the fields on the way to it.
type Path = Vec<usize>;

/// A property and what it is set to.
pub(super) type Leaf = (Path, Value);

/// Who set each property of a node or section.
#[derive(Debug, Default)]
pub(super) struct Claims {
    /// The path of the node or section.
    base: String,
    /// The fields on the way to the struct that is being read.
    position: Path,
    made: BTreeMap<Path, Claim>,
    overridden: Vec<Overridden>,
}

#[derive(Debug)]
struct Claim {
    key: String,
    span: Span,
    value: Value,
}

impl Claims {
    /// Of the node or section at this path.
    pub(super) fn of(base: &str) -> Self {
        Self {
            base: base.to_owned(),
            ..Self::default()
        }
    }

    /// The struct in this field is read from now on.
    pub(super) fn enter(&mut self, field: usize) {
        self.position.push(field);
    }

    /// The struct that was entered last is complete.
    pub(super) fn leave(&mut self) {
        self.position.pop();
    }

    /// The key at this path sets these properties of the struct that is being read.
    pub(super) fn add(&mut self, path: &str, span: Span, leaves: Vec<Leaf>) {
        let key = path.strip_prefix(&self.base).unwrap_or(path);
        let key = key.trim_start_matches('.').to_owned();
        for (within, value) in leaves {
            let mut place = self.position.clone();
            place.extend(within);
            let replaced = match self.made.get(&place) {
                Some(earlier) if earlier.span != span && !goes_on(&earlier.value, &value) => {
                    Some((earlier.key.clone(), earlier.span))
                }
                _ => None,
            };
            if let Some(replaced) = replaced {
                self.report(replaced, (key.clone(), span));
            }
            let key = key.clone();
            self.made.insert(place, Claim { key, span, value });
        }
    }

    /// Notes that the first key is overridden by the second.
    fn report(&mut self, (key, span): (String, Span), (by, by_span): (String, Span)) {
        let found = Overridden {
            key,
            span,
            by,
            by_span,
        };
        if !self.overridden.contains(&found) {
            self.overridden.push(found);
        }
    }

    /// What was found.
    pub(super) fn into_overridden(self) -> Vec<Overridden> {
        self.overridden
    }
}

/// Whether nothing is lost: the later value is the same, or a list that goes on where the earlier one
/// ends.
fn goes_on(earlier: &Value, later: &Value) -> bool {
    match (earlier, later) {
        (Value::List(earlier), Value::List(later)) => {
            let mut pairs = earlier.iter().zip(later);
            earlier.len() <= later.len() && pairs.all(|(a, b)| a.same(b))
        }
        _ => earlier.same(later),
    }
}

/// All properties in a value.
pub(super) fn leaves(value: &Value) -> Vec<Leaf> {
    let mut found = Vec::new();
    collect(value, None, &mut Vec::new(), &mut found);
    found
}

/// The properties that a setter sets to what is written: those that would be different if something
/// else was written. `before` and `after` are the properties around its application to `argument`, which
/// was read from `node`.
pub(super) fn set_by(
    setter: &Setter,
    (node, argument): (&Node, &Value),
    before: &Value,
    after: &Value,
) -> Vec<Leaf> {
    if setter.is_preset() {
        return Vec::new();
    }
    if let Value::Model(model) = argument {
        return set_by_model(setter, model, before);
    }
    let shape = setter.argument();
    let others = [1, -1].into_iter().filter_map(|step| {
        let other = varied(Some((&shape, node)), argument, step);
        if other.same(argument) {
            return None;
        }
        let mut target = before.clone();
        let applied = setter
            .apply
            .apply(&mut target, &other, &mut Effects::default());
        applied.is_ok().then_some(target)
    });
    // A file has no variation; what it sets is what changes.
    let other = others.into_iter().next();
    let mut found = Vec::new();
    let reference = other.as_ref().unwrap_or(before);
    collect(after, Some(reference), &mut Vec::new(), &mut found);
    found
}

/// The properties that a model sets: its blob. What is known about decoding it is there to be refined.
fn set_by_model(setter: &Setter, model: &Model, before: &Value) -> Vec<Leaf> {
    let blob = Model {
        decoding: Decoding::default(),
        ..model.clone()
    };
    let mut after = before.clone();
    let argument = Value::Model(Arc::new(blob));
    let applied = setter.apply;
    let mut found = Vec::new();
    if applied
        .apply(&mut after, &argument, &mut Effects::default())
        .is_ok()
    {
        collect(&after, Some(before), &mut Vec::new(), &mut found);
    }
    found
}

/// The properties in `value` that differ from those in `other`.
fn collect(value: &Value, other: Option<&Value>, path: &mut Path, found: &mut Vec<Leaf>) {
    if let Value::Struct(fields) = value {
        let others = match other {
            Some(Value::Struct(others)) => others.as_slice(),
            _ => &[],
        };
        for (index, field) in fields.iter().enumerate() {
            path.push(index);
            collect(field, others.get(index), path, found);
            path.pop();
        }
    } else if other.is_none_or(|other| !value.same(other)) {
        found.push((path.clone(), value.clone()));
    }
}

/// The same kind of value with other content, as far as it is written: each number a step away.
fn varied(written: Option<(&Shape, &Node)>, value: &Value, step: i8) -> Value {
    let all = |values: &[Value]| values.iter().map(|it| varied(None, it, step)).collect();
    match value {
        Value::Bool(flag) => Value::Bool(!flag),
        Value::Int(number) => Value::Int(number.saturating_add(step.into())),
        Value::Duration(nanos) => Value::Duration(nanos.saturating_add(step.into())),
        // Stays from 0 to 1 where it was, and never meets itself.
        Value::Float(x) if (0.0..0.5).contains(x) => Value::Float(x + 0.25),
        Value::Float(x) => Value::Float(x * 0.5),
        Value::Str(text) => Value::Str(format!("{text}~")),
        Value::Bytes(bytes) => Value::Bytes(bytes.iter().map(|byte| byte ^ 1).collect()),
        Value::List(items) => Value::List(all(items)),
        Value::Struct(fields) => {
            let written = written.and_then(|(shape, node)| fields_in(shape, node));
            let Some((of, table)) = written.filter(|(of, _)| of.fields.len() == fields.len())
            else {
                return Value::Struct(all(fields));
            };
            let fields = of.fields.iter().zip(fields).map(|(field, value)| {
                let written = table.get(field.key).map(|node| (&field.shape, node));
                written.map_or_else(|| value.clone(), |it| varied(Some(it), value, step))
            });
            Value::Struct(fields.collect())
        }
        Value::Map(entries) => {
            let entries = entries.iter();
            let varied = entries.map(|(k, v)| (k.clone(), varied(None, v, step)));
            Value::Map(varied.collect())
        }
        Value::Optional(Some(inner)) => Value::Optional(Some(Box::new(varied(None, inner, step)))),
        Value::Optional(None) | Value::File(_) | Value::Model(_) => value.clone(),
    }
}

/// The struct that a table is read as, if all its keys are fields of that.
fn fields_in<'n>(shape: &Shape, node: &'n Node) -> Option<(&'static StructShape, &'n Table)> {
    let NodeValue::Table(table) = &node.value else {
        return None;
    };
    let structs = shape
        .alternatives()
        .into_iter()
        .filter_map(|shape| match shape {
            Shape::Struct(of) => Some(*of),
            _ => None,
        });
    let has_all = |of: &&'static StructShape| {
        let mut keys = table.entries.iter();
        keys.all(|entry| of.field(&entry.key).is_some())
    };
    structs.into_iter().find(has_all).map(|of| (of, table))
}
