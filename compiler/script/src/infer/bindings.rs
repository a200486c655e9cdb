//! What names may be: a fixed point, from nothing upwards.
//!
//! In: what is bound to the names. Out: what each name may be.

use super::types::{Type, Types};
use super::{Inference, Key};
use crate::api::{API, Member};
use crate::program::{
    Binding, Call, ClassId, Decoration, Function, FunctionId, ScopeId, Source, last_word,
};
use ruff_python_ast::{Expr, Keyword, Stmt};

/// What still changes after that many rounds is not known.
const PATIENT: usize = 12;

/// After that many nothing is.
const LONGEST: usize = 40;

impl Inference<'_, '_> {
    /// Finds out what every name, attribute and result may be.
    pub(super) fn solve(&mut self) {
        self.collect();
        for round in 0..LONGEST {
            let mut changed = false;
            for number in 0..self.variables.len() {
                let Some(next) = self.evaluate(number) else {
                    continue;
                };
                let Some(value) = self.values.get_mut(number) else {
                    continue;
                };
                // Not all that it may be has to come again: what counts is what is new.
                let mut joined = value.clone();
                joined.join(next);
                if *value != joined {
                    changed = true;
                    *value = if round < PATIENT {
                        joined
                    } else {
                        Types::unknown()
                    };
                }
            }
            if !changed {
                return;
            }
        }
        self.values.fill(Types::unknown());
    }

    fn collect(&mut self) {
        for (id, scope) in self.program.scopes.iter().enumerate() {
            let mut names: Vec<_> = scope.names.iter().collect();
            names.sort_unstable_by_key(|(_, bindings)| bindings.first().map(|first| first.at));
            for (name, bindings) in names {
                self.variable(Key::Name(id, name), bindings);
            }
        }
        let mut attributes: Vec<_> = self.program.attributes.iter().collect();
        attributes.sort_unstable_by_key(|(name, _)| **name);
        for (name, bindings) in attributes {
            self.variable(Key::Attribute(name), bindings);
        }
        for id in 0..self.program.functions.len() {
            self.variable(Key::Result(id), &[]);
        }
        self.variable(Key::Stored, &self.program.stored);
    }
}

