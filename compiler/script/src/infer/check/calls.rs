//! A call in, what it raises out.

use ruff_python_ast::{CmpOp, Expr, ExprCall, Parameters, StmtFunctionDef};
use ruff_text_size::Ranged;

use super::values::is_plain_message;
use super::{Check, FaultKind, Key, MOST_CALLS, Type, Types};
use crate::api::{API, ClassNo};
use crate::infer::arguments::messages;
use crate::program::{Call, Function, ScopeId};

impl<'a> Check<'_, '_, 'a> {
    /// Checks the body of a function once more for each call that gives it something special.
    pub(super) fn each_call(&mut self, def: &'a StmtFunctionDef) {
        let program = self.inference.program;
        // Functions inside of functions are not multiplied with each other.
        if !self.inference.given.borrow().is_empty() {
            return;
        }
        let Some(scope) = program.scopes_by_range.get(&def.range).copied() else {
            return;
        };
        let found = program.scopes.get(scope).and_then(|scope| scope.function);
        let Some((id, function)) = found.and_then(|id| Some((id, program.functions.get(id)?)))
        else {
            return;
        };
        let mut seen = Vec::new();
        let calls = self.inference.calls_of(function);
        for call in calls.into_iter().take(MOST_CALLS) {
            let callee = self.inference.types(&call.expr.func, call.scope);
            let is_this = match callee.known() {
                Some([Type::OwnFunction { id: own, .. }]) => *own == id,
                Some([Type::OwnClass(class)]) => {
                    function.initializes.is_some() && function.class == Some(*class)
                }
                _ => false,
            };
            let given = self.special(function, scope, call);
            if !is_this || given.is_empty() || seen.contains(&given) {
                continue;
            }
            let parameters = given
                .iter()
                .map(|(name, types)| ((scope, *name), types.clone()));
            let outer = self.inference.given.replace(parameters.collect());
            self.within(def.range, |check| check.block(&def.body));
            self.inference.given.replace(outer);
            seen.push(given);
        }
    }

    /// The parameters for which a call gives less than all calls together, and what.
    pub(super) fn special(
        &self,
        function: &Function<'a>,
        scope: ScopeId,
        call: &Call<'a>,
    ) -> Vec<(&'a str, Types)> {
        let program = self.inference.program;
        let parameters = function
            .parameters
            .into_iter()
            .flat_map(Parameters::iter_non_variadic_params);
        let parameters = parameters.enumerate().skip(usize::from(function.is_method));
        let each = parameters.filter_map(|(index, parameter)| {
            let name = parameter.name().as_str();
            // What is looked at, or assigned to, may be something else where it is used.
            let plain = program
                .lookup(name, scope)
                .is_some_and(|bindings| bindings.len() == 1)
                && !program.tested.contains(name);
            let types = self.inference.given_by(call, function, index);
            let is_special = plain
                && types.known().is_some()
                && types != self.inference.value(Key::Name(scope, name));
            is_special.then_some((name, types))
        });
        each.collect()
    }

    pub(super) fn call(&mut self, call: &'a ExprCall) {
        if self.types(&call.func).known().is_some()
            && let Some(refusal) = self.inference.refusal(call, self.scope)
        {
            let kind = FaultKind::WrongArguments {
                function: refusal.function,
                problem: refusal.problem,
            };
            return self.report(call.range(), kind);
        }
        if self.lengthless(call) || self.uncountable(call) {
            return;
        }
        let callees = self.types(&call.func);
        if let Some([Type::PortMethod(port, method)]) = callees.known()
            && API
                .function(*method)
                .is_some_and(|method| ["send", "trySend"].contains(&method.name))
            && let Some(sent) = call.arguments.args.first()
        {
            self.sent(call, &port.clone(), sent);
        }
    }

