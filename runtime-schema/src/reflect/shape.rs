//! The description of a type: what the codec, the config reader and the docs need to know.

use super::{Setter, Value};

/// What values of one type look like. All shapes are constants.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// `true` or `false`; one byte on the wire.
    Bool,
    /// An integer of a fixed C++ type.
    Int(IntShape),
    /// A `float`.
    F32,
    /// A `double`.
    F64,
    /// Text; the device takes any bytes, oakc writes UTF-8.
    Str,
    /// Bytes.
    Bytes,
    /// One of a list of named integers.
    Enum(&'static EnumShape),
    /// A fixed list of named fields, in wire order.
    Struct(&'static StructShape),
    /// Any number of elements.
    List(&'static Shape),
    /// Exactly `len` elements.
    Array {
        /// What each element looks like.
        element: &'static Shape,
        /// How many there are.
        len: usize,
    },
    /// Elements of different shapes, in order.
    Tuple(&'static [Shape]),
    /// Keys and values, sorted by key.
    Map {
        /// What each key looks like.
        key: &'static Shape,
        /// What each value looks like.
        value: &'static Shape,
    },
    /// A value or nothing.
    Optional(&'static Shape),
    /// Only as an argument of a [`Setter`]: the first of the shapes that fits.
    OneOf(&'static [Shape]),
    /// Only as an argument of a [`Setter`]: the path of a file; the value holds its bytes.
    File,
    /// Only as an argument of a [`Setter`]: a model by name or path; the value holds its bytes.
    Model,
    /// Only as an argument of a [`Setter`]: a time span such as `"10ms"`.
    Duration,
}

/// An integer type of C++.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IntShape {
    /// 8, 16, 32 or 64.
    pub bits: u32,
    /// Whether the C++ type is signed: libnop writes the two kinds differently.
    pub signed: bool,
}

impl IntShape {
    /// The smallest value.
    pub const fn min(self) -> i128 {
        if self.signed {
            -(1_i128 << (self.bits - 1))
        } else {
            0
        }
    }

    /// The largest value.
    pub const fn max(self) -> i128 {
        (1_i128 << (self.bits - self.signed as u32)) - 1
    }
}

/// A struct of the device's schema.
#[derive(Debug)]
pub struct StructShape {
    /// Its name in the C++ of the device, e.g. `ColorCameraProperties::IspScale`.
    pub name: &'static str,
    /// What it is for.
    pub doc: &'static str,
    /// Its members in wire order.
    pub fields: &'static [Field],
    /// Shorthands of the configuration for this struct, in the order in which they apply.
    pub setters: &'static [Setter],
    /// A fresh one.
    pub default: fn() -> Value,
}

impl StructShape {
    /// The position and description of the field with this config key.
    pub fn field(&self, key: &str) -> Option<(usize, &'static Field)> {
        self.fields
            .iter()
            .enumerate()
            .find(|(_, field)| field.key == key)
    }

    /// The shorthand with this config key.
    pub fn setter(&self, key: &str) -> Option<&'static Setter> {
        self.setters.iter().find(|setter| setter.key == key)
    }
}

/// A member of a [`StructShape`].
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its key in the configuration (snake_case).
    pub key: &'static str,
    /// Its name in the device's schema (camelCase).
    pub name: &'static str,
    /// What it means: units, range.
    pub doc: &'static str,
    /// What its values look like.
    pub shape: Shape,
}

/// An enumeration of the device's schema.
#[derive(Debug)]
pub struct EnumShape {
    /// Its name in the C++ of the device.
    pub name: &'static str,
    /// What it is for.
    pub doc: &'static str,
    /// The underlying integer type.
    pub repr: IntShape,
    /// All its enumerators.
    pub members: &'static [Member],
}

/// An enumerator.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    /// Its name in the host library.
    pub name: &'static str,
    /// Other names of the same value.
    pub aliases: &'static [&'static str],
    /// What it means.
    pub doc: &'static str,
    /// The number on the wire.
    pub value: i64,
}

impl EnumShape {
    /// The enumerator that `text` names: the library's name or an alias, in any case and with or
    /// without the word that all enumerators share (`1080p` for `THE_1080_P`).
    pub fn member(&self, text: &str) -> Option<&'static Member> {
        let wanted = normalise(text);
        let (prefix, suffix) = self.shared_affixes();
        let is_meant = |member: &&Member| {
            let full = normalise(member.name);
            let headless = full.strip_prefix(&prefix).unwrap_or(&full);
            let spellings = [full.as_str(), headless];
            let tailless = spellings.map(|name| name.strip_suffix(&suffix).unwrap_or(name));
            spellings.contains(&wanted.as_str())
                || tailless.contains(&wanted.as_str())
                || member
                    .aliases
                    .iter()
                    .any(|alias| normalise(alias) == wanted)
        };
        self.members.iter().find(is_meant)
    }

    /// The enumerator with this number.
    pub fn member_of(&self, value: i128) -> Option<&'static Member> {
        self.members.iter().find(|m| i128::from(m.value) == value)
    }

    /// The word that all names begin with and the word that all end with, normalised; a word ends
    /// at an underscore. Empty where there is none.
    fn shared_affixes(&self) -> (String, String) {
        if self.members.len() < 2 {
            return (String::new(), String::new());
        }
        let mut names = self.members.iter().map(|m| m.name);
        let first = names.next().unwrap_or_default();
        let prefix = first.split_once('_').map(|(p, _)| format!("{p}_"));
        let suffix = first.rsplit_once('_').map(|(_, s)| format!("_{s}"));
        let shared = |affix: Option<String>, has: fn(&str, &str) -> bool| {
            affix
                .filter(|a| self.members.iter().all(|m| has(m.name, a)))
                .map(|a| normalise(&a))
                .unwrap_or_default()
        };
        (
            shared(prefix, |name, p| name.starts_with(p)),
            shared(suffix, |name, s| name.ends_with(s)),
        )
    }
}

/// Upper and lower case, underscores, dots, dashes and spaces make no difference.
fn normalise(name: &str) -> String {
    name.chars()
        .filter(|c| !matches!(c, '_' | '.' | '-' | ' '))
        .flat_map(char::to_lowercase)
        .collect()
}
