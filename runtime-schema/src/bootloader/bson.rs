//! BSON, as far as JSON goes: bytes in, a JSON object out, and back.
//!
//! The configuration of a bootloader is one BSON document that the host library makes from a JSON
//! object. Numbers are written in the smallest of 32, 64 and unsigned 64 bits that holds them, as
//! the library does. Only the types of JSON are read: dates, binary data and the like are always
//! errors, and so are a document larger than [`MAX_SIZE`], more than [`MAX_DEPTH`] levels, a wrong
//! length anywhere, and bytes behind the end.
#![cfg_attr(
    not(test),
    warn(clippy::indexing_slicing, clippy::arithmetic_side_effects)
)]

use std::collections::BTreeMap;

use serde_json::{Map, Number, Value};

/// The largest document in bytes: the size of the area for the configuration.
pub const MAX_SIZE: usize = 16 * 1024;
/// How deeply objects and lists may be nested; a configuration has three levels.
pub const MAX_DEPTH: usize = 16;

const DOUBLE: u8 = 0x01;
const STRING: u8 = 0x02;
const DOCUMENT: u8 = 0x03;
const ARRAY: u8 = 0x04;
const BOOLEAN: u8 = 0x08;
const NULL: u8 = 0x0A;
const INT32: u8 = 0x10;
const UINT64: u8 = 0x11;
const INT64: u8 = 0x12;

/// Why bytes are not a document, or an object cannot be written as one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BsonError {
    /// The document is truncated or inconsistent.
    #[error("the BSON document is damaged: {0}")]
    Damaged(&'static str),
    /// A type that JSON does not have.
    #[error(
        "the BSON document has a value of type 0x{0:02x}, which does not occur in a configuration"
    )]
    UnknownType(u8),
    /// Nested too deeply.
    #[error("the document is nested more than {MAX_DEPTH} levels deep")]
    TooDeep,
    /// Too large.
    #[error("the document takes {size} bytes, but a camera stores at most {MAX_SIZE}")]
    TooLarge {
        /// Bytes of the document.
        size: usize,
    },
    /// A key contains a NUL, which would end it early.
    #[error("a key contains a NUL character")]
    BadKey,
}

/// Writes an object as a document.
///
/// # Errors
/// If it is too large or nested too deeply, or a key contains a NUL.
pub fn encode(object: &Map<String, Value>) -> Result<Vec<u8>, BsonError> {
    let mut document = Vec::new();
    put_document(&mut document, sorted(object), MAX_DEPTH)?;
    if document.len() > MAX_SIZE {
        return Err(BsonError::TooLarge {
            size: document.len(),
        });
    }
    Ok(document)
}

/// The members of an object as the host library sends them: by their keys.
fn sorted(object: &Map<String, Value>) -> impl Iterator<Item = (&str, &Value)> {
    let members: BTreeMap<_, _> = object
        .iter()
        .map(|(key, value)| (key.as_str(), value))
        .collect();
    members.into_iter()
}

fn put_document<'a>(
    to: &mut Vec<u8>,
    members: impl Iterator<Item = (impl AsRef<str>, &'a Value)>,
    depth: usize,
) -> Result<(), BsonError> {
    let depth = depth.checked_sub(1).ok_or(BsonError::TooDeep)?;
    let mut body = Vec::new();
    for (key, value) in members {
        put_member(&mut body, key.as_ref(), value, depth)?;
    }
    body.push(0);
    // The length includes itself.
    put_length(to, body.len().saturating_add(4))?;
    to.extend(body);
    Ok(())
}

fn put_member(to: &mut Vec<u8>, key: &str, value: &Value, depth: usize) -> Result<(), BsonError> {
    if key.contains('\0') {
        return Err(BsonError::BadKey);
    }
    to.push(kind(value));
    to.extend(key.bytes());
    to.push(0);
    match value {
        Value::Null => {}
        Value::Bool(flag) => to.push(u8::from(*flag)),
        Value::Number(number) => put_number(to, number),
        Value::String(text) => {
            put_length(to, text.len().saturating_add(1))?;
            to.extend(text.bytes());
            to.push(0);
        }
        Value::Array(items) => {
            let numbered = items.iter().enumerate();
            let numbered = numbered.map(|(index, item)| (index.to_string(), item));
            put_document(to, numbered, depth)?;
        }
        Value::Object(object) => put_document(to, sorted(object), depth)?,
    }
    Ok(())
}

