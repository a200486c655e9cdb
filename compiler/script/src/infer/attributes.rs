//! Attributes.
//!
//! In: an object and the name of an attribute. Out: what that attribute may be, or that it does not
//! exist.

use std::collections::{HashMap, HashSet};

use super::suggestion::nearest;
use super::types::{Type, Types};
use super::{Inference, Key};
use crate::api::{API, ClassNo, Member};
use crate::program::{ClassId, Decoration, Program, Source};
use ruff_python_ast::Stmt;

/// How long a line of own classes is followed.
const LONGEST_LINE: u32 = 16;

/// No module of the table is deeper in packages than that.
const DEEPEST_PACKAGE: usize = 8;

/// What looking for an attribute ends in.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Found {
    Types(Types),
    Missing,
}

/// The classes that extend others.
pub(super) struct Extending<'a> {
    /// Those that extend several: what is mixed in uses what the others have.
    mixing: Vec<ClassId>,
    /// Those that define something of this name.
    defining: HashMap<&'a str, Vec<ClassId>>,
}

impl<'a> Extending<'a> {
    pub(super) fn of(program: &Program<'a>) -> Self {
        let (mut mixing, mut defining) = (Vec::new(), HashMap::<_, Vec<_>>::new());
        for (id, class) in program.classes.iter().enumerate() {
            let bases = class.def.arguments.as_deref();
            let bases = bases.map_or(0, |arguments| arguments.args.len());
            if bases > 1 {
                mixing.push(id);
            }
            let scope = program.scopes.get(class.scope).filter(|_| bases > 0);
            for name in scope.into_iter().flat_map(|scope| scope.names.keys()) {
                defining.entry(*name).or_default().push(id);
            }
        }
        Self { mixing, defining }
    }
}

