//! What a shorthand does, found by trying it.
//!
//! In: a setter. Out: the forms that its argument can take, and where each part of the argument
//! goes. Never: a second description of each setter that could disagree with the first.
//!
//! An argument is varied part by part, and what changes with a part tells where that part goes.
//! Whatever this gets wrong is only a proposal that does not fit: proposals are applied and
//! compared before they count.

use std::collections::BTreeSet;
use std::sync::Arc;

use oakc_runtime_schema::messages::TensorInfo;
use oakc_runtime_schema::nodes::detection_parser::Decoding;
use oakc_runtime_schema::reflect::{Effects, File, Model, Setter, Shape, StructShape, Value};

use super::{Wanted, leaves};

/// One way to write the argument of a shorthand.
#[derive(Debug)]
pub(super) struct Form {
    /// What the argument looks like, without alternatives at the top.
    pub(super) shape: Shape,
    /// Arguments to start from.
    bases: Vec<Value>,
    /// Which part of the argument goes where.
    parts: Vec<(Path, Source)>,
    /// The leaves that it can change.
    pub(super) touches: BTreeSet<usize>,
    /// Whether it can change queues or assets.
    pub(super) has_effects: bool,
}

/// Positions in structs and lists, from the outside in.
type Path = Vec<usize>;

/// Where the value for a part of an argument is to be found.
#[derive(Clone, Debug)]
enum Source {
    /// In a leaf, multiplied by a number.
    Leaf(usize, i128),
    /// In the asset of this key; the leaf holds the name of its file.
    Asset(String, Option<usize>),
}

/// The forms of a setter of structs of the shape `of`, tried on `fresh`.
pub(super) fn of_setter(setter: &Setter, of: &'static StructShape, fresh: &Value) -> Vec<Form> {
    let mut shapes = Vec::new();
    alternatives(&setter.argument(), &mut shapes);
    let trial = Trial { setter, of, fresh };
    shapes
        .into_iter()
        .filter_map(|shape| trial.form(shape))
        .collect()
}

fn alternatives(shape: &Shape, all: &mut Vec<Shape>) {
    match shape {
        Shape::OneOf(shapes) => shapes.iter().for_each(|shape| alternatives(shape, all)),
        shape => all.push(*shape),
    }
}

struct Trial<'a> {
    setter: &'a Setter,
    of: &'static StructShape,
    fresh: &'a Value,
}

/// What came of a try.
struct Outcome {
    properties: Value,
    effects: Effects,
}

