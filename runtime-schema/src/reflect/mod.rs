//! Types of the device's schema as data: [`Shape`], [`Value`] and the trait [`Reflect`] that
//! connects both to a Rust type.
//!
//! The libnop codec, the config reader, the JSON Schema, the docs and `inspect` are each one
//! function over shapes and values, so a new property is defined once, in its struct.
//! `#[derive(Reflect)]` writes the implementations; nothing here does I/O.

mod json;
mod primitives;
mod setter;
mod shape;
mod value;

pub use oakc_runtime_schema_derive::Reflect;

pub use json::{EnumStyle, JsonError, from_json, to_json};
pub use primitives::{Bytes, Either, Integer};
pub use setter::{
    Apply, Asset, AssetUri, Effects, File, Model, Nanos, QueueChange, Set, Setter, With,
};
pub use shape::{EnumShape, Field, IntShape, Member, Shape, StructShape, unqualified};
pub(crate) use value::sorted_map;
pub use value::{Mismatch, Value, next_field};

/// A type with a [`Shape`], convertible to and from [`Value`].
///
/// `from_value(&x.to_value())` returns `x`; `from_value` refuses every value that does not have the
/// shape.
pub trait Reflect: Sized {
    /// The shape of this type's values.
    const SHAPE: Shape;

    /// This value as data.
    fn to_value(&self) -> Value;

    /// Converts `value`, which is refused if it does not have [`Reflect::SHAPE`].
    fn from_value(value: &Value) -> Result<Self, Mismatch>;
}

/// What the documentation calls an enumerator: `1080p` for `THE_1080_P`. None for any other value.
pub fn usual_name<T: Reflect>(value: &T) -> Option<String> {
    let (Shape::Enum(of), Value::Int(number)) = (T::SHAPE, value.to_value()) else {
        return None;
    };
    of.member_of(number).map(|member| of.usual_name(member))
}