impl<'a> Inference<'_, 'a> {
    /// What an attribute of something may be.
    pub(super) fn attribute(&self, owners: &Types, name: &'a str) -> Types {
        owners.map(|owner| match self.find(owner, name) {
            Found::Types(types) => types,
            Found::Missing => Types::nothing(),
        })
    }

    /// Looks for an attribute.
    pub(super) fn find(&self, owner: &Type, name: &str) -> Found {
        if name.starts_with("__") {
            return Found::Types(Types::unknown());
        }
        match owner {
            Type::Object(class) | Type::Container(class, _) => self.of_object(*class, name),
            Type::Class(class) => self.of_class(*class, name),
            Type::Module(module) => self.of_module(module, name),
            Type::None | Type::Function(..) | Type::PortMethod(..) => Found::Missing,
            Type::OwnFunction { .. } => self.of_own_function(name),
            Type::Port(port) => {
                let sides = [self.builtins.input, self.builtins.output];
                let mut members = sides.iter().filter_map(|side| API.member(*side, name));
                match members.next() {
                    Some(Member::Function(first, _)) => {
                        Found::Types(Types::one(Type::PortMethod(port.clone(), *first)))
                    }
                    _ if API.is_device_name(name) => Found::Types(Types::unknown()),
                    _ => Found::Missing,
                }
            }
            Type::Own(class) => self.of_own(*class, name, true, 0),
            Type::OwnClass(class) => self.of_own(*class, name, false, 0),
        }
    }

    fn of_object(&self, class: ClassNo, name: &str) -> Found {
        if let Some(member) = API.member(class, name) {
            return Found::Types(member.types());
        }
        let is_device = API.classes.get(class).is_some_and(|class| class.is_device);
        if is_device && !API.is_unplaced(name) && !is_open(class) {
            return Found::Missing;
        }
        let added = self.program.attributes.contains_key(name) && !is_fixed(class);
        if is_device || added || name.starts_with('_') || is_open(class) {
            return Found::Types(Types::unknown());
        }
        Found::Missing
    }

    /// A method that is looked up on a class takes the object as its first argument.
    fn of_class(&self, class: ClassNo, name: &str) -> Found {
        match API.member(class, name) {
            Some(Member::Function(first, after)) => {
                let is_static = API
                    .function(*first)
                    .is_some_and(|function| function.is_static);
                Found::Types(if is_static {
                    Types::one(Type::Function(*first, *after))
                } else {
                    Types::unknown()
                })
            }
            // An enumerator; fields of objects are descriptors here.
            Some(Member::Value { kind, .. }) => {
                let types = Types::from(kind);
                let is_own = types.list == [Type::Object(class)];
                Found::Types(if is_own { types } else { Types::unknown() })
            }
            Some(member) => Found::Types(member.types()),
            None if matches!(name, "mro" | "register") => Found::Types(Types::unknown()),
            None => self.of_object(class, name),
        }
    }

    fn of_module(&self, module: &str, name: &str) -> Found {
        let Some(members) = API.module(module) else {
            return Found::Types(Types::unknown());
        };
        if let Some(member) = members.get(name) {
            return Found::Types(member.types());
        }
        let inner = format!("{module}.{name}");
        if self.imported_below.contains(module) {
            return Found::Types(Types::unknown());
        }
        if let Some(inner) = API.module_name(&inner) {
            return Found::Types(Types::one(Type::Module(inner)));
        }
        // A constant that another system may have, unless it is nearly one that this one has.
        let misspelt =
            || nearest(name, members.keys().copied()).is_some() && !name.starts_with('_');
        if is_platform_dependent(name) && !misspelt() || self.program.attributes.contains_key(name)
        {
            return Found::Types(Types::unknown());
        }
        Found::Missing
    }

    fn of_own_function(&self, name: &str) -> Found {
        if self.program.attributes.contains_key(name) {
            return Found::Types(Types::unknown());
        }
        Found::Missing
    }

    /// An attribute of an own class, or of an object of it.
    pub(super) fn of_own(&self, id: ClassId, name: &str, is_object: bool, depth: u32) -> Found {
        let unknown = || Found::Types(Types::unknown());
        let Some(class) = self.program.classes.get(id) else {
            return unknown();
        };
        let keywords = class.def.arguments.as_deref();
        let special = keywords.is_some_and(|arguments| !arguments.keywords.is_empty());
        if depth > LONGEST_LINE || special || !class.def.decorator_list.is_empty() {
            return unknown();
        }
        let Some(scope) = self.program.scopes.get(class.scope) else {
            return unknown();
        };
        let computes = ["__getattr__", "__getattribute__", "__slots__", "__dict__"];
        if computes.iter().any(|name| scope.names.contains_key(name)) {
            return unknown();
        }
        // What is only ever added to has nothing that it could be added to.
        let assigned = self.program.attributes.get_key_value(name);
        let assigned = assigned.filter(|(_, bindings)| {
            let mut sources = bindings.iter().map(|binding| &binding.source);
            !sources.all(|source| matches!(source, Source::Augmented(_)))
        });
        let mut all = assigned.map(|(name, _)| self.value(Key::Attribute(name)));
        if depth == 0 {
            if ["setattr", "vars", "__dict__"]
                .iter()
                .any(|name| self.program.reads.contains_key(name))
            {
                return unknown();
            }
            if let Some(below) = self.of_extending(id, name) {
                all.get_or_insert_with(Types::nothing).join(below);
            }
        }
        if let Some((name, _)) = scope.names.get_key_value(name) {
            let own = self
                .value(Key::Name(class.scope, name))
                .map(|kind| match kind {
                    Type::OwnFunction { id, .. } => Types::one(Type::OwnFunction {
                        id: *id,
                        bound: self.program.functions.get(*id).is_some_and(|function| {
                            function.is_method
                                && (is_object || function.decoration == Decoration::ClassMethod)
                        }),
                    }),
                    other => Types::one(other.clone()),
                });
            all.get_or_insert_with(Types::nothing).join(own);
            return all.map_or(Found::Missing, Found::Types);
        }
        let bases = keywords
            .map(|arguments| &arguments.args[..])
            .unwrap_or_default();
        for base in bases {
            let bases = self.types(base, class.home);
            let Some(known) = bases.known() else {
                return unknown();
            };
            for base in known {
                let found = match base {
                    Type::OwnClass(base) => {
                        self.of_own(*base, name, is_object, depth.saturating_add(1))
                    }
                    Type::Class(base) => of_foreign(*base, name),
                    _ => return unknown(),
                };
                if let Found::Types(types) = found {
                    all.get_or_insert_with(Types::nothing).join(types);
                }
            }
        }
        all.map_or(Found::Missing, Found::Types)
    }

    /// What classes that extend others have, as one of them may extend this one.
    fn of_extending(&self, id: ClassId, name: &str) -> Option<Types> {
        let extending = &self.extending;
        let defining = extending.defining.get(name).into_iter().flatten();
        let mut others = extending.mixing.iter().chain(defining);
        others.any(|other| *other != id).then(Types::unknown)
    }

    /// Whether an attribute of an object cannot be assigned, because there is none of this name.
    pub(super) fn refuses_assignment(&self, owner: &Type, name: &str) -> bool {
        match owner {
            Type::None => true,
            Type::Object(class) | Type::Container(class, _) => {
                let is_device = API.classes.get(*class).is_some_and(|class| class.is_device);
                let builtin = self.builtins.is_number(*class) || self.builtins.is_sequence(*class);
                (is_device || builtin) && self.find(owner, name) == Found::Missing
            }
            _ => false,
        }
    }
}

