//! What is in lists, sets and dictionaries.
//!
//! A container may get anything that the program puts into any container: which one that is, is not
//! followed.

use ruff_python_ast::Expr;

use super::types::{Type, Types};
use super::{Inference, Key};
use crate::program::ScopeId;

/// Methods that put their last argument into a container.
const ADD_ONE: &[&str] = &["append", "appendleft", "add", "insert", "put"];

/// Methods that put in what is in their argument.
const ADD_ALL: &[&str] = &["extend", "extendleft"];

/// Functions and methods that put in something else.
const ADD_ANYTHING: &[&str] = &[
    "update",
    "setdefault",
    "heappush",
    "heapreplace",
    "heappushpop",
    "insort",
    "insort_left",
    "insort_right",
    "__setitem__",
    "readinto",
];

impl<'a> Inference<'_, 'a> {
    /// What methods put into containers.
    pub(super) fn added(&self) -> Types {
        let program = self.program;
        let mut all = Types::nothing();
        if ADD_ANYTHING
            .iter()
            .any(|name| program.reads.contains_key(name))
        {
            return Types::unknown();
        }
        let calls = |names: &'static [&str]| {
            let numbers = names
                .iter()
                .filter_map(|name| program.calls_by_name.get(name));
            numbers
                .flatten()
                .filter_map(|number| program.calls.get(*number))
        };
        // A method that is passed on puts in who knows what.
        let passed_on = ADD_ONE.iter().chain(ADD_ALL).any(|name| {
            let reads = program.reads.get(name).copied().unwrap_or(0);
            let called = program.calls_by_name.get(name).map_or(0, Vec::len);
            reads > called
        });
        if passed_on {
            return Types::unknown();
        }
        for call in calls(ADD_ONE) {
            all.join(match call.expr.arguments.args.last() {
                Some(given) if !given.is_starred_expr() => self.types(given, call.scope),
                _ => Types::unknown(),
            });
        }
        for call in calls(ADD_ALL) {
            all.join(match call.expr.arguments.args.first() {
                Some(given) => self.iterated(given, None, call.scope),
                None => Types::unknown(),
            });
        }
        all
    }

    /// What a display or comprehension makes.
    pub(super) fn collected(&self, expr: &'a Expr, scope: ScopeId, depth: u32) -> Types {
        let builtins = &self.builtins;
        let inner = |range| {
            let found = self.program.scopes_by_range.get(&range);
            found.copied().unwrap_or(scope)
        };
        let each = |elements: &'a [Expr]| {
            let mut all = Types::nothing();
            for element in elements {
                all.join(match element {
                    Expr::Starred(starred) => self.iterated(&starred.value, None, scope),
                    _ => self.typed(element, scope, depth),
                });
            }
            all
        };
        let (class, mut elements) = match expr {
            Expr::List(list) => (builtins.list, each(&list.elts)),
            Expr::Set(set) => (builtins.set, each(&set.elts)),
            Expr::ListComp(list) => (
                builtins.list,
                self.typed(&list.elt, inner(list.range), depth),
            ),
            Expr::SetComp(set) => (builtins.set, self.typed(&set.elt, inner(set.range), depth)),
            Expr::DictComp(dict) => (
                builtins.dict,
                self.typed(&dict.value, inner(dict.range), depth),
            ),
            Expr::Dict(dict) => {
                let mut all = Types::nothing();
                for item in &dict.items {
                    all.join(match item.key {
                        Some(_) => self.typed(&item.value, scope, depth),
                        None => Types::unknown(),
                    });
                }
                (builtins.dict, all)
            }
            _ => return Types::unknown(),
        };
        elements.join(self.value(Key::Stored));
        if class == builtins.dict {
            return Types::container(class, vec![Types::unknown(), elements]);
        }
        Types::container(class, vec![elements])
    }

    /// What an iteration over `.items()` or `.values()` of a dictionary yields.
    pub(super) fn entries(&self, of: &'a Expr, scope: ScopeId) -> Option<Types> {
        let Expr::Call(call) = of else { return None };
        let Expr::Attribute(method) = &*call.func else {
            return None;
        };
        let paired = match method.attr.as_str() {
            "items" => true,
            "values" => false,
            _ => return None,
        };
        let owners = self.types(&method.value, scope);
        let dictionary = |kind: &Type| match kind {
            Type::Container(class, parts) if *class == self.builtins.dict => {
                Some((parts.first()?.clone(), parts.get(1)?.clone()))
            }
            _ => None,
        };
        let is_dictionary = owners.list.iter().all(|kind| dictionary(kind).is_some());
        if owners.unknown || !is_dictionary {
            return None;
        }
        Some(owners.map(|kind| match dictionary(kind) {
            Some((key, value)) if paired => Types::container(self.builtins.tuple, vec![key, value]),
            Some((_, value)) => value,
            None => Types::unknown(),
        }))
    }
}