impl Trial<'_> {
    fn run(&self, argument: &Value) -> Option<Outcome> {
        let mut properties = self.fresh.clone();
        let mut effects = Effects::default();
        let applied = self
            .setter
            .apply
            .apply(&mut properties, argument, &mut effects);
        applied.ok().map(|()| Outcome {
            properties,
            effects,
        })
    }

    fn leaves<'v>(&self, value: &'v Value) -> Vec<&'v Value> {
        leaves::of_value(&Shape::Struct(self.of), value)
    }

    fn form(&self, shape: Shape) -> Option<Form> {
        let bases = match shape {
            Shape::Bool => vec![Value::Bool(true), Value::Bool(false)],
            Shape::Enum(of) => {
                let members = of.members.iter();
                members.map(|m| Value::Int(i128::from(m.value))).collect()
            }
            shape => vec![samples(&shape)?.0],
        };
        let mut form = Form {
            shape,
            bases,
            parts: Vec::new(),
            touches: BTreeSet::new(),
            has_effects: false,
        };
        for base in &form.bases.clone() {
            self.touched(base, &mut form);
        }
        if let [base] = form.bases.as_slice() {
            let base = base.clone();
            self.vary(&shape, &base, &base, &mut Vec::new(), &mut form);
        }
        Some(form)
    }

    /// Notes what an argument changes.
    fn touched(&self, argument: &Value, form: &mut Form) {
        let Some(outcome) = self.run(argument) else {
            return;
        };
        let pairs = self.leaves(self.fresh).into_iter();
        let pairs = pairs.zip(self.leaves(&outcome.properties)).enumerate();
        let changed = pairs.filter(|(_, (before, after))| !before.same(after));
        form.touches.extend(changed.map(|(index, _)| index));
        form.has_effects |= outcome.effects != Effects::default();
    }

    /// Varies each part of `base` below `part`, which stands at `path`.
    fn vary(&self, shape: &Shape, base: &Value, part: &Value, path: &mut Path, form: &mut Form) {
        // A part may go somewhere as a whole; only otherwise its own parts are of interest.
        let other = samples(shape).map(|(_, other)| other);
        let other = other.and_then(|other| replaced(base, path, other));
        if other.is_some_and(|other| self.follow(base, &other, part, path, form)) {
            return;
        }
        let inner: Vec<Shape> = match (shape, part) {
            (Shape::Struct(of), _) => of.fields.iter().map(|field| field.shape).collect(),
            (Shape::Array { element, len }, _) => vec![**element; *len],
            (Shape::Tuple(shapes), _) => shapes.to_vec(),
            _ => return,
        };
        let (Value::Struct(parts) | Value::List(parts)) = part else {
            return;
        };
        for (position, (shape, part)) in inner.iter().zip(parts).enumerate() {
            path.push(position);
            self.vary(shape, base, part, path, form);
            path.pop();
        }
    }

    /// Two arguments that differ at `path`: notes where the difference shows, if it shows.
    fn follow(&self, one: &Value, two: &Value, part: &Value, path: &Path, form: &mut Form) -> bool {
        self.touched(two, form);
        let (Some(a), Some(b), Some(other)) = (self.run(one), self.run(two), at(two, path)) else {
            return false;
        };
        let source = match (content(part), content(other)) {
            (Some(one), Some(two)) => self.asset(&a, &b, one, two, part),
            _ => self.leaf(&a, &b, part, other),
        };
        let found = source.is_some();
        form.parts
            .extend(source.map(|source| (path.clone(), source)));
        found
    }

    /// The asset that holds `one` in the first outcome and `two` in the second.
    fn asset(
        &self,
        a: &Outcome,
        b: &Outcome,
        one: &[u8],
        two: &[u8],
        part: &Value,
    ) -> Option<Source> {
        let holds = |outcome: &Outcome, key: &str, bytes: &[u8]| {
            let asset = outcome.effects.assets.get(key);
            asset.is_some_and(|asset| asset.bytes.as_ref() == bytes)
        };
        let mut keys = a.effects.assets.keys();
        let key = keys.find(|key| holds(a, key, one) && holds(b, key, two))?;
        let leaves = self.leaves(&a.properties);
        let name = leaves.iter().position(|leaf| is_name_of(leaf, part));
        Some(Source::Asset(key.clone(), name))
    }

    /// The leaf that moves along when `part` becomes `other`.
    fn leaf(&self, a: &Outcome, b: &Outcome, part: &Value, other: &Value) -> Option<Source> {
        let (before, after) = (self.leaves(&a.properties), self.leaves(&b.properties));
        let mut pairs = before.iter().zip(&after).enumerate();
        pairs.find_map(|(index, (before, after))| {
            let factor = factor_of(present(before), part)?;
            let moves_along = factor_of(present(after), other) == Some(factor);
            moves_along.then_some(Source::Leaf(index, factor))
        })
    }
}

/// What stands in a leaf, whether or not it could be absent.
fn present(leaf: &Value) -> &Value {
    match leaf {
        Value::Optional(Some(inner)) => inner,
        leaf => leaf,
    }
}

/// By what `leaf` is larger than `part`; nothing where they have nothing to do with each other.
fn factor_of(leaf: &Value, part: &Value) -> Option<i128> {
    match (leaf, part) {
        (Value::Int(leaf), Value::Int(part)) if *part != 0 && leaf % part == 0 && *leaf > 0 => {
            Some(leaf / part)
        }
        (leaf, part) => leaf.same(part).then_some(1),
    }
}

/// The bytes that a part of an argument brings along.
fn content(part: &Value) -> Option<&[u8]> {
    match part {
        Value::File(file) => Some(&file.bytes),
        Value::Model(model) => Some(&model.bytes),
        Value::Bytes(bytes) => Some(bytes),
        _ => None,
    }
}

fn is_name_of(leaf: &Value, part: &Value) -> bool {
    matches!((leaf, part), (Value::Str(name), Value::File(file)) if *name == file.path)
}