    /// `max(1, "2")`, `sum(5)`, `abs(None)`.
    pub(super) fn uncountable(&mut self, call: &'a ExprCall) -> bool {
        let Expr::Name(function) = &*call.func else {
            return false;
        };
        let function = function.id.as_str();
        let arguments = &call.arguments.args;
        let (true, Some(first)) = (
            self.inference.program.is_builtin(function, self.scope),
            arguments.first(),
        ) else {
            return false;
        };
        let before = self.found.len();
        match (function, arguments.len()) {
            ("max" | "min", 2..) => {
                for (one, two) in arguments.iter().zip(arguments.iter().skip(1)) {
                    let (one, two) = (self.types(one), self.types(two));
                    if self.inference.is_incomparable(CmpOp::Lt, &one, &two) {
                        let problem = format!(
                            "cannot compare {} with {}",
                            self.first(&one),
                            self.first(&two)
                        );
                        let function = format!("`{function}`");
                        self.report(
                            call.range(),
                            FaultKind::WrongArguments { function, problem },
                        );
                        return true;
                    }
                }
            }
            (
                "max" | "min" | "sorted" | "list" | "tuple" | "set" | "enumerate" | "any" | "all"
                | "reversed",
                _,
            ) => {
                self.iterated(first);
            }
            ("sum", _) => {
                self.iterated(first);
                let each = self.inference.iterated(first, None, self.scope);
                if self.inference.refuses_sign(&each) && arguments.len() == 1 {
                    let problem = format!("cannot add {}", self.first(&each));
                    let function = "`sum`".to_owned();
                    self.report(
                        call.range(),
                        FaultKind::WrongArguments { function, problem },
                    );
                }
            }
            ("abs" | "round", _) => {
                let given = self.types(first);
                if self.inference.refuses_sign(&given) {
                    let problem = format!("takes a number, not {}", self.first(&given));
                    let function = format!("`{function}`");
                    self.report(
                        call.range(),
                        FaultKind::WrongArguments { function, problem },
                    );
                }
            }
            _ => {}
        }
        self.found.len() > before
    }

    /// What the first of several things is called.
    pub(super) fn first(&self, types: &Types) -> String {
        let first = types.known().and_then(<[Type]>::first);
        first.map_or_else(String::new, |kind| self.inference.describe(kind))
    }

    /// `len(5)`.
    pub(super) fn lengthless(&mut self, call: &'a ExprCall) -> bool {
        let Expr::Name(function) = &*call.func else {
            return false;
        };
        let builtin = self.inference.program.is_builtin(&function.id, self.scope);
        let [given] = &call.arguments.args[..] else {
            return false;
        };
        if function.id != "len" || !builtin {
            return false;
        }
        let given = self.types(given);
        let builtins = &self.inference.builtins;
        let lengthless = given.known().filter(|known| {
            known.iter().all(|kind| match kind {
                Type::Object(class) => builtins.is_number(*class) || is_plain_message(*class),
                Type::None => true,
                _ => false,
            })
        });
        let Some(first) = lengthless.and_then(<[Type]>::first) else {
            return false;
        };
        let problem = format!("{} has no length", self.inference.describe(first));
        self.report(call.range(), FaultKind::WrongOperation { problem });
        true
    }

    pub(super) fn sent(&mut self, call: &'a ExprCall, port: &str, sent: &'a Expr) {
        let types = self.types(sent);
        if self.cannot_be_a_message(&types) {
            let first = types.known().and_then(<[Type]>::first);
            let what = first.map_or_else(String::new, |kind| self.inference.describe(kind));
            let kind = FaultKind::WrongArguments {
                function: "`send`".to_owned(),
                problem: format!("takes a message, not {what}"),
            };
            return self.report(call.range(), kind);
        }
        let Some(messages) = messages(&types) else {
            return;
        };
        let receivers = self.inference.ports.outputs.get(port);
        for wanted in receivers.into_iter().flatten() {
            let takes = |number: ClassNo| {
                let mut wanted = wanted.iter();
                wanted.any(|wanted| {
                    API.class_number(wanted)
                        .is_some_and(|wanted| API.extends(number, wanted))
                })
            };
            if wanted.is_empty() || messages.iter().any(|(number, _)| takes(*number)) {
                continue;
            }
            let Some((_, name)) = messages.first() else {
                return;
            };
            let kind = FaultKind::WrongMessage {
                port: port.to_owned(),
                sent: (*name).to_owned(),
                wanted: wanted.clone(),
            };
            return self.report(call.range(), kind);
        }
    }

    /// Something built in. `None` has a rule of its own.
    pub(super) fn cannot_be_a_message(&self, types: &Types) -> bool {
        types.known().is_some_and(|known| {
            known.iter().all(|kind| match kind {
                Type::Object(class) | Type::Container(class, _) => {
                    let device = API.classes.get(*class).is_some_and(|class| class.is_device);
                    let builtins = &self.inference.builtins;
                    builtins.is_number(*class)
                        || builtins.is_sequence(*class)
                        || *class == builtins.dict
                        || device && messages(&Types::one(kind.clone())).is_none()
                }
                Type::Class(_) => true,
                _ => false,
            })
        })
    }
}
