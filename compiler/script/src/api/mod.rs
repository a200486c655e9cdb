//! What a program on the camera can use.
//!
//! In: three tables beside this file: the classes of the firmware's script engine, the standard
//! library of CPython 3.9, and the modules that oakc provides. Out: the [`Api`]. Never: a guess: what the tables do not say is
//! [`Kind::Unknown`].
//!
//! `tests/reference/script_api.py` writes the tables: it compares the classes of the real library
//! with the names in its firmware, and asks CPython 3.9; `tests/reference/oakc_api.py` writes the third.

mod index;
mod parse;
mod stub;
mod written;

use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

use rustc_hash::{FxHashMap, FxHashSet};

/// Index of a class of the table.
pub type ClassNo = usize;

/// A function of the table: the number of its line. Overloads stand one after the other.
pub(crate) type FunctionNo = usize;

/// The members of a class or module, by name.
pub(crate) type Members = FxHashMap<&'static str, Member>;

/// The table of the script engine's classes, as text.
pub const DEVICE: &str = include_str!("device.txt");

/// The table.
pub static API: LazyLock<Api> = LazyLock::new(|| index::api(DEVICE, LIBRARIES));

const LIBRARIES: [&str; 2] = [include_str!("stdlib.txt"), include_str!("oakc.txt")];

/// What programs can use.
///
/// At first it is only known which lines are about which class or module. Members are read when somebody
/// asks for those of their class or module, and a function when somebody asks for it: most of the thousands
/// of lines are never asked for, and reading them all takes longer than the check of an application.
#[derive(Debug, Default)]
pub struct Api {
    lines: Vec<Line>,
    pub(crate) classes: Vec<Class>,
    modules: FxHashMap<&'static str, Holder>,
    class_numbers: FxHashMap<&'static str, ClassNo>,
    /// Classes that are reached as members of a class or module, by its name.
    inner: FxHashMap<&'static str, Vec<(&'static str, ClassNo)>>,
    /// Names of the script engine whose place is not known.
    unplaced: FxHashSet<&'static str>,
    /// Classes of the library that the script engine does not have.
    absent: FxHashSet<&'static str>,
    /// Every name of a member of the script engine.
    device_names: OnceLock<FxHashSet<&'static str>>,
}

/// A line of the table.
#[derive(Debug)]
struct Line {
    text: &'static str,
    /// What it says, if it is about a function.
    function: OnceLock<Box<Function>>,
}

/// The lines about the members of a class or module, and what they say.
#[derive(Debug)]
struct Holder {
    lines: Range<usize>,
    read: OnceLock<Held>,
}

/// What the table says about the members of a class or module.
#[derive(Debug, Default)]
struct Held {
    members: Members,
    /// Members that the library has and the script engine does not.
    lacks: Vec<&'static str>,
}

/// A class.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a word of the table")]
pub struct Class {
    /// As a program calls it; of the standard library with its module.
    pub name: &'static str,
    /// All classes that it extends, the nearest first, as far as the table has them.
    pub bases: Vec<ClassNo>,
    /// It can be sent and received.
    pub is_message: bool,
    /// It belongs to the script engine.
    pub is_device: bool,
    /// Its objects may have attributes that the table does not know.
    pub(crate) is_open: bool,
    /// Nobody can add attributes to its objects.
    pub(crate) is_fixed: bool,
    holder: Holder,
}

/// A member of a class or module.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Member {
    /// Overloads of a function, from the first to before the second.
    Function(FunctionNo, FunctionNo),
    Value {
        kind: Kind,
        readonly: bool,
    },
    Class(ClassNo),
    Module(&'static str),
}

/// A way to call a function.
#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) name: &'static str,
    /// None where nothing is known of them.
    pub(crate) parameters: Option<Vec<Parameter>>,
    pub(crate) any_positional: bool,
    pub(crate) any_keyword: bool,
    pub(crate) result: Kind,
    /// It takes no object: it is called on the class.
    pub(crate) is_static: bool,
}

#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) passing: Passing,
    pub(crate) optional: bool,
    pub(crate) kind: Kind,
}

/// How an argument is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Passing {
    Position,
    Either,
    Keyword,
}

/// A type, as far as it is known.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    Unknown,
    None,
    /// Anything with bytes in it.
    Buffer,
    Object(ClassNo),
    /// A container and what is in it.
    Generic(ClassNo, Vec<Kind>),
    Either(Vec<Kind>),
}

impl Api {
    /// The class of this name.
    pub fn class(&self, name: &str) -> Option<(ClassNo, &Class)> {
        let number = *self.class_numbers.get(name)?;
        Some((number, self.classes.get(number)?))
    }

    pub(crate) fn class_number(&self, name: &str) -> Option<ClassNo> {
        self.class_numbers.get(name).copied()
    }

    /// The classes of the script engine, by name.
    pub fn device_classes(&self) -> impl Iterator<Item = &Class> {
        let mut classes: Vec<_> = self
            .classes
            .iter()
            .filter(|class| class.is_device)
            .collect();
        classes.sort_by_key(|class| class.name);
        classes.into_iter()
    }

    /// A member of a class or of those that it extends.
    pub(crate) fn member(&self, class: ClassNo, name: &str) -> Option<&Member> {
        self.lineage(class)
            .find_map(|class| self.members(class).get(name))
    }