fn kind(value: &Value) -> u8 {
    match value {
        Value::Null => NULL,
        Value::Bool(_) => BOOLEAN,
        Value::String(_) => STRING,
        Value::Array(_) => ARRAY,
        Value::Object(_) => DOCUMENT,
        Value::Number(number) if number.is_f64() => DOUBLE,
        Value::Number(number) => match number.as_i64() {
            Some(number) if i32::try_from(number).is_ok() => INT32,
            Some(_) => INT64,
            None => UINT64,
        },
    }
}

fn put_number(to: &mut Vec<u8>, number: &Number) {
    if let Some(number) = number.as_i64() {
        match i32::try_from(number) {
            Ok(number) => to.extend(number.to_le_bytes()),
            Err(_) => to.extend(number.to_le_bytes()),
        }
    } else if let Some(number) = number.as_u64() {
        to.extend(number.to_le_bytes());
    } else {
        to.extend(number.as_f64().unwrap_or_default().to_le_bytes());
    }
}

fn put_length(to: &mut Vec<u8>, length: usize) -> Result<(), BsonError> {
    let number = i32::try_from(length).map_err(|_| BsonError::TooLarge { size: length })?;
    to.extend(number.to_le_bytes());
    Ok(())
}

/// Reads a document.
///
/// # Errors
/// [`BsonError`] for anything other than exactly one document made of JSON's types.
pub fn decode(bytes: &[u8]) -> Result<Map<String, Value>, BsonError> {
    if bytes.len() > MAX_SIZE {
        return Err(BsonError::TooLarge { size: bytes.len() });
    }
    let mut reader = Reader(bytes);
    let members = reader.members(MAX_DEPTH)?;
    if reader.0.is_empty() {
        Ok(members.into_iter().collect())
    } else {
        Err(BsonError::Damaged("there are bytes after its end"))
    }
}

struct Reader<'a>(&'a [u8]);

const CUT_SHORT: BsonError = BsonError::Damaged("it is cut short");

impl<'a> Reader<'a> {
    fn members(&mut self, depth: usize) -> Result<Vec<(String, Value)>, BsonError> {
        let depth = depth.checked_sub(1).ok_or(BsonError::TooDeep)?;
        let length = self.length()?;
        // The length includes itself and the NUL at the end.
        let body = length.checked_sub(4).ok_or(CUT_SHORT)?;
        let Some((0, body)) = self.take(body)?.split_last() else {
            return Err(BsonError::Damaged("an object does not end with a NUL"));
        };
        let mut inner = Reader(body);
        let mut members = Vec::new();
        while !inner.0.is_empty() {
            let [kind] = inner.array()?;
            members.push((inner.key()?, inner.value(kind, depth)?));
        }
        Ok(members)
    }

    fn value(&mut self, kind: u8, depth: usize) -> Result<Value, BsonError> {
        Ok(match kind {
            DOUBLE => Number::from_f64(f64::from_le_bytes(self.array()?))
                .map(Value::Number)
                .ok_or(BsonError::Damaged("a number is infinite or NaN"))?,
            STRING => Value::String(self.string()?),
            DOCUMENT => Value::Object(self.members(depth)?.into_iter().collect()),
            ARRAY => {
                let members = self.members(depth)?.into_iter();
                Value::Array(members.map(|(_, value)| value).collect())
            }
            BOOLEAN => {
                let [flag] = self.array()?;
                Value::Bool(flag != 0)
            }
            NULL => Value::Null,
            INT32 => Value::from(i32::from_le_bytes(self.array()?)),
            UINT64 => Value::from(u64::from_le_bytes(self.array()?)),
            INT64 => Value::from(i64::from_le_bytes(self.array()?)),
            kind => return Err(BsonError::UnknownType(kind)),
        })
    }

    fn string(&mut self) -> Result<String, BsonError> {
        let length = self.length()?;
        match self.take(length)?.split_last() {
            Some((0, text)) => text_of(text),
            _ => Err(BsonError::Damaged("a string does not end with a NUL")),
        }
    }

    fn key(&mut self) -> Result<String, BsonError> {
        let end = self.0.iter().position(|byte| *byte == 0);
        let key = self.take(end.ok_or(CUT_SHORT)?)?;
        self.take(1)?;
        text_of(key)
    }

    fn length(&mut self) -> Result<usize, BsonError> {
        let length = i32::from_le_bytes(self.array()?);
        usize::try_from(length).map_err(|_| BsonError::Damaged("a length is negative"))
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], BsonError> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(CUT_SHORT)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], BsonError> {
        self.take(N)?.try_into().map_err(|_| CUT_SHORT)
    }
}

fn text_of(bytes: &[u8]) -> Result<String, BsonError> {
    let text = str::from_utf8(bytes).map_err(|_| BsonError::Damaged("a string is not UTF-8"))?;
    Ok(text.to_owned())
}
