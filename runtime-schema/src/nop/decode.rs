//! libnop bytes to values.

use super::prefix;
use crate::reflect::sorted_map;
use crate::reflect::{Field, IntShape, Shape, StructShape, Value};
use crate::release::Release;
use crate::text;

/// Why bytes are not an encoding of a shape.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("at byte {offset}: {reason}")]
pub struct DecodeError {
    /// Where in the input, in bytes from its start.
    pub offset: usize,
    /// What is wrong there, with the name of the member.
    pub reason: String,
}

impl DecodeError {
    pub(super) fn new(offset: usize, reason: &str) -> Self {
        Self {
            offset,
            reason: reason.to_owned(),
        }
    }
}

/// Decodes the whole of `bytes`.
///
/// # Errors
/// If the bytes are not an encoding of `shape`, or continue after it.
pub fn decode(shape: &Shape, bytes: &[u8]) -> Result<Value, DecodeError> {
    decode_of(None, shape, bytes)
}

/// Decodes the whole of `bytes` as written by `release`: members that it lacks get their defaults.
///
/// # Errors
/// If the bytes are not an encoding of `shape` in that release, or continue after it.
pub fn decode_of(
    release: Option<&'static Release>,
    shape: &Shape,
    bytes: &[u8],
) -> Result<Value, DecodeError> {
    let mut reader = Reader {
        bytes,
        offset: 0,
        release,
    };
    let value = reader.value(shape)?;
    if reader.offset == bytes.len() {
        Ok(value)
    } else {
        reader.error("bytes after the end of the value")
    }
}

/// Decodes the beginning of `bytes`; also returns how many bytes it read.
///
/// # Errors
/// If the bytes do not begin with an encoding of `shape`.
pub fn decode_prefix(shape: &Shape, bytes: &[u8]) -> Result<(Value, usize), DecodeError> {
    let mut reader = Reader {
        bytes,
        offset: 0,
        release: None,
    };
    let value = reader.value(shape)?;
    Ok((value, reader.offset))
}

struct Reader<'a> {
    bytes: &'a [u8],
    offset: usize,
    /// The release that wrote the bytes; the newest if unknown.
    release: Option<&'static Release>,
}

impl<'a> Reader<'a> {
    fn error<T>(&self, reason: impl AsRef<str>) -> Result<T, DecodeError> {
        Err(DecodeError::new(self.offset, reason.as_ref()))
    }

