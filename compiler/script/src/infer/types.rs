//! What an expression may be.
//!
//! In: what is known of it. Out: [`Types`], which can be joined. Never: more than a handful of
//! types: beyond that, nothing is known.

use std::rc::Rc;

use crate::api::{API, ClassNo, FunctionNo, Kind};
use crate::program::{ClassId, FunctionId};

/// More kinds of things than that are not told apart.
const MOST: usize = 12;

/// How deep containers are looked into.
const DEEPEST: u32 = 3;

/// A kind of thing.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Type {
    None,
    /// An object of a class of the table.
    Object(ClassNo),
    /// A container, and what is in it: of a tuple part by part.
    Container(ClassNo, Rc<[Types]>),
    /// A class of the table itself.
    Class(ClassNo),
    Module(&'static str),
    /// Overloads of a function of the table.
    Function(FunctionNo, FunctionNo),
    /// A port of this name: `node.io["name"]`.
    Port(Rc<str>),
    PortMethod(Rc<str>, FunctionNo),
    OwnFunction {
        id: FunctionId,
        /// The object is given already.
        bound: bool,
    },
    OwnClass(ClassId),
    /// An object of a class of the script.
    Own(ClassId),
}

/// All that an expression may be.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Types {
    pub(super) list: Vec<Type>,
    /// It may be anything else as well.
    pub(super) unknown: bool,
}

impl Types {
    pub(super) fn unknown() -> Self {
        Self {
            list: Vec::new(),
            unknown: true,
        }
    }

    pub(super) fn nothing() -> Self {
        Self::default()
    }

    pub(super) fn one(kind: Type) -> Self {
        Self {
            list: vec![kind],
            unknown: false,
        }
    }

    pub(super) fn add(&mut self, kind: Type) {
        if self.unknown || self.list.contains(&kind) {
            return;
        }
        if let Type::Container(class, parts) = &kind
            && let Some(known) = self
                .list
                .iter_mut()
                .find(|known| known.class() == Some(*class))
        {
            *known = merged(*class, known, parts);
            return;
        }
        if let Type::Object(class) = kind
            && let Some(known) = self
                .list
                .iter_mut()
                .find(|known| known.class() == Some(class))
        {
            *known = kind;
            return;
        }
        if self.list.len() >= MOST {
            *self = Self::unknown();
            return;
        }
        self.list.push(kind);
    }

    pub(super) fn join(&mut self, other: Self) {
        if other.unknown {
            *self = other;
        } else if self.list.is_empty() && !self.unknown {
            self.list = other.list;
        } else {
            for kind in other.list {
                self.add(kind);
            }
        }
    }

    /// What becomes of each thing that it may be. Of what nothing is known yet, nothing becomes.
    pub(super) fn map(&self, mut each: impl FnMut(&Type) -> Self) -> Self {
        let mut all = Self {
            list: Vec::new(),
            unknown: self.unknown,
        };
        for kind in &self.list {
            all.join(each(kind));
        }
        all
    }

    /// Everything that it may be, if that is known.
    pub(super) fn known(&self) -> Option<&[Type]> {
        (!self.unknown && !self.list.is_empty()).then_some(&self.list)
    }

    /// How deep its containers nest.
    fn depth(&self) -> u32 {
        let inner = self.list.iter().map(|kind| match kind {
            Type::Container(_, parts) => {
                let deepest = parts.iter().map(Self::depth).max().unwrap_or(0);
                deepest.saturating_add(1)
            }
            _ => 0,
        });
        inner.max().unwrap_or(0)
    }

    /// A container of that class with these parts.
    pub(super) fn container(class: ClassNo, parts: Vec<Self>) -> Self {
        let deep = parts.iter().any(|part| part.depth() >= DEEPEST);
        Self::one(if deep {
            Type::Object(class)
        } else {
            Type::Container(class, parts.into())
        })
    }
}

/// One container that may be either of two.
fn merged(class: ClassNo, known: &Type, parts: &[Types]) -> Type {
    match known {
        Type::Container(_, others) if others.len() == parts.len() => {
            let each = others.iter().zip(parts).map(|(one, other)| {
                let mut both = one.clone();
                both.join(other.clone());
                both
            });
            Type::Container(class, each.collect())
        }
        _ => Type::Object(class),
    }
}

impl From<&Kind> for Types {
    fn from(kind: &Kind) -> Self {
        match kind {
            Kind::Unknown | Kind::Buffer => Self::unknown(),
            Kind::None => Self::one(Type::None),
            Kind::Object(class) => Self::one(Type::Object(*class)),
            Kind::Generic(class, parts) => {
                Self::container(*class, parts.iter().map(Self::from).collect())
            }
            Kind::Either(kinds) => {
                let mut all = Self::nothing();
                for kind in kinds {
                    all.join(Self::from(kind));
                }
                all
            }
        }
    }
}

/// The built-in classes that the language itself makes objects of.
#[derive(Clone, Copy)]
pub(super) struct Builtins {
    pub(super) int: ClassNo,
    pub(super) float: ClassNo,
    pub(super) complex: ClassNo,
    pub(super) bool: ClassNo,
    pub(super) str: ClassNo,
    pub(super) bytes: ClassNo,
    pub(super) bytearray: ClassNo,
    pub(super) list: ClassNo,
    pub(super) tuple: ClassNo,
    pub(super) dict: ClassNo,
    pub(super) set: ClassNo,
    pub(super) frozenset: ClassNo,
    pub(super) range: ClassNo,
    pub(super) node: ClassNo,
    pub(super) io: ClassNo,
    pub(super) input: ClassNo,
    pub(super) output: ClassNo,
}

impl Builtins {
    /// None if the table does not have one of them.
    pub(super) fn find() -> Option<Self> {
        let class = |name| API.class_number(name);
        Some(Self {
            int: class("int")?,
            float: class("float")?,
            complex: class("complex")?,
            bool: class("bool")?,
            str: class("str")?,
            bytes: class("bytes")?,
            bytearray: class("bytearray")?,
            list: class("list")?,
            tuple: class("tuple")?,
            dict: class("dict")?,
            set: class("set")?,
            frozenset: class("frozenset")?,
            range: class("range")?,
            node: class("node")?,
            io: class("<io>")?,
            input: class("<input>")?,
            output: class("<output>")?,
        })
    }

    pub(super) fn is_number(&self, class: ClassNo) -> bool {
        [self.int, self.float, self.complex, self.bool].contains(&class)
    }

    pub(super) fn is_integer(&self, class: ClassNo) -> bool {
        [self.int, self.bool].contains(&class)
    }

    pub(super) fn is_sequence(&self, class: ClassNo) -> bool {
        let known = [self.str, self.bytes, self.bytearray, self.list, self.tuple];
        known.contains(&class)
    }
}

impl Type {
    /// The class of the table whose object it is.
    pub(super) fn class(&self) -> Option<ClassNo> {
        match self {
            Self::Object(class) | Self::Container(class, _) => Some(*class),
            _ => None,
        }
    }
}
