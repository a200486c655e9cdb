//! Calls.
//!
//! In: a call. Out: what it may return.

use ruff_python_ast::{Expr, ExprAttribute, ExprCall, Operator};

use super::attributes::is_open;
use super::types::{Type, Types};
use super::{Inference, Key};
use crate::api::{API, Function, FunctionNo};
use crate::program::ScopeId;

impl<'a> Inference<'_, 'a> {
    /// What a call may return.
    pub(super) fn called(&self, call: &'a ExprCall, scope: ScopeId, depth: u32) -> Types {
        if let Some(result) = self.computed(call, scope, depth) {
            return result;
        }
        let callees = self.typed(&call.func, scope, depth);
        callees.map(|callee| match callee {
            Type::Function(first, after) => results(*first, *after, call),
            Type::PortMethod(port, method) => self.received(port, *method),
            Type::Class(class) if is_open(*class) => Types::unknown(),
            Type::Class(class) => Types::one(Type::Object(*class)),
            Type::OwnFunction { id, .. } => self.value(Key::Result(*id)),
            Type::OwnClass(class) => Types::one(Type::Own(*class)),
            Type::None | Type::Module(_) | Type::Port(_) => Types::nothing(),
            Type::Object(_) | Type::Container(..) | Type::Own(_) => Types::unknown(),
        })
    }

    /// What some built-in functions make of their arguments.
    fn computed(&self, call: &'a ExprCall, scope: ScopeId, depth: u32) -> Option<Types> {
        let arguments = &call.arguments.args;
        if let Expr::Attribute(method) = &*call.func {
            return self.looked_up(method, call, scope, depth);
        }
        let Expr::Name(function) = &*call.func else {
            return None;
        };
        if arguments.iter().any(Expr::is_starred_expr) {
            return None;
        }
        let first = arguments.first()?;
        let function = function.id.as_str();
        let known = ["max", "min", "sum", "abs", "round", "sorted", "list"];
        if !known.contains(&function) || !self.program.is_builtin(function, scope) {
            return None;
        }
        Some(match (function, arguments.len()) {
            ("max" | "min", 1) => {
                let mut all = self.iterated(first, None, scope);
                if let Some(default) = call.arguments.find_keyword("default") {
                    all.join(self.typed(&default.value, scope, depth));
                }
                all
            }
            ("max" | "min", _) => {
                let mut all = Types::nothing();
                for argument in arguments {
                    all.join(self.typed(argument, scope, depth));
                }
                all
            }
            ("sum", 1) => {
                let each = self.iterated(first, None, scope);
                let int = Types::one(Type::Object(self.builtins.int));
                let mut all = self.operated(Operator::Add, &int, &each);
                all.join(int);
                all
            }
            ("round", 1) => self
                .typed(first, scope, depth)
                .map(|kind| match kind.class() {
                    Some(class) if self.builtins.is_number(class) => {
                        Types::one(Type::Object(self.builtins.int))
                    }
                    _ => Types::unknown(),
                }),
            ("abs", 1) | ("round", 2) => self.negated(&self.typed(first, scope, depth)),
            ("sorted" | "list", _) => {
                let mut each = self.iterated(first, None, scope);
                each.join(self.value(Key::Stored));
                Types::container(self.builtins.list, vec![each])
            }
            _ => return None,
        })
    }

    /// `.get(key)` of a dictionary.
    fn looked_up(
        &self,
        method: &'a ExprAttribute,
        call: &'a ExprCall,
        scope: ScopeId,
        depth: u32,
    ) -> Option<Types> {
        if method.attr != *"get" || call.arguments.args.is_empty() {
            return None;
        }
        let owners = self.typed(&method.value, scope, depth);
        let [Type::Container(class, parts)] = owners.known()? else {
            return None;
        };
        if *class != self.builtins.dict {
            return None;
        }
        let mut value = parts.get(1)?.clone();
        value.join(match call.arguments.args.get(1) {
            Some(default) => self.typed(default, scope, depth),
            None => Types::one(Type::None),
        });
        Some(value)
    }

    /// What the method of a port gives.
    fn received(&self, port: &str, method: FunctionNo) -> Types {
        let Some(method) = API.function(method) else {
            return Types::unknown();
        };
        match method.name {
            "get" => self.message(port),
            "tryGet" => {
                let mut message = self.message(port);
                message.join(Types::one(Type::None));
                message
            }
            "getAll" | "tryGetAll" => {
                Types::container(self.builtins.list, vec![self.message(port)])
            }
            _ => Types::from(&method.result),
        }
    }

    /// The messages that arrive at a port.
    fn message(&self, port: &str) -> Types {
        let Some(names) = self.ports.inputs.get(port) else {
            return Types::unknown();
        };
        let mut all = Types::nothing();
        for name in names {
            all.join(match API.injected(name) {
                Some(class) => Types::one(Type::Object(class)),
                None => Types::unknown(),
            });
        }
        if names.is_empty() {
            Types::unknown()
        } else {
            all
        }
    }
}

/// What the overloads return that take that many arguments.
fn results(first: FunctionNo, after: FunctionNo, call: &ExprCall) -> Types {
    let mut all = Types::nothing();
    for function in (first..after).filter_map(|number| API.function(number)) {
        if may_take(function, call) {
            all.join(Types::from(&function.result));
        }
    }
    if all == Types::nothing() {
        Types::unknown()
    } else {
        all
    }
}

fn may_take(function: &Function, call: &ExprCall) -> bool {
    let Some(parameters) = &function.parameters else {
        return true;
    };
    let starred = call.arguments.args.iter().any(Expr::is_starred_expr);
    let given = call.arguments.len();
    let required = parameters.iter().filter(|parameter| !parameter.optional);
    let most = if function.any_positional || function.any_keyword {
        usize::MAX
    } else {
        parameters.len()
    };
    starred || (required.count()..=most).contains(&given)
}