/// Two values of a shape that most setters take; empty where none are needed.
fn samples(shape: &Shape) -> Option<(Value, Value)> {
    let both = |one, two| Some((one, two));
    match shape {
        Shape::Bool => both(Value::Bool(true), Value::Bool(false)),
        Shape::Int(_) => both(Value::Int(2), Value::Int(3)),
        Shape::F32 | Shape::F64 => both(Value::Float(0.25), Value::Float(0.5)),
        Shape::Str => both(Value::Str("one".to_owned()), Value::Str("two".to_owned())),
        Shape::Bytes => both(Value::Bytes(vec![1; 4]), Value::Bytes(vec![2; 4])),
        Shape::Enum(of) => {
            let number = |index: usize| Some(Value::Int(i128::from(of.members.get(index)?.value)));
            both(number(1)?, number(0)?)
        }
        Shape::Struct(of) => all(of.fields.iter().map(|field| &field.shape), Value::Struct),
        Shape::Tuple(shapes) => all(shapes.iter(), Value::List),
        Shape::Array { element, len } => all(std::iter::repeat_n(*element, *len), Value::List),
        Shape::List(element) => {
            let (one, two) = samples(element)?;
            both(Value::List(vec![one]), Value::List(vec![two]))
        }
        Shape::Map { key, value } => {
            let (key, (one, two)) = (samples(key)?.0, samples(value)?);
            let map = |value| Value::Map(vec![(key.clone(), value)]);
            both(map(one), map(two))
        }
        Shape::Optional(inner) => {
            let (one, two) = samples(inner)?;
            let some = |value| Value::Optional(Some(Box::new(value)));
            both(some(one), some(two))
        }
        Shape::OneOf(shapes) => shapes.iter().find_map(samples),
        Shape::File => both(file(1), file(2)),
        Shape::Model => both(model(1), model(2)),
        // A number says the same.
        Shape::Duration => None,
    }
}

/// Samples of all the parts of something.
fn all<'a>(
    shapes: impl Iterator<Item = &'a Shape>,
    whole: fn(Vec<Value>) -> Value,
) -> Option<(Value, Value)> {
    let pairs: Option<Vec<_>> = shapes.map(samples).collect();
    let (ones, twos) = pairs?.into_iter().unzip();
    Some((whole(ones), whole(twos)))
}

fn file(number: u8) -> Value {
    Value::File(Arc::new(File {
        path: format!("file {number}"),
        bytes: Arc::from([number; 4]),
    }))
}

fn model(number: u8) -> Value {
    let output = TensorInfo {
        name: format!("output {number}"),
        ..TensorInfo::default()
    };
    Value::Model(Arc::new(Model {
        bytes: Arc::from([number; 4]),
        outputs: vec![output],
        decoding: Decoding::default(),
    }))
}

fn at<'a>(value: &'a Value, path: &[usize]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, index| match value {
        Value::Struct(parts) | Value::List(parts) => parts.get(*index),
        _ => None,
    })
}

/// `value` with another part at `path`.
fn replaced(value: &Value, path: &[usize], part: Value) -> Option<Value> {
    let Some((first, rest)) = path.split_first() else {
        return Some(part);
    };
    let mut whole = value.clone();
    let (Value::Struct(parts) | Value::List(parts)) = &mut whole else {
        return None;
    };
    let slot = parts.get_mut(*first)?;
    *slot = replaced(slot, rest, part)?;
    Some(whole)
}

impl Form {
    /// The assets whose file's name the device gets to see, and the leaves that hold it.
    pub(super) fn named_assets(&self) -> impl Iterator<Item = (&str, usize)> {
        self.parts.iter().filter_map(|(_, source)| match source {
            Source::Asset(key, Some(leaf)) => Some((key.as_str(), *leaf)),
            _ => None,
        })
    }

    /// Arguments that may bring a struct to what is wanted.
    pub(super) fn proposals(&self, wanted: &Wanted<'_>, leaves: &[&Value]) -> Vec<Value> {
        if self.bases.len() > 1 {
            return self.bases.clone();
        }
        let fill = |argument: &Value| {
            let mut parts = self.parts.iter();
            parts.try_fold(argument.clone(), |argument, (path, source)| {
                let part = at(&argument, path)?;
                let part = found(source, part, wanted, leaves)?;
                replaced(&argument, path, part)
            })
        };
        self.bases.iter().filter_map(fill).collect()
    }
}

/// The value that a part of the argument has to have.
fn found(source: &Source, part: &Value, wanted: &Wanted<'_>, leaves: &[&Value]) -> Option<Value> {
    match (source, part) {
        (Source::Leaf(index, 1), Value::Optional(_)) => leaves.get(*index).map(|v| (*v).clone()),
        (Source::Leaf(index, factor), _) => match (present(leaves.get(*index)?), factor) {
            (Value::Optional(None), _) => None,
            (value, 1) => Some(value.clone()),
            (Value::Int(number), factor) => {
                (number % factor == 0).then_some(Value::Int(number / factor))
            }
            _ => None,
        },
        (Source::Asset(key, _), Value::Bytes(_)) => {
            Some(Value::Bytes(wanted.assets.get(key)?.bytes.to_vec()))
        }
        (Source::Asset(key, _), Value::File(_)) => wanted.file(key).map(Value::File),
        (Source::Asset(key, _), Value::Model(_)) => wanted.model(key).map(Value::Model),
        _ => None,
    }
}
