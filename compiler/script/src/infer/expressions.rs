//! Expressions.
//!
//! In: an expression. Out: what it may be.

use std::rc::Rc;

use ruff_python_ast::{BoolOp, Expr, ExprSubscript, Number, UnaryOp};

use super::types::{Type, Types};
use super::{DEEPEST, Inference, Key, MOST_NESTED};
use crate::api::{API, ClassNo, Member};
use crate::program::{Constant, ScopeId, last_word};

impl<'a> Inference<'_, 'a> {
    /// What an expression may be.
    pub(super) fn types(&self, expr: &'a Expr, scope: ScopeId) -> Types {
        self.typed(expr, scope, 0)
    }

    pub(super) fn typed(&self, expr: &'a Expr, scope: ScopeId, depth: u32) -> Types {
        let nested = self.nested.get();
        if depth > DEEPEST || nested > MOST_NESTED || !self.spend(1) {
            return Types::unknown();
        }
        self.nested.set(nested.saturating_add(1));
        let types = self.evaluated(expr, scope, depth);
        self.nested.set(nested);
        types
    }

    /// Counts that many steps. Whether there was effort left for them.
    pub(super) fn spend(&self, steps: usize) -> bool {
        let steps = u32::try_from(steps).unwrap_or(u32::MAX);
        let left = self.effort.get();
        self.effort.set(left.saturating_sub(steps));
        left >= steps
    }

    fn evaluated(&self, expr: &'a Expr, scope: ScopeId, depth: u32) -> Types {
        // What the program asks the type of may be something else in one place than in another.
        if last_word(expr).is_some_and(|name| self.program.inspected.contains(name)) {
            return Types::unknown();
        }
        let deeper = depth.saturating_add(1);
        let builtins = &self.builtins;
        let object = |class| Types::one(Type::Object(class));
        match expr {
            Expr::Name(name) => self.name(&name.id, scope),
            Expr::NoneLiteral(_) => Types::one(Type::None),
            Expr::BooleanLiteral(_) | Expr::Compare(_) => object(builtins.bool),
            Expr::NumberLiteral(number) => object(match number.value {
                Number::Int(_) => builtins.int,
                Number::Float(_) => builtins.float,
                Number::Complex { .. } => builtins.complex,
            }),
            Expr::StringLiteral(_) | Expr::FString(_) => object(builtins.str),
            Expr::BytesLiteral(_) => object(builtins.bytes),
            Expr::List(_)
            | Expr::ListComp(_)
            | Expr::Set(_)
            | Expr::SetComp(_)
            | Expr::Dict(_)
            | Expr::DictComp(_) => self.collected(expr, scope, deeper),
            Expr::Tuple(tuple) if !tuple.elts.iter().any(Expr::is_starred_expr) => {
                let parts = tuple.elts.iter();
                let parts = parts.map(|part| self.typed(part, scope, deeper));
                Types::container(builtins.tuple, parts.collect())
            }
            Expr::Tuple(_) => object(builtins.tuple),
            Expr::Attribute(attribute) => {
                let owners = self.typed(&attribute.value, scope, deeper);
                self.attribute(&owners, attribute.attr.as_str())
            }
            Expr::Call(call) => self.called(call, scope, deeper),
            Expr::Subscript(subscript) => self.subscripted(subscript, scope, deeper),
            Expr::BinOp(operation) => {
                let left = self.typed(&operation.left, scope, deeper);
                let right = self.typed(&operation.right, scope, deeper);
                self.operated(operation.op, &left, &right)
            }
            Expr::UnaryOp(operation) => match operation.op {
                UnaryOp::Not => object(builtins.bool),
                _ => self.negated(&self.typed(&operation.operand, scope, deeper)),
            },
            Expr::BoolOp(either) => {
                let mut all = Types::nothing();
                for (index, value) in either.values.iter().enumerate() {
                    let mut value = self.typed(value, scope, deeper);
                    let is_last = index.saturating_add(1) == either.values.len();
                    if either.op == BoolOp::Or && !is_last {
                        value.list.retain(|kind| *kind != Type::None);
                    }
                    all.join(value);
                }
                all
            }
            Expr::If(choice) => {
                let mut all = self.typed(&choice.body, scope, deeper);
                all.join(self.typed(&choice.orelse, scope, deeper));
                all
            }
            Expr::Named(named) => self.typed(&named.value, scope, deeper),
            _ => Types::unknown(),
        }
    }

    /// What a name may be, seen from a scope.
    fn name(&self, name: &'a str, scope: ScopeId) -> Types {
        match self.program.home(name, scope) {
            Some(home) => match self.given.borrow().get(&(home, name)) {
                Some(given) => given.clone(),
                None => self.value(Key::Name(home, name)),
            },
            None => self.unbound(name),
        }
    }

    /// What a name is that the program does not bind.
    fn unbound(&self, name: &str) -> Types {
        if name == "node" {
            return Types::one(Type::Object(self.builtins.node));
        }
        if let Some(class) = API.injected(name) {
            return Types::one(Type::Class(class));
        }
        if name == "GPIO" {
            return Types::one(Type::Module("GPIO"));
        }
        if self.program.imports_everything {
            return Types::unknown();
        }
        let builtin = API.module("builtins").and_then(|module| module.get(name));
        builtin.map_or_else(Types::unknown, Member::types)
    }

    fn subscripted(&self, subscript: &'a ExprSubscript, scope: ScopeId, depth: u32) -> Types {
        let containers = self.typed(&subscript.value, scope, depth);
        let slice = subscript.slice.is_slice_expr();
        containers.map(|kind| match kind {
            Type::Object(class) if *class == self.builtins.io => self.port(&subscript.slice, scope),
            Type::Object(class) | Type::Container(class, _) if slice => self.sliced(*class, kind),
            Type::Container(class, parts) => self.entry(*class, parts, &subscript.slice, scope),
            Type::Object(class) if *class == self.builtins.str => Types::one(Type::Object(*class)),
            Type::Object(class)
                if [self.builtins.bytes, self.builtins.bytearray].contains(class) =>
            {
                Types::one(Type::Object(self.builtins.int))
            }
            _ => Types::unknown(),
        })
    }

    fn sliced(&self, class: ClassNo, whole: &Type) -> Types {
        match whole {
            Type::Container(_, parts) if class == self.builtins.list => {
                Types::container(class, parts.to_vec())
            }
            _ if self.builtins.is_sequence(class) => Types::one(Type::Object(class)),
            _ => Types::unknown(),
        }
    }

    fn entry(&self, class: ClassNo, parts: &Rc<[Types]>, index: &'a Expr, scope: ScopeId) -> Types {
        let builtins = &self.builtins;
        if class == builtins.tuple {
            let index = match self.program.literal(index, scope) {
                Some(Constant::Integer(index)) => usize::try_from(index).ok(),
                _ => None,
            };
            let part = index.and_then(|index| parts.get(index)).cloned();
            return part.unwrap_or_else(|| joined(parts));
        }
        let part = usize::from(class == builtins.dict);
        let is_known = class == builtins.list || class == builtins.dict;
        let part = parts.get(part).filter(|_| is_known).cloned();
        part.unwrap_or_else(Types::unknown)
    }

    fn port(&self, name: &'a Expr, scope: ScopeId) -> Types {
        match self.program.constants(name, scope).only() {
            Some(Constant::Text(name)) => Types::one(Type::Port(name.as_str().into())),
            _ => Types::unknown(),
        }
    }

    /// The part of this number of something that is taken apart.
    pub(super) fn part(&self, whole: &Types, index: usize) -> Types {
        whole.map(|kind| match kind {
            Type::Container(class, parts) if *class == self.builtins.tuple => {
                parts.get(index).cloned().unwrap_or_else(Types::unknown)
            }
            _ => self.element(kind),
        })
    }

    /// What an iteration over something yields.
    pub(super) fn element(&self, kind: &Type) -> Types {
        let builtins = &self.builtins;
        match kind {
            Type::Container(class, parts) if *class == builtins.tuple => joined(parts),
            Type::Container(class, parts)
                if [
                    builtins.list,
                    builtins.set,
                    builtins.frozenset,
                    builtins.dict,
                ]
                .contains(class) =>
            {
                parts.first().cloned().unwrap_or_else(Types::unknown)
            }
            Type::Object(class) if *class == builtins.str => Types::one(Type::Object(*class)),
            Type::Object(class)
                if [builtins.bytes, builtins.bytearray, builtins.range].contains(class) =>
            {
                Types::one(Type::Object(builtins.int))
            }
            _ => Types::unknown(),
        }
    }

    pub(super) fn elements(&self, whole: &Types) -> Types {
        whole.map(|kind| self.element(kind))
    }

    /// What an iteration over an expression yields; of each thing the part of this number, if any.
    pub(super) fn iterated(&self, of: &'a Expr, part: Option<usize>, scope: ScopeId) -> Types {
        if let Expr::Call(call) = of
            && let Expr::Name(function) = &*call.func
            && self.program.is_builtin(&function.id, scope)
        {
            let argument = |index| call.arguments.args.get(index);
            match (function.id.as_str(), part) {
                ("enumerate", Some(0)) => return Types::one(Type::Object(self.builtins.int)),
                ("enumerate", Some(1))
                | ("sorted" | "reversed" | "list" | "tuple" | "set", None) => {
                    let index = 0;
                    return argument(index).map_or_else(Types::unknown, |iterable| {
                        self.iterated(iterable, None, scope)
                    });
                }
                ("zip", Some(index)) => {
                    return argument(index).map_or_else(Types::unknown, |iterable| {
                        self.iterated(iterable, None, scope)
                    });
                }
                _ => {}
            }
        }
        if let Some(entries) = self.entries(of, scope) {
            return match part {
                Some(index) => self.part(&entries, index),
                None => entries,
            };
        }
        let literal = match of {
            Expr::List(list) => Some(list.elts.as_slice()),
            Expr::Tuple(tuple) => Some(tuple.elts.as_slice()),
            Expr::Set(set) => Some(set.elts.as_slice()),
            _ => None,
        };
        let each = match literal {
            Some(elements) if !elements.iter().any(Expr::is_starred_expr) => {
                let mut all = Types::nothing();
                for element in elements {
                    all.join(self.types(element, scope));
                }
                all
            }
            _ => self.elements(&self.types(of, scope)),
        };
        match part {
            Some(index) => self.part(&each, index),
            None => each,
        }
    }
}

fn joined(parts: &[Types]) -> Types {
    let mut all = Types::nothing();
    for part in parts {
        all.join(part.clone());
    }
    all
}
