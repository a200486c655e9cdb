//! The description of a type, as the codec, the config reader and the docs need it.

use super::{Setter, Value};

/// The structure of a type's values. All shapes are constants.
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
    /// Text; the device takes any bytes, for which [`crate::text`] has characters.
    Str,
    /// Bytes.
    Bytes,
    /// One of several named integers.
    Enum(&'static EnumShape),
    /// A fixed list of named fields, in wire order.
    Struct(&'static StructShape),
    /// Any number of elements.
    List(&'static Shape),
    /// Exactly `len` elements.
    Array {
        /// The shape of each element.
        element: &'static Shape,
        /// The number of elements.
        len: usize,
    },
    /// Elements of different shapes, in order.
    Tuple(&'static [Shape]),
    /// Keys and values, sorted by key.
    Map {
        /// The shape of each key.
        key: &'static Shape,
        /// The shape of each value.
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

impl Shape {
    /// Whether a single text can be a value of it.
    pub fn takes_text(&self) -> bool {
        match self {
            Self::Str | Self::File | Self::Model => true,
            Self::Optional(inner) => inner.takes_text(),
            Self::OneOf(shapes) => shapes.iter().any(Self::takes_text),
            _ => false,
        }
    }

    /// What a value of this shape is called in a message, with its article.
    pub fn describe(&self) -> String {
        match self {
            Self::Bool => "true or false".to_owned(),
            Self::Int(_) => "an integer".to_owned(),
            Self::F32 | Self::F64 => "a number".to_owned(),
            Self::Str => "a string".to_owned(),
            Self::Bytes => "a list of bytes".to_owned(),
            Self::Enum(of) => format!("a name of {}", unqualified(of.name)),
            Self::Struct(_) => "a table".to_owned(),
            Self::List(_) => "a list".to_owned(),
            Self::Array { len, .. } => format!("a list of {len} elements"),
            Self::Tuple(shapes) => format!("a list of {} elements", shapes.len()),
            Self::Map { .. } => "a table of names and values".to_owned(),
            Self::Optional(inner) => inner.describe(),
            Self::OneOf(shapes) => Self::describe_all(shapes),
            Self::File => "the path of a file".to_owned(),
            Self::Model => "the name of a model, or a path".to_owned(),
            Self::Duration => "a duration such as \"10ms\"".to_owned(),
        }
    }

    /// The same for a value of any of these shapes.
    pub fn describe_all(shapes: &[Self]) -> String {
        let mut all = Vec::new();
        for shape in shapes.iter().flat_map(Self::alternatives) {
            let described = shape.describe();
            if !all.contains(&described) {
                all.push(described);
            }
        }
        all.join(" or ")
    }

    /// The shapes that it stands for: itself, or those of [`Shape::OneOf`], however nested.
    pub fn alternatives(&self) -> Vec<&Self> {
        match self {
            Self::OneOf(shapes) => shapes.iter().flat_map(Self::alternatives).collect(),
            other => vec![other],
        }
    }
}

/// `RawStereoDepthConfig::AlgorithmControl::DepthAlign` -> `DepthAlign`.
pub fn unqualified(name: &str) -> &str {
    match name.rsplit_once("::") {
        Some((owner, "Type")) => owner.rsplit("::").next().unwrap_or(owner),
        Some((_, last)) => last,
        None => name,
    }
}

/// An integer type of C++.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IntShape {
    /// 8, 16, 32 or 64.
    pub bits: u32,
    /// Whether the C++ type is signed: libnop encodes signed and unsigned integers differently.
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

    /// Whether a number is in the range.
    pub const fn holds(self, number: i128) -> bool {
        self.min() <= number && number <= self.max()
    }

    /// What such an integer is called in a message, with its article.
    pub fn describe(self) -> String {
        format!("an integer from {} to {}", self.min(), self.max())
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
    /// The default value.
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

    /// Whether it begins with a file or a program, so that another text after it could be taken for a
    /// second one.
    pub fn begins_with_program(&self) -> bool {
        let first = self.fields.first().map(|field| &field.shape);
        let takes_more = |shape: &&Shape| matches!(shape, Shape::File | Shape::OneOf(_));
        first.filter(takes_more).is_some_and(Shape::takes_text)
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
    /// The shape of its values.
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
    /// The enumerator that `text` names: by one of its spellings, compared after [`Self::plain`].
    pub fn member(&self, text: &str) -> Option<&'static Member> {
        let wanted = Self::plain(text);
        let spelt = self
            .spellings()
            .find(|(_, name)| Self::plain(name) == wanted);
        spelt.map(|(member, _)| member)
    }

    /// All names of all enumerators: the library's, the same without the word that all of them
    /// share (`1080_P` for `THE_1080_P`), and the aliases.
    pub fn spellings(&self) -> impl Iterator<Item = (&'static Member, &'static str)> + use<> {
        let (prefix, suffix) = self.shared_affixes();
        self.members.iter().flat_map(move |member| {
            let full = member.name;
            let headless = prefix.and_then(|prefix| full.strip_prefix(prefix));
            let tailless = |name: &'static str| suffix.and_then(|suffix| name.strip_suffix(suffix));
            let short = [headless, tailless(full), headless.and_then(tailless)];
            let aliases = member.aliases.iter().copied();
            let names = std::iter::once(full).chain(short.into_iter().flatten());
            names.chain(aliases).map(move |name| (member, name))
        })
    }

    /// The name as the documentation writes it: the library's, but without an article, `1080p` for `THE_1080_P`.
    pub fn usual_name(&self, member: &Member) -> String {
        let short = member.name.strip_prefix("THE_");
        let short = short.map(|rest| rest.replace('_', "").to_lowercase());
        let means_it = |name: &String| self.member(name).is_some_and(|m| m.value == member.value);
        let name = short.filter(means_it);
        name.unwrap_or_else(|| member.name.to_owned())
    }

    /// The [usual names](Self::usual_name) of all enumerators.
    pub fn usual_names(&self) -> Vec<String> {
        let members = self.members.iter();
        members.map(|member| self.usual_name(member)).collect()
    }

    /// The enumerator with this number.
    pub fn member_of(&self, value: i128) -> Option<&'static Member> {
        self.members.iter().find(|m| i128::from(m.value) == value)
    }

    /// The word that all names begin with and the word that all end with, if there is one,
    /// including the underscore next to it.
    fn shared_affixes(&self) -> (Option<&'static str>, Option<&'static str>) {
        let [first, _, ..] = self.members else {
            return (None, None);
        };
        let first = first.name;
        let prefix = first.find('_').and_then(|at| first.get(..=at));
        let suffix = first.rfind('_').and_then(|at| first.get(at..));
        let all = |has: &dyn Fn(&str) -> bool| self.members.iter().all(|m| has(m.name));
        (
            prefix.filter(|prefix| all(&|name| name.starts_with(prefix))),
            suffix.filter(|suffix| all(&|name| name.ends_with(suffix))),
        )
    }

    /// A name in the form in which names are compared: without case, underscores, dots, dashes and
    /// spaces.
    pub fn plain(name: &str) -> String {
        name.chars()
            .filter(|c| !matches!(c, '_' | '.' | '-' | ' '))
            .flat_map(char::to_lowercase)
            .collect()
    }
}