impl<'p, 'a> Inference<'p, 'a> {
    fn variable(&mut self, key: Key<'a>, bindings: &'p [Binding<'a>]) {
        self.numbers.insert(key, self.variables.len());
        self.variables.push((key, bindings));
        self.values.push(Types::nothing());
    }

    /// What a variable may be, as far as is known by now. None where there is nothing new.
    fn evaluate(&self, number: usize) -> Option<Types> {
        if self.values.get(number)?.unknown {
            return None;
        }
        let (key, bindings) = self.variables.get(number)?;
        if let Key::Result(function) = key {
            return Some(self.returned(*function));
        }
        let mut all = match key {
            Key::Stored => self.added(),
            _ => Types::nothing(),
        };
        for binding in *bindings {
            all.join(self.bound(binding));
            if all.unknown {
                break;
            }
        }
        Some(all)
    }

    /// What a variable may be.
    pub(super) fn value(&self, key: Key<'_>) -> Types {
        let value = self
            .numbers
            .get(&key)
            .and_then(|number| self.values.get(*number));
        value.cloned().unwrap_or_else(Types::unknown)
    }

    fn bound(&self, binding: &Binding<'a>) -> Types {
        let scope = binding.scope;
        match binding.source {
            Source::Value(value) => self.types(value, scope),
            Source::Part { of, index } => self.part(&self.types(of, scope), index),
            Source::Element { of, part } => self.iterated(of, part, scope),
            Source::Parameter { function, index } => self.given(function, index),
            Source::Function(id) => self.defined(id),
            Source::Class(id) => match self.program.classes.get(id) {
                Some(class) if class.def.decorator_list.is_empty() => {
                    Types::one(Type::OwnClass(id))
                }
                _ => Types::unknown(),
            },
            Source::Import { module, name } => imported(module, name),
            Source::With(context) => entered(&self.types(context, scope)),
            Source::Caught(class) => self.caught(class, scope),
            Source::Augmented(assign) => {
                let left = self.types(&assign.target, scope);
                let right = self.types(&assign.value, scope);
                self.operated(assign.op, &left, &right)
            }
            Source::Opaque => Types::unknown(),
        }
    }

    fn defined(&self, id: FunctionId) -> Types {
        match self.program.functions.get(id) {
            Some(function) if function.decoration == Decoration::Property => {
                self.value(Key::Result(id))
            }
            Some(function) if function.decoration != Decoration::Other => {
                Types::one(Type::OwnFunction { id, bound: false })
            }
            _ => Types::unknown(),
        }
    }

    fn returned(&self, id: FunctionId) -> Types {
        let Some(function) = self.program.functions.get(id) else {
            return Types::unknown();
        };
        if function.is_generator {
            return Types::unknown();
        }
        let mut all = Types::nothing();
        for value in &function.returns {
            all.join(match value {
                Some(value) => self.types(value, function.scope),
                None => Types::one(Type::None),
            });
        }
        if function.def.is_some() && may_end(function.body) {
            all.join(Types::one(Type::None));
        }
        all
    }

    /// What the calls of a function give for a parameter.
    fn given(&self, id: FunctionId, index: usize) -> Types {
        let program = self.program;
        let Some(function) = program.functions.get(id) else {
            return Types::unknown();
        };
        let known = function.decoration != Decoration::Other;
        if let Some(class) = function
            .class
            .filter(|_| known && function.is_method && index == 0)
        {
            return Types::one(if function.decoration == Decoration::ClassMethod {
                Type::OwnClass(class)
            } else {
                Type::Own(class)
            });
        }
        if matches!(
            function.decoration,
            Decoration::Property | Decoration::Other
        ) {
            return Types::unknown();
        }
        let known_as = function.initializes.unwrap_or(function.name);
        let calls = self.calls_of(function);
        let reads = program.reads.get(known_as).copied().unwrap_or(0);
        let foreign = function.class.is_some_and(|class| self.is_extending(class));
        let disguised = function.initializes.is_some() && program.reads.contains_key("__class__");
        // Who passes the function on may call it with anything.
        if disguised
            || calls.is_empty()
            || reads > calls.len()
            || foreign
            || function.name.is_empty()
        {
            return Types::unknown();
        }
        let mut all = Types::nothing();
        for call in calls {
            all.join(self.given_by(call, function, index));
            if all.unknown {
                break;
            }
        }
        all
    }

    /// The calls that may be of a function, by its name; of an `__init__` those of its class.
    pub(super) fn calls_of(&self, function: &Function<'a>) -> Vec<&'p Call<'a>> {
        let program = self.program;
        let known_as = function.initializes.unwrap_or(function.name);
        let calls = |name: &str| {
            let numbers = program.calls_by_name.get(name);
            // Without effort left, nothing is known of them.
            let numbers = numbers.filter(|numbers| self.spend(numbers.len()));
            let numbers = numbers.into_iter().flatten();
            numbers.filter_map(|number| program.calls.get(*number))
        };
        let on_class = function.initializes.map(|_| calls("cls"));
        let on_class = on_class.into_iter().flatten();
        let on_class = on_class.filter(|call| self.may_be_of(call.scope, function.class));
        calls(known_as).chain(on_class).collect()
    }

    /// Whether a method in whose scope something stands may be called on a class.
    fn may_be_of(&self, scope: ScopeId, class: Option<ClassId>) -> bool {
        let around = self.program.with_body(scope);
        let around = around.and_then(|function| function.class);
        around.is_none() || around == class || class.is_some_and(|class| self.is_extending(class))
    }

    /// What a call gives for a parameter.
    pub(super) fn given_by(&self, call: &Call<'a>, function: &Function<'a>, index: usize) -> Types {
        let arguments = &call.expr.arguments;
        if !self.spend(arguments.len().saturating_add(1)) {
            return Types::unknown();
        }
        let starred = arguments.args.iter().any(Expr::is_starred_expr);
        if starred || arguments.keywords.iter().any(|key| key.arg.is_none()) {
            return Types::unknown();
        }
        let Some(parameters) = function.parameters else {
            return Types::unknown();
        };
        let Some(parameter) = parameters.iter_non_variadic_params().nth(index) else {
            return Types::unknown();
        };
        let positional = parameters
            .posonlyargs
            .len()
            .saturating_add(parameters.args.len());
        let position = index
            .checked_sub(usize::from(function.is_method))
            .filter(|_| index < positional);
        let by_name =
            |keyword: &&Keyword| keyword.arg.as_deref() == Some(parameter.name().as_str());
        let given = arguments.keywords.iter().find(by_name);
        let given = given.map(|found| &found.value);
        let given = given.or_else(|| arguments.args.get(position?));
        let takes_object = function.is_method && function.decoration == Decoration::None;
        if takes_object && function.initializes.is_none() && self.is_on_class(call) {
            return Types::unknown();
        }
        match (given, parameter.default()) {
            (Some(given), _) => {
                let mut types = self.types(given, call.scope);
                // It was looked at before it was passed on.
                if last_word(given).is_some_and(|name| self.program.tested.contains(name)) {
                    types.list.retain(|kind| *kind != Type::None);
                }
                types
            }
            (None, Some(default)) => self.types(default, function.scope),
            (None, None) => Types::nothing(),
        }
    }

    /// Whether a method is called on its class, and given the object.
    fn is_on_class(&self, call: &Call<'a>) -> bool {
        let Expr::Attribute(method) = &*call.expr.func else {
            return false;
        };
        let Expr::Name(name) = &*method.value else {
            return false;
        };
        let bindings = self
            .program
            .lookup(&name.id, call.scope)
            .unwrap_or_default();
        if !self.spend(bindings.len()) {
            return true;
        }
        let mut sources = bindings.iter().map(|binding| &binding.source);
        sources.any(|source| matches!(source, Source::Class(_) | Source::Import { .. }))
    }

    fn is_extending(&self, class: usize) -> bool {
        let class = self.program.classes.get(class);
        class.is_none_or(|class| class.def.arguments.is_some())
    }

    fn caught(&self, class: Option<&'a Expr>, scope: ScopeId) -> Types {
        let Some(class) = class else {
            return Types::unknown();
        };
        let classes = match class {
            Expr::Tuple(tuple) => tuple.elts.as_slice(),
            other => std::slice::from_ref(other),
        };
        let mut all = Types::nothing();
        for class in classes {
            all.join(self.types(class, scope).map(|kind| match kind {
                Type::Class(class) => Types::one(Type::Object(*class)),
                Type::OwnClass(class) => Types::one(Type::Own(*class)),
                _ => Types::unknown(),
            }));
        }
        all
    }
}

fn imported(module: &str, name: Option<&str>) -> Types {
    let module_type = |name: &str| {
        API.module_name(name)
            .map(|name| Types::one(Type::Module(name)))
    };
    let found = match name {
        None => module_type(module),
        Some(name) => API
            .module(module)
            .and_then(|members| match members.get(name) {
                Some(member) => Some(member.types()),
                None => module_type(&format!("{module}.{name}")),
            }),
    };
    found.unwrap_or_else(Types::unknown)
}

impl Member {
    /// What it is.
    pub(super) fn types(&self) -> Types {
        match self {
            Self::Function(first, after) => Types::one(Type::Function(*first, *after)),
            Self::Value { kind, .. } => Types::from(kind),
            Self::Class(class) => Types::one(Type::Class(*class)),
            Self::Module(module) => Types::one(Type::Module(module)),
        }
    }
}

/// Whether the end of some statements may be reached.
fn may_end(body: &[Stmt]) -> bool {
    match body.last() {
        Some(Stmt::Return(_) | Stmt::Raise(_)) => false,
        Some(Stmt::If(choice)) => {
            let has_else = choice
                .elif_else_clauses
                .last()
                .is_some_and(|clause| clause.test.is_none());
            let clauses = choice.elif_else_clauses.iter();
            !has_else
                || may_end(&choice.body)
                || clauses.map(|clause| &clause.body).any(|body| may_end(body))
        }
        _ => true,
    }
}

/// What `with` gives.
fn entered(contexts: &Types) -> Types {
    contexts.map(|kind| {
        let result = kind
            .class()
            .and_then(|class| match API.member(class, "__enter__")? {
                Member::Function(first, _) => Some(Types::from(&API.function(*first)?.result)),
                _ => None,
            });
        result.unwrap_or_else(Types::unknown)
    })
}
