//! Values on the line to a script's process, as CPython's `marshal` writes them in version 2.
//!
//! It is what CPython reads and writes fastest, and version 2 has no references between values. Never: recursion
//! beyond a limit, or a length that is believed.

use serde_json::{Map, Number, Value as Json};

/// How deep values may be nested.
const DEEPEST: usize = 100;

/// A value that came from a process.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Item {
    None,
    Bool(bool),
    /// Beyond 64 bits it is the nearest number that fits.
    Int(i64),
    Float(f64),
    Text(String),
    Bytes(Vec<u8>),
    /// A list or a tuple.
    List(Vec<Item>),
    /// A dictionary.
    Map(Vec<(Item, Item)>),
}

impl Item {
    pub(crate) fn int(&self) -> Option<i64> {
        match self {
            Self::Int(value) => Some(*value),
            Self::Bool(value) => Some(i64::from(*value)),
            _ => None,
        }
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn list(&self) -> Option<&[Item]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    /// The same as JSON; a number that JSON does not have is null.
    pub(crate) fn into_json(self) -> Json {
        match self {
            Self::None => Json::Null,
            Self::Bool(value) => value.into(),
            Self::Int(value) => value.into(),
            Self::Float(value) => Number::from_f64(value).map_or(Json::Null, Json::Number),
            Self::Text(text) => text.into(),
            Self::Bytes(bytes) => bytes.into(),
            Self::List(items) => items.into_iter().map(Self::into_json).collect(),
            Self::Map(entries) => Json::Object(into_fields(entries)),
        }
    }
}

/// The entries of a dictionary whose keys are text.
pub(crate) fn into_fields(entries: Vec<(Item, Item)>) -> Map<String, Json> {
    let named = entries.into_iter().filter_map(|(key, value)| match key {
        Item::Text(key) => Some((key, value.into_json())),
        _ => None,
    });
    named.collect()
}

/// The value that these bytes are, with nothing after it.
pub(crate) fn decode(bytes: &[u8]) -> Option<Item> {
    let mut reader = Reader { bytes };
    let item = reader.item(0)?;
    reader.bytes.is_empty().then_some(item)
}

struct Reader<'a> {
    bytes: &'a [u8],
}