    /// The members of a class that it does not have from others.
    pub(crate) fn members<'a>(&self, class: &'a Class) -> &'a Members {
        &self.held(class.name, &class.holder).members
    }

    /// Members that a class of the library has, and that of the script engine does not.
    pub(crate) fn lacks<'a>(&self, class: &'a Class) -> &'a [&'static str] {
        &self.held(class.name, &class.holder).lacks
    }

    fn held<'a>(&self, name: &str, holder: &'a Holder) -> &'a Held {
        holder
            .read
            .get_or_init(|| parse::held(self, name, holder.lines.clone()))
    }

    /// A class and those that it extends.
    pub(crate) fn lineage(&self, class: ClassNo) -> impl Iterator<Item = &Class> {
        let class = self.classes.get(class);
        let bases = class.into_iter().flat_map(|class| &class.bases);
        let bases = bases.filter_map(|base| self.classes.get(*base));
        class.into_iter().chain(bases)
    }

    /// Whether one class is the other, or extends it.
    pub fn extends(&self, class: ClassNo, base: ClassNo) -> bool {
        let Some(base) = self.classes.get(base) else {
            return false;
        };
        self.lineage(class).any(|class| class.name == base.name)
    }

    /// A module of the standard library, or `GPIO`.
    pub(crate) fn module(&self, name: &str) -> Option<&Members> {
        let (name, holder) = self.modules.get_key_value(name)?;
        Some(&self.held(name, holder).members)
    }

    /// The name of a module, if the table has it.
    pub(crate) fn module_name(&self, name: &str) -> Option<&'static str> {
        let (name, _) = self.modules.get_key_value(name)?;
        Some(name)
    }

    /// A class of the script engine that is there without an import.
    pub(crate) fn injected(&self, name: &str) -> Option<ClassNo> {
        let number = self.class_number(name)?;
        let class = self.classes.get(number)?;
        (class.is_device && !name.contains('.') && name != "node").then_some(number)
    }

    /// A class of the library that no program on the camera can use.
    pub(crate) fn is_absent(&self, name: &str) -> bool {
        self.absent.contains(name)
    }

    /// Whether the script engine has a member of this name, wherever.
    pub(crate) fn is_device_name(&self, name: &str) -> bool {
        self.unplaced.contains(name) || self.device_names().contains(name)
    }

    fn device_names(&self) -> &FxHashSet<&'static str> {
        self.device_names.get_or_init(|| {
            let classes = self.classes.iter().filter(|class| class.is_device);
            let names = classes.flat_map(|class| self.members(class).keys());
            names.copied().collect()
        })
    }

    pub(crate) fn is_unplaced(&self, name: &str) -> bool {
        self.unplaced.contains(name)
    }

    pub(crate) fn function(&self, number: FunctionNo) -> Option<&Function> {
        let line = self.lines.get(number)?;
        let read = || Box::new(parse::function(self, line.text));
        Some(line.function.get_or_init(read))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_have_the_members_of_what_they_extend() {
        let (frame, class) = API.class("ImgFrame").unwrap();
        assert!(class.is_message && class.is_device);
        assert!(API.member(frame, "getWidth").is_some());
        assert!(API.member(frame, "getData").is_some(), "of Buffer");
        assert!(API.member(frame, "getCvFrame").is_none());
        assert!(API.lacks(class).contains(&"getCvFrame"));
        assert!(
            API.is_absent("EdgeDetectorConfig") && API.injected("EdgeDetectorConfig").is_none()
        );
    }

    #[test]
    fn modules_have_what_cpython_has() {
        let time = API.module("time").unwrap();
        assert!(matches!(time.get("sleep"), Some(Member::Function(..))));
        assert!(!time.contains_key("slep"));
        let builtins = API.module("builtins").unwrap();
        assert!(matches!(builtins.get("str"), Some(Member::Class(_))));
    }

    #[test]
    fn every_line_of_the_tables_is_understood() {
        let classes = API.classes.iter().map(|class| API.members(class));
        let modules = API.modules.keys().filter_map(|name| API.module(name));
        let members: Vec<_> = classes.chain(modules).flatten().collect();
        assert!(members.iter().all(|(name, _)| !name.is_empty()));
        let overloads = members.iter().filter_map(|(name, member)| match member {
            Member::Function(first, after) => Some((**name, *first..*after)),
            _ => None,
        });
        let mut functions = 0;
        for (name, number) in overloads.flat_map(|(name, range)| range.map(move |it| (name, it))) {
            assert_eq!(
                API.function(number).map(|function| function.name),
                Some(name)
            );
            functions += 1;
        }
        assert!(API.classes.len() > 300 && functions > 3000, "{functions}");
        assert!(API.classes.iter().all(|class| !class.name.is_empty()));
    }

    #[test]
    fn members_are_read_when_somebody_asks_for_them() {
        let api = index::api(DEVICE, LIBRARIES);
        let read = |api: &Api| {
            let classes = api.classes.iter().map(|class| &class.holder);
            let holders = classes.chain(api.modules.values());
            holders.filter(|holder| holder.read.get().is_some()).count()
        };
        assert_eq!(read(&api), 0);
        assert!(api.module("time").unwrap().contains_key("sleep"));
        assert_eq!(read(&api), 1);
    }
}