/// The packages of which a program imports what the table does not have: such a module may have imported
/// others of it, and if it is missing, the program ends there.
pub(super) fn imported_below<'a>(program: &Program<'a>) -> HashSet<&'a str> {
    let mut names: Vec<&str> = Vec::new();
    for import in &program.imports {
        match import.stmt {
            Stmt::Import(import) => names.extend(import.names.iter().map(|it| it.name.as_str())),
            Stmt::ImportFrom(import) => names.extend(import.module.as_deref()),
            _ => {}
        }
    }
    let unknown = names.into_iter().filter(|name| API.module(name).is_none());
    let packages = unknown.flat_map(|name| {
        let ends = name.match_indices('.').take(DEEPEST_PACKAGE);
        ends.filter_map(|(end, _)| name.get(..end))
    });
    packages.collect()
}

/// What a program asks for by its name, among other texts.
pub(super) fn asked_for<'a>(program: &Program<'a>) -> HashSet<&'a str> {
    let mut ask = ["hasattr", "getattr"].iter();
    if !ask.any(|ask| program.calls_by_name.contains_key(ask)) {
        return HashSet::new();
    }
    program.strings.iter().map(|(text, _)| *text).collect()
}

/// Names in capitals are often constants of an operating system.
fn is_platform_dependent(name: &str) -> bool {
    name.starts_with('_')
        || name.starts_with("kq")
        || name.starts_with("kevent")
        || name
            .bytes()
            .next()
            .is_some_and(|first| first.is_ascii_uppercase())
            && name.bytes().all(|byte| !byte.is_ascii_lowercase())
}

/// Whether objects of a class may have attributes that the table does not know.
pub(super) fn is_open(class: ClassNo) -> bool {
    API.lineage(class).any(|class| class.is_open)
}

/// Whether nobody can add attributes to objects of a class.
fn is_fixed(class: ClassNo) -> bool {
    API.classes.get(class).is_some_and(|class| class.is_fixed)
}

/// What an own class has from one of the table: its objects can have anything added.
fn of_foreign(base: ClassNo, name: &str) -> Found {
    match API.member(base, name) {
        Some(_) => Found::Types(Types::unknown()),
        None if is_open(base) || name.starts_with('_') => Found::Types(Types::unknown()),
        None => Found::Missing,
    }
}
