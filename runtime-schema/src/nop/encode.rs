//! Values to libnop bytes.

use super::prefix;
use crate::reflect::{IntShape, Mismatch, Shape, Value};
use crate::text::to_bytes;

/// Encodes `value`, which must have `shape`.
///
/// # Errors
/// With the first part that does not have its shape.
pub fn encode(shape: &Shape, value: &Value) -> Result<Vec<u8>, Mismatch> {
    let mut out = Vec::new();
    put(&mut out, shape, value)?;
    Ok(out)
}

fn put(out: &mut Vec<u8>, shape: &Shape, value: &Value) -> Result<(), Mismatch> {
    match (shape, value) {
        (Shape::Bool, Value::Bool(b)) => out.push(u8::from(*b)),
        (Shape::Int(of), Value::Int(number)) => put_int(out, *of, *number)?,
        (Shape::Enum(of), Value::Int(number)) => put_int(out, of.repr, *number)?,
        (Shape::F32, Value::Float(x)) => put_f32(out, *x),
        (Shape::F64, Value::Float(x)) => {
            out.push(prefix::F64);
            out.extend(x.to_le_bytes());
        }
        (Shape::Str, Value::Str(text)) => put_bytes(out, prefix::STRING, &to_bytes(text)),
        (Shape::Bytes, Value::Bytes(bytes)) => put_bytes(out, prefix::BINARY, bytes),
        (Shape::Struct(of), Value::Struct(fields)) if fields.len() == of.fields.len() => {
            out.push(prefix::STRUCTURE);
            put_len(out, fields.len());
            for (field, value) in of.fields.iter().zip(fields) {
                put(out, &field.shape, value)?;
            }
        }
        (Shape::List(element), Value::List(elements)) => put_elements(out, element, elements)?,
        (Shape::Array { element, len }, Value::List(elements)) if elements.len() == *len => {
            put_elements(out, element, elements)?;
        }
        (Shape::Tuple(shapes), Value::List(elements)) if elements.len() == shapes.len() => {
            out.push(prefix::ARRAY);
            put_len(out, elements.len());
            for (shape, value) in shapes.iter().zip(elements) {
                put(out, shape, value)?;
            }
        }
        (Shape::Map { key, value }, Value::Map(entries)) => {
            out.push(prefix::MAP);
            put_len(out, entries.len());
            for (k, v) in entries {
                put(out, key, k)?;
                put(out, value, v)?;
            }
        }
        (Shape::Optional(_), Value::Optional(None)) => out.push(prefix::NIL),
        (Shape::Optional(inner), Value::Optional(Some(value))) => put(out, inner, value)?,
        _ => return Err(Mismatch::new(&shape.describe(), value)),
    }
    Ok(())
}

/// A vector of plain integers is one binary block, any other vector an array.
fn put_elements(out: &mut Vec<u8>, element: &Shape, elements: &[Value]) -> Result<(), Mismatch> {
    if let Shape::Int(of) = element {
        return put_integers(out, *of, elements);
    }
    out.push(prefix::ARRAY);
    put_len(out, elements.len());
    elements
        .iter()
        .try_for_each(|value| put(out, element, value))
}

fn put_integers(out: &mut Vec<u8>, of: IntShape, elements: &[Value]) -> Result<(), Mismatch> {
    let width = (of.bits / 8) as usize;
    out.push(prefix::BINARY);
    put_len(out, elements.len() * width);
    for value in elements {
        let number = in_range(of, value.int("an integer")?)?;
        out.extend(number.to_le_bytes().iter().take(width));
    }
    Ok(())
}

fn in_range(of: IntShape, number: i128) -> Result<i128, Mismatch> {
    if of.holds(number) {
        Ok(number)
    } else {
        Err(Mismatch::new(&of.describe(), &Value::Int(number)))
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the wire has 32 bits")]
fn put_f32(out: &mut Vec<u8>, x: f64) {
    out.push(prefix::F32);
    out.extend((x as f32).to_le_bytes());
}

fn put_bytes(out: &mut Vec<u8>, kind: u8, bytes: &[u8]) {
    out.push(kind);
    put_len(out, bytes.len());
    out.extend(bytes);
}

fn put_len(out: &mut Vec<u8>, len: usize) {
    put_unsigned(out, len as u64);
}

fn put_int(out: &mut Vec<u8>, of: IntShape, number: i128) -> Result<(), Mismatch> {
    let number = in_range(of, number)?;
    match i64::try_from(number) {
        Ok(small) if of.signed => put_signed(out, small),
        _ => put_unsigned(out, u64::try_from(number).unwrap_or_default()),
    }
    Ok(())
}

/// The smallest form that can hold the number.
fn put_unsigned(out: &mut Vec<u8>, number: u64) {
    if number < 0x80 {
        out.extend(number.to_le_bytes().first());
    } else if let Ok(n) = u8::try_from(number) {
        out.extend([prefix::U8, n]);
    } else if let Ok(n) = u16::try_from(number) {
        out.push(prefix::U16);
        out.extend(n.to_le_bytes());
    } else if let Ok(n) = u32::try_from(number) {
        out.push(prefix::U32);
        out.extend(n.to_le_bytes());
    } else {
        out.push(prefix::U64);
        out.extend(number.to_le_bytes());
    }
}

fn put_signed(out: &mut Vec<u8>, number: i64) {
    if (-64..128).contains(&number) {
        out.extend(number.to_le_bytes().first());
    } else if let Ok(n) = i8::try_from(number) {
        out.push(prefix::I8);
        out.extend(n.to_le_bytes());
    } else if let Ok(n) = i16::try_from(number) {
        out.push(prefix::I16);
        out.extend(n.to_le_bytes());
    } else if let Ok(n) = i32::try_from(number) {
        out.push(prefix::I32);
        out.extend(n.to_le_bytes());
    } else {
        out.push(prefix::I64);
        out.extend(number.to_le_bytes());
    }
}