    fn remaining(&self) -> usize {
        self.bytes.len().saturating_sub(self.offset)
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], DecodeError> {
        let end = self.offset.checked_add(count);
        match end.and_then(|end| self.bytes.get(self.offset..end)) {
            Some(taken) => {
                self.offset += count;
                Ok(taken)
            }
            None => self.error(format!(
                "{count} bytes expected, but only {} are left",
                self.remaining()
            )),
        }
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let taken = self.take(N)?;
        taken
            .try_into()
            .or_else(|_| self.error("internal: length mismatch"))
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.offset).copied()
    }

    fn byte(&mut self) -> Result<u8, DecodeError> {
        self.array::<1>().map(|[byte]| byte)
    }

    fn expect(&mut self, wanted: u8, what: &str) -> Result<(), DecodeError> {
        match self.peek() {
            Some(found) if found == wanted => {
                self.offset += 1;
                Ok(())
            }
            Some(found) => self.error(format!("expected {what}, found prefix {found:#04x}")),
            None => self.error(format!("expected {what}, found the end")),
        }
    }

    fn value(&mut self, shape: &Shape) -> Result<Value, DecodeError> {
        match shape {
            Shape::Bool => self.bool(),
            Shape::Int(of) => self.int(*of).map(Value::Int),
            Shape::Enum(of) => self.int(of.repr).map(Value::Int),
            Shape::F32 => {
                self.expect(prefix::F32, "a float")?;
                let bytes = self.array()?;
                Ok(Value::Float(f64::from(f32::from_le_bytes(bytes))))
            }
            Shape::F64 => {
                self.expect(prefix::F64, "a double")?;
                self.array().map(|b| Value::Float(f64::from_le_bytes(b)))
            }
            Shape::Str => self.text(),
            Shape::Bytes => {
                self.expect(prefix::BINARY, "a binary block")?;
                self.block().map(|bytes| Value::Bytes(bytes.to_vec()))
            }
            Shape::Struct(of) => self.structure(of),
            Shape::List(element) => self.elements(element).map(Value::List),
            Shape::Array { element, len } => {
                let elements = self.elements(element)?;
                if elements.len() == *len {
                    Ok(Value::List(elements))
                } else {
                    self.error(format!(
                        "the array has {} elements instead of {len}",
                        elements.len()
                    ))
                }
            }
            Shape::Tuple(shapes) => self.tuple(shapes),
            Shape::Map { key, value } => self.map(key, value),
            Shape::Optional(inner) => self.optional(inner),
            Shape::OneOf(_) | Shape::File | Shape::Model | Shape::Duration => {
                self.error("a setter's argument has no encoding")
            }
        }
    }

    fn bool(&mut self) -> Result<Value, DecodeError> {
        match self.byte()? {
            0 => Ok(Value::Bool(false)),
            1 => Ok(Value::Bool(true)),
            other => self.error(format!("expected a boolean, found {other:#04x}")),
        }
    }

    fn int(&mut self, of: IntShape) -> Result<i128, DecodeError> {
        let first = self.byte()?;
        let number = match first {
            0x00..=0x7F => i128::from(first),
            0xC0..=0xFF if of.signed => i128::from(first.cast_signed()),
            prefix::U8 if !of.signed => i128::from(self.byte()?),
            prefix::U16 if !of.signed => i128::from(u16::from_le_bytes(self.array()?)),
            prefix::U32 if !of.signed => i128::from(u32::from_le_bytes(self.array()?)),
            prefix::U64 if !of.signed => i128::from(u64::from_le_bytes(self.array()?)),
            prefix::I8 if of.signed => i128::from(i8::from_le_bytes(self.array()?)),
            prefix::I16 if of.signed => i128::from(i16::from_le_bytes(self.array()?)),
            prefix::I32 if of.signed => i128::from(i32::from_le_bytes(self.array()?)),
            prefix::I64 if of.signed => i128::from(i64::from_le_bytes(self.array()?)),
            _ => return self.error(format!("expected an integer, found prefix {first:#04x}")),
        };
        if of.holds(number) {
            Ok(number)
        } else {
            self.error(format!("{number} does not fit in {} bits", of.bits))
        }
    }

    /// A number of elements of at least `width` bytes each, so that a false count cannot cause a
    /// large allocation.
    fn count(&mut self, width: usize) -> Result<usize, DecodeError> {
        let unsigned = IntShape {
            bits: 64,
            signed: false,
        };
        let claimed = self.int(unsigned)?;
        match usize::try_from(claimed) {
            Ok(count) if count.saturating_mul(width) <= self.remaining() => Ok(count),
            _ => self.error(format!(
                "{claimed} elements announced, but only {} bytes are left",
                self.remaining()
            )),
        }
    }

    fn block(&mut self) -> Result<&'a [u8], DecodeError> {
        let length = self.count(1)?;
        self.take(length)
    }

    fn text(&mut self) -> Result<Value, DecodeError> {
        self.expect(prefix::STRING, "a string")?;
        self.block()
            .map(|bytes| Value::Str(text::from_bytes(bytes)))
    }

    fn structure(&mut self, of: &StructShape) -> Result<Value, DecodeError> {
        self.expect(prefix::STRUCTURE, of.name)?;
        let count = self.count(1)?;
        let release = self.release;
        let has = |field: &Field| release.is_none_or(|release| release.has(of, field));
        let known = of.fields.iter().filter(|field| has(field)).count();
        if count != known {
            return self.error(format!(
                "{} has {count} members here, but {known} in this release",
                of.name
            ));
        }
        let mut values = Vec::with_capacity(of.fields.len());
        for (index, field) in of.fields.iter().enumerate() {
            let value = if has(field) {
                self.value(&field.shape).map_err(|e| DecodeError {
                    reason: format!("{}::{}: {}", of.name, field.name, e.reason),
                    ..e
                })?
            } else {
                let fresh = (of.default)();
                let fresh = fresh.struct_fields(of.name, of.fields.len());
                let fresh = fresh.ok().and_then(|fields| fields.get(index).cloned());
                fresh.map_or_else(|| self.error("internal: no default"), Ok)?
            };
            values.push(value);
        }
        Ok(Value::Struct(values))
    }

    fn elements(&mut self, element: &Shape) -> Result<Vec<Value>, DecodeError> {
        if let Shape::Int(of) = element {
            return self.integers(*of);
        }
        self.expect(prefix::ARRAY, "an array")?;
        let count = self.count(1)?;
        (0..count).map(|_| self.value(element)).collect()
    }

    fn integers(&mut self, of: IntShape) -> Result<Vec<Value>, DecodeError> {
        self.expect(prefix::BINARY, "a binary block")?;
        let block = self.block()?;
        let width = (of.bits / 8) as usize;
        if block.len() % width != 0 {
            return self.error(format!(
                "{} bytes are not a vector of {}-bit integers",
                block.len(),
                of.bits
            ));
        }
        Ok(block
            .chunks_exact(width)
            .map(|bytes| Value::Int(little_endian(bytes, of)))
            .collect())
    }

    fn tuple(&mut self, shapes: &[Shape]) -> Result<Value, DecodeError> {
        self.expect(prefix::ARRAY, "a tuple")?;
        let count = self.count(1)?;
        if count != shapes.len() {
            return self.error(format!(
                "the tuple has {count} elements instead of {}",
                shapes.len()
            ));
        }
        let values = shapes.iter().map(|shape| self.value(shape));
        values.collect::<Result<_, _>>().map(Value::List)
    }

    /// Entries come out sorted by key: their order in the bytes is an accident of C++ hashing.
    fn map(&mut self, key: &Shape, value: &Shape) -> Result<Value, DecodeError> {
        self.expect(prefix::MAP, "a map")?;
        let count = self.count(2)?;
        let mut entries = Vec::with_capacity(count);
        for _ in 0..count {
            entries.push((self.value(key)?, self.value(value)?));
        }
        sorted_map(entries).map_or_else(|| self.error("a key occurs twice in a map"), Ok)
    }

    fn optional(&mut self, inner: &Shape) -> Result<Value, DecodeError> {
        if self.peek() == Some(prefix::NIL) {
            self.offset += 1;
            return Ok(Value::Optional(None));
        }
        let value = self.value(inner)?;
        Ok(Value::Optional(Some(Box::new(value))))
    }
}

fn little_endian(bytes: &[u8], of: IntShape) -> i128 {
    let unsigned = bytes
        .iter()
        .rev()
        .fold(0_i128, |number, byte| number << 8 | i128::from(*byte));
    if of.signed && unsigned > of.max() {
        unsigned - (1_i128 << of.bits)
    } else {
        unsigned
    }
}
