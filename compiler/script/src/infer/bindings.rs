//! What names may be: a fixed point, from nothing upwards.
//!
//! In: what is bound to the names. Out: what each name may be.

use super::types::{Type, Types};
use super::{Inference, Key};
use crate::api::{API, Member};
use crate::program::{Binding, Decoration, FunctionId, ScopeId, Source};
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
                if *value != next {
                    changed = true;
                    if round >= PATIENT {
                        *value = Types::unknown();
                    } else {
                        value.join(next);
                    }
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
        let mut all = Types::nothing();
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
        let Some(parameters) = function.parameters else {
            return Types::unknown();
        };
        let Some(parameter) = parameters.iter_non_variadic_params().nth(index) else {
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
        let calls = program.calls_by_name.get(known_as).map(Vec::as_slice);
        let calls = calls.unwrap_or_default();
        let reads = program.reads.get(known_as).copied().unwrap_or(0);
        let foreign = function.class.is_some_and(|class| self.is_extending(class));
        // Who passes the function on may call it with anything.
        if calls.is_empty() || reads > calls.len() || foreign || function.name.is_empty() {
            return Types::unknown();
        }
        let positional = parameters.posonlyargs.len() + parameters.args.len();
        let position = index
            .checked_sub(usize::from(function.is_method))
            .filter(|_| index < positional);
        let mut all = Types::nothing();
        for call in calls.iter().filter_map(|call| program.calls.get(*call)) {
            let arguments = &call.expr.arguments;
            let starred = arguments.args.iter().any(Expr::is_starred_expr);
            if starred || arguments.keywords.iter().any(|key| key.arg.is_none()) {
                return Types::unknown();
            }
            let by_name =
                |keyword: &&Keyword| keyword.arg.as_deref() == Some(parameter.name().as_str());
            let given = arguments.keywords.iter().find(by_name);
            let given = given.map(|found| &found.value);
            let given = given.or_else(|| arguments.args.get(position?));
            all.join(match (given, parameter.default()) {
                (Some(given), _) => self.types(given, call.scope),
                (None, Some(default)) => self.types(default, function.scope),
                (None, None) => Types::nothing(),
            });
        }
        all
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
    let Some((known, members)) = API.modules.get_key_value(module) else {
        return Types::unknown();
    };
    let Some(name) = name else {
        return Types::one(Type::Module(known));
    };
    match members.get(name) {
        Some(member) => member.types(),
        None => match API
            .modules
            .get_key_value(format!("{module}.{name}").as_str())
        {
            Some((inner, _)) => Types::one(Type::Module(inner)),
            None => Types::unknown(),
        },
    }
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
