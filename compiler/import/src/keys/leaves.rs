//! A struct as the list of its leaves.
//!
//! In: a shape, or a value of it. Out: everything in it that is not itself a struct, in wire order.
//! Never: different leaves for two values of one shape.

use oakc_runtime_schema::reflect::{IntShape, Setter, Shape, StructShape, Value};

/// A place in a struct that holds a value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leaf {
    /// What it looks like.
    pub(super) shape: Shape,
    /// How many tables down it stands.
    depth: u32,
    /// Whether a shorthand has its key, so that it cannot be written itself.
    hidden: bool,
    /// Whether it stands in a struct within that has shorthands of its own.
    below: bool,
}

/// What it costs to write a key, on top of its value.
pub(super) const KEY: u32 = 10;
/// What a leaf costs that only a shorthand can say.
const HIDDEN: u32 = 1000;
/// What each wrong bit costs in a number that is a set of bits: nobody wants to write such.
const BIT: u32 = 25;
/// The numbers that are sets of bits: `cmd_mask`, which says what commands a message has.
const BITS: IntShape = IntShape {
    bits: 64,
    signed: false,
};

/// The leaves of structs of a shape, whose shorthands are `setters` and its own.
pub(super) fn of_shape(of: &'static StructShape, setters: &[Setter], depth: u32) -> Vec<Leaf> {
    let mut all = Vec::new();
    for field in of.fields {
        let mut setters = setters.iter().chain(of.setters);
        let hidden = setters.any(|setter| setter.key == field.key);
        let below = matches!(field.shape, Shape::Struct(of) if !of.setters.is_empty());
        let leaf = Leaf {
            shape: field.shape,
            depth,
            hidden,
            below,
        };
        collect(leaf, &mut all);
    }
    all
}

fn collect(leaf: Leaf, all: &mut Vec<Leaf>) {
    let Shape::Struct(of) = leaf.shape else {
        all.push(leaf);
        return;
    };
    for field in of.fields {
        let within = Leaf {
            shape: field.shape,
            depth: leaf.depth + 1,
            ..leaf
        };
        collect(within, all);
    }
}

/// The leaves of a value, in the same order.
pub(super) fn of_value<'a>(shape: &Shape, value: &'a Value) -> Vec<&'a Value> {
    let mut all = Vec::new();
    values(shape, value, &mut all);
    all
}

fn values<'a>(shape: &Shape, value: &'a Value, all: &mut Vec<&'a Value>) {
    match (shape, value) {
        (Shape::Struct(of), Value::Struct(fields)) => {
            for (field, value) in of.fields.iter().zip(fields) {
                values(&field.shape, value, all);
            }
        }
        _ => all.push(value),
    }
}

impl Leaf {
    /// Whether it stands in a struct within that has shorthands of its own.
    pub(super) fn is_below(&self) -> bool {
        self.below
    }

    /// What it costs to write what makes `state` to `target`.
    pub(super) fn cost(&self, state: &Value, target: &Value) -> u32 {
        if state.same(target) {
            return 0;
        }
        if self.hidden {
            return HIDDEN;
        }
        match (self.shape, state, target) {
            (Shape::Int(BITS), Value::Int(a), Value::Int(b)) => (a ^ b).count_ones() * BIT,
            _ => KEY + self.depth + weight(&self.shape, target),
        }
    }
}

/// How much there is to write, and to read: about 2 for a number.
pub(super) fn weight(shape: &Shape, value: &Value) -> u32 {
    let sum = |weights: &mut dyn Iterator<Item = u32>| weights.fold(1_u32, u32::saturating_add);
    match (shape, value) {
        (Shape::Struct(of), Value::Struct(fields)) => {
            let fresh = (of.default)();
            let Value::Struct(fresh) = &fresh else {
                return 1;
            };
            let fields = of.fields.iter().zip(fresh).zip(fields);
            let differing = fields.filter(|((_, fresh), value)| !fresh.same(value));
            sum(&mut differing.map(|((field, _), value)| 2 + weight(&field.shape, value)))
        }
        (Shape::List(element) | Shape::Array { element, .. }, Value::List(items)) => {
            sum(&mut items.iter().map(|item| weight(element, item)))
        }
        (Shape::Tuple(shapes), Value::List(items)) => {
            sum(&mut shapes.iter().zip(items).map(|(s, v)| weight(s, v)))
        }
        (Shape::Map { value: of, .. }, Value::Map(entries)) => {
            sum(&mut entries.iter().map(|(_, value)| 2 + weight(of, value)))
        }
        (Shape::OneOf(shapes), value) => {
            let fitting = shapes.iter().find(|s| value.has_shape(s));
            fitting.map_or(1, |shape| weight(shape, value))
        }
        (Shape::Optional(inner), Value::Optional(Some(value))) => weight(inner, value),
        (_, Value::Bytes(bytes)) => u32::try_from(bytes.len())
            .unwrap_or(u32::MAX)
            .saturating_mul(2),
        _ => 2,
    }
}