impl Reader<'_> {
    fn take(&mut self, length: usize) -> Option<&[u8]> {
        let (taken, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn length(&mut self) -> Option<usize> {
        usize::try_from(i32::from_le_bytes(self.array()?)).ok()
    }

    fn item(&mut self, depth: usize) -> Option<Item> {
        let [code] = self.array()?;
        self.of_code(code, depth)
    }

    fn of_code(&mut self, code: u8, depth: usize) -> Option<Item> {
        if depth > DEEPEST {
            return None;
        }
        Some(match code {
            b'N' => Item::None,
            b'T' => Item::Bool(true),
            b'F' => Item::Bool(false),
            b'i' => Item::Int(i32::from_le_bytes(self.array()?).into()),
            b'l' => Item::Int(self.long()?),
            b'g' => Item::Float(f64::from_le_bytes(self.array()?)),
            b'u' | b't' => {
                let length = self.length()?;
                Item::Text(String::from_utf8_lossy(self.take(length)?).into_owned())
            }
            b's' => {
                let length = self.length()?;
                Item::Bytes(self.take(length)?.to_vec())
            }
            b'(' | b'[' => {
                let length = self.length()?;
                // Each item takes a byte at least.
                let mut items = Vec::with_capacity(length.min(self.bytes.len()));
                for _ in 0..length {
                    items.push(self.item(depth + 1)?);
                }
                Item::List(items)
            }
            b'{' => Item::Map(self.entries(depth)?),
            _ => return None,
        })
    }

    fn entries(&mut self, depth: usize) -> Option<Vec<(Item, Item)>> {
        let mut entries = Vec::new();
        loop {
            let [code] = self.array()?;
            if code == b'0' {
                return Some(entries);
            }
            let key = self.of_code(code, depth + 1)?;
            entries.push((key, self.item(depth + 1)?));
        }
    }

    /// Digits of 15 bits, the lowest first; their number is negative for a negative value.
    fn long(&mut self) -> Option<i64> {
        let count = i32::from_le_bytes(self.array()?);
        let mut value = 0_i128;
        for place in 0..count.unsigned_abs() {
            let digit = u16::from_le_bytes(self.array()?);
            if place < 8 {
                value |= i128::from(digit) << (15 * place);
            } else {
                value = i128::MAX;
            }
        }
        let value = if count < 0 { -value } else { value };
        Some(i64::try_from(value).unwrap_or(if count < 0 { i64::MIN } else { i64::MAX }))
    }
}

/// Writes values one after the other.
#[derive(Debug, Default)]
pub(crate) struct Writer(pub(crate) Vec<u8>);

impl Writer {
    pub(crate) fn none(&mut self) -> &mut Self {
        self.0.push(b'N');
        self
    }

    pub(crate) fn bool(&mut self, value: bool) -> &mut Self {
        self.0.push(if value { b'T' } else { b'F' });
        self
    }

    pub(crate) fn int(&mut self, value: i64) -> &mut Self {
        if let Ok(value) = i32::try_from(value) {
            self.0.push(b'i');
            self.0.extend(value.to_le_bytes());
            return self;
        }
        let digits = std::iter::successors(Some(value.unsigned_abs()), |rest| Some(rest >> 15));
        let digits = digits.take_while(|rest| *rest > 0);
        let count = i32::try_from(digits.clone().count()).unwrap_or(0);
        self.0.push(b'l');
        let count = if value < 0 { -count } else { count };
        self.0.extend(count.to_le_bytes());
        for rest in digits {
            let digit = u16::try_from(rest & 0x7FFF).unwrap_or(0);
            self.0.extend(digit.to_le_bytes());
        }
        self
    }

    pub(crate) fn float(&mut self, value: f64) -> &mut Self {
        self.0.push(b'g');
        self.0.extend(value.to_le_bytes());
        self
    }

    fn length(&mut self, code: u8, length: usize) -> &mut Self {
        self.0.push(code);
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        self.0.extend(length.to_le_bytes());
        self
    }

    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        self.length(b'u', text.len()).0.extend(text.as_bytes());
        self
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.length(b's', bytes.len()).0.extend(bytes);
        self
    }

    /// The start of a tuple, whose items follow.
    pub(crate) fn tuple(&mut self, length: usize) -> &mut Self {
        self.length(b'(', length)
    }

    /// The start of a list, whose items follow.
    pub(crate) fn list(&mut self, length: usize) -> &mut Self {
        self.length(b'[', length)
    }

    /// The start of a dictionary: keys and values follow, and then [`Writer::end_map`].
    pub(crate) fn map(&mut self) -> &mut Self {
        self.0.push(b'{');
        self
    }

    pub(crate) fn end_map(&mut self) -> &mut Self {
        self.0.push(b'0');
        self
    }

    pub(crate) fn json(&mut self, json: &Json) -> &mut Self {
        match json {
            Json::Null => self.none(),
            Json::Bool(value) => self.bool(*value),
            Json::Number(number) => match number.as_i64() {
                Some(value) => self.int(value),
                None => self.float(number.as_f64().unwrap_or(f64::NAN)),
            },
            Json::String(text) => self.text(text),
            Json::Array(items) => {
                self.list(items.len());
                for item in items {
                    self.json(item);
                }
                self
            }
            Json::Object(fields) => self.fields(fields),
        }
    }

    pub(crate) fn fields(&mut self, fields: &Map<String, Json>) -> &mut Self {
        self.map();
        for (name, value) in fields {
            self.text(name).json(value);
        }
        self.end_map()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let json = serde_json::json!({
            "a": [1, -1, 40_000_000_000_i64, -40_000_000_000_i64, i64::MAX, i64::MIN, 1.5, null, true],
            "b": {"c": "ü", "d": []},
        });
        let mut writer = Writer::default();
        writer.json(&json);
        assert_eq!(decode(&writer.0).unwrap().into_json(), json);
    }

    #[test]
    fn bytes_that_are_not_a_value_are_refused() {
        let mut writer = Writer::default();
        writer.tuple(2).text("a").bytes(&[1, 2, 3]);
        for length in 0..writer.0.len() {
            assert_eq!(decode(&writer.0[..length]), None, "{length}");
        }
        let nested = [b"(\x01\0\0\0".repeat(200), b"N".to_vec()].concat();
        assert_eq!(decode(&nested), None);
        assert_eq!(decode(b"(\xFF\xFF\xFF\x7F"), None);
        assert_eq!(decode(b"NN"), None);
        assert_eq!(decode(b"l\x09\0\0\0"), None);
    }

    #[test]
    fn numbers_beyond_64_bits_are_cut() {
        let nine = [&b"l\x09\0\0\0"[..], &[0xFF; 18]].concat();
        assert_eq!(decode(&nine), Some(Item::Int(i64::MAX)));
    }
}
