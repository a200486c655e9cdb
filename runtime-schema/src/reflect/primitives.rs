//! [`Reflect`] for the types that structs are made of.

use std::collections::BTreeMap;

use super::{IntShape, Mismatch, Reflect, Shape, Value};

/// A Rust integer that represents a C++ integer.
pub trait Integer {
    /// Width and signedness.
    const SHAPE: IntShape;
}

macro_rules! integers {
    ($($type:ty: $bits:literal $signed:literal),* $(,)?) => { $(
        impl Integer for $type {
            const SHAPE: IntShape = IntShape { bits: $bits, signed: $signed };
        }

        impl Reflect for $type {
            const SHAPE: Shape = Shape::Int(<Self as Integer>::SHAPE);

            fn to_value(&self) -> Value {
                Value::Int(i128::from(*self))
            }

            fn from_value(value: &Value) -> Result<Self, Mismatch> {
                let number = value.int("an integer")?;
                let shape = <Self as Integer>::SHAPE;
                number.try_into().map_err(|_| Mismatch::new(&shape.describe(), value))
            }
        }
    )* };
}

integers! {
    u8: 8 false, u16: 16 false, u32: 32 false, u64: 64 false,
    i8: 8 true, i16: 16 true, i32: 32 true, i64: 64 true,
}

impl Reflect for bool {
    const SHAPE: Shape = Shape::Bool;

    fn to_value(&self) -> Value {
        Value::Bool(*self)
    }

    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        match value {
            Value::Bool(b) => Ok(*b),
            _ => Err(Mismatch::new("true or false", value)),
        }
    }
}

impl Reflect for f64 {
    const SHAPE: Shape = Shape::F64;

    fn to_value(&self) -> Value {
        Value::Float(*self)
    }

    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        match value {
            Value::Float(x) => Ok(*x),
            _ => Err(Mismatch::new("a number", value)),
        }
    }
}

impl Reflect for f32 {
    const SHAPE: Shape = Shape::F32;

    fn to_value(&self) -> Value {
        Value::Float(f64::from(*self))
    }

    #[expect(clippy::cast_possible_truncation, reason = "the wire has 32 bits")]
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        f64::from_value(value).map(|x| x as Self)
    }
}

impl Reflect for String {
    const SHAPE: Shape = Shape::Str;

    fn to_value(&self) -> Value {
        Value::Str(self.clone())
    }

    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        match value {
            Value::Str(text) => Ok(text.clone()),
            _ => Err(Mismatch::new("a string", value)),
        }
    }
}

/// A vector of bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bytes(pub Vec<u8>);

impl Reflect for Bytes {
    const SHAPE: Shape = Shape::Bytes;

    fn to_value(&self) -> Value {
        Value::Bytes(self.0.clone())
    }

    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        match value {
            Value::Bytes(bytes) => Ok(Self(bytes.clone())),
            _ => Err(Mismatch::new("a list of bytes", value)),
        }
    }
}

impl<T: Reflect> Reflect for Option<T> {
    const SHAPE: Shape = Shape::Optional(&T::SHAPE);

    fn to_value(&self) -> Value {
        Value::Optional(self.as_ref().map(|inner| Box::new(inner.to_value())))
    }

    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        match value {
            Value::Optional(inner) => inner.as_deref().map(T::from_value).transpose(),
            _ => Err(Mismatch::new("an optional value", value)),
        }
    }
}

impl<T: Reflect> Reflect for Vec<T> {
    const SHAPE: Shape = Shape::List(&T::SHAPE);

    fn to_value(&self) -> Value {
        Value::List(self.iter().map(T::to_value).collect())
    }

    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        value.list("a list")?.iter().map(T::from_value).collect()
    }
}

impl<T: Reflect, const N: usize> Reflect for [T; N] {
    const SHAPE: Shape = Shape::Array {
        element: &T::SHAPE,
        len: N,
    };

    fn to_value(&self) -> Value {
        Value::List(self.iter().map(T::to_value).collect())
    }

    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        let elements = Vec::from_value(value)?;
        elements
            .try_into()
            .map_err(|_| Mismatch::new(&Self::SHAPE.describe(), value))
    }
}

impl<K: Reflect + Ord, V: Reflect> Reflect for BTreeMap<K, V> {
    const SHAPE: Shape = Shape::Map {
        key: &K::SHAPE,
        value: &V::SHAPE,
    };

    fn to_value(&self) -> Value {
        Value::Map(
            self.iter()
                .map(|(key, value)| (key.to_value(), value.to_value()))
                .collect(),
        )
    }

    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        let Value::Map(entries) = value else {
            return Err(Mismatch::new("a map", value));
        };
        entries
            .iter()
            .map(|(key, value)| Ok((K::from_value(key)?, V::from_value(value)?)))
            .collect()
    }
}

impl<A: Reflect, B: Reflect> Reflect for (A, B) {
    const SHAPE: Shape = Shape::Tuple(&[A::SHAPE, B::SHAPE]);

    fn to_value(&self) -> Value {
        Value::List(vec![self.0.to_value(), self.1.to_value()])
    }

    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        match value.list("a pair")? {
            [a, b] => Ok((A::from_value(a)?, B::from_value(b)?)),
            _ => Err(Mismatch::new("a pair", value)),
        }
    }
}

/// An argument of a setter that can be written in two ways; the first that fits is used.
#[derive(Clone, Debug, PartialEq)]
pub enum Either<A, B> {
    /// The first way.
    A(A),
    /// The second way.
    B(B),
}

impl<A: Reflect, B: Reflect> Reflect for Either<A, B> {
    const SHAPE: Shape = Shape::OneOf(&[A::SHAPE, B::SHAPE]);

    fn to_value(&self) -> Value {
        match self {
            Self::A(a) => a.to_value(),
            Self::B(b) => b.to_value(),
        }
    }

    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        A::from_value(value)
            .map(Self::A)
            .or_else(|_| B::from_value(value).map(Self::B))
    }
}
