//! An attribute, an index, an operation… in, what it raises out.

use ruff_python_ast::{CmpOp, Expr, ExprAttribute, ExprSubscript, Operator};
use ruff_text_size::{Ranged, TextRange};

use super::{Check, FaultKind, Type, Types};
use crate::api::{API, ClassNo, Kind, Member};
use crate::infer::attributes::{Found, is_open};
use crate::infer::suggestion::nearest;
use crate::infer::version_3;
use crate::program::Source;

impl<'a> Check<'_, '_, 'a> {
    pub(super) fn attribute(&mut self, attribute: &'a ExprAttribute, assigned: bool) {
        let owners = self.types(&attribute.value);
        let Some(known) = owners.known() else {
            return;
        };
        let name = attribute.attr.as_str();
        let is_missing = |owner: &Type| {
            if assigned {
                self.inference.refuses_assignment(owner, name)
            } else {
                self.inference.find(owner, name) == Found::Missing
            }
        };
        if !known.iter().all(is_missing) {
            if !assigned {
                self.unchecked(attribute, known);
            }
            return;
        }
        if self.asks_for(name) {
            return;
        }
        let node = Type::Object(self.inference.builtins.node);
        if known == [node] && ["inputs", "outputs"].contains(&name) {
            let name = name.to_owned();
            return self.report(attribute.range, FaultKind::PortsOfVersion3 { name });
        }
        let Some(owner) = known
            .iter()
            .find(|kind| **kind != Type::None)
            .or(known.first())
        else {
            return;
        };
        let class = owner.class().and_then(|class| API.classes.get(class));
        let newer = class.and_then(|class| version_3::method(class.name, name));
        let kind = FaultKind::UnknownAttribute {
            owner: self.inference.describe(owner),
            name: name.to_owned(),
            near: newer.map(str::to_owned).or_else(|| self.near(owner, name)),
            on_host: is_on_host(owner, name),
            of_version_3: newer.is_some(),
            assigned,
        };
        self.report(attribute.attr.range(), kind);
    }

    /// Whether the script asks whether there is such an attribute.
    pub(super) fn asks_for(&self, name: &str) -> bool {
        self.inference.asked_for.contains(name)
    }

    pub(super) fn near(&self, owner: &Type, name: &str) -> Option<String> {
        let of_class = |class: ClassNo| {
            let members = API
                .lineage(class)
                .flat_map(|class| API.members(class).keys().copied());
            nearest(name, members)
        };
        match owner {
            Type::Object(class) | Type::Container(class, _) | Type::Class(class) => {
                of_class(*class)
            }
            Type::Module(module) => nearest(name, API.module(module)?.keys().copied()),
            Type::Port(_) => {
                let sides = [
                    self.inference.builtins.input,
                    self.inference.builtins.output,
                ];
                let members = sides.iter().filter_map(|side| API.classes.get(*side));
                nearest(
                    name,
                    members.flat_map(|class| API.members(class).keys().copied()),
                )
            }
            Type::Own(class) | Type::OwnClass(class) => {
                let program = self.inference.program;
                let scope = program.scopes.get(program.classes.get(*class)?.scope)?;
                let assigned = program.attributes.keys().copied();
                nearest(name, scope.names.keys().copied().chain(assigned))
            }
            _ => None,
        }
    }

    /// `frame = node.io["x"].tryGet()`, and no look at whether there was one.
    pub(super) fn unchecked(&mut self, attribute: &'a ExprAttribute, known: &[Type]) {
        let Expr::Name(name) = &*attribute.value else {
            return;
        };
        let program = self.inference.program;
        let Some([binding]) = program.lookup(&name.id, self.scope) else {
            return;
        };
        let Source::Value(Expr::Call(call)) = binding.source else {
            return;
        };
        let tries = matches!(&*call.func, Expr::Attribute(method) if method.attr == *"tryGet");
        if !tries || !known.contains(&Type::None) || program.tested.contains(name.id.as_str()) {
            return;
        }
        let name = name.id.to_string();
        self.report(attribute.value.range(), FaultKind::UncheckedNone { name });
    }

    pub(super) fn subscript(&mut self, subscript: &'a ExprSubscript) {
        let containers = self.types(&subscript.value);
        let builtins = &self.inference.builtins;
        let refuses = containers.known().filter(|known| {
            known.iter().all(|kind| match kind {
                Type::None | Type::Module(_) | Type::Function(..) | Type::OwnFunction { .. } => {
                    true
                }
                Type::Object(class) => builtins.is_number(*class) || is_indexless(*class),
                _ => false,
            })
        });
        if let Some(first) = refuses.and_then(<[Type]>::first) {
            let problem = format!("{} cannot be indexed", self.inference.describe(first));
            return self.report(subscript.range, FaultKind::WrongOperation { problem });
        }
        self.wrong_index(subscript, &containers);
    }

    /// `"text"["key"]`.
    pub(super) fn wrong_index(&mut self, subscript: &'a ExprSubscript, containers: &Types) {
        let builtins = &self.inference.builtins;
        let ordered = containers.known().is_some_and(|known| {
            let mut each = known.iter().map(Type::class);
            each.all(|class| class.is_some_and(|class| builtins.is_sequence(class)))
        });
        if !ordered || subscript.slice.is_slice_expr() {
            return;
        }
        let index = self.types(&subscript.slice);
        let is_text = index.known().filter(|known| {
            known.iter().all(|kind| match kind {
                Type::None => true,
                Type::Object(class) => {
                    builtins.is_sequence(*class)
                        || *class == builtins.float
                        || *class == builtins.dict
                }
                _ => false,
            })
        });
        if let Some(first) = is_text.and_then(<[Type]>::first) {
            let problem = format!(
                "{} is indexed by numbers, not by {}",
                containers
                    .list
                    .first()
                    .map_or_else(String::new, |kind| self.inference.describe(kind)),
                self.inference.describe(first)
            );
            self.report(subscript.range, FaultKind::WrongOperation { problem });
        }
    }

    /// `rect.angle = "text"`.
    pub(super) fn set(&mut self, target: &'a Expr, value: &'a Expr) {
        let Expr::Attribute(attribute) = target else {
            return;
        };
        let owners = self.types(&attribute.value);
        let values = self.types(value);
        let (Some(owners), Some(values)) = (owners.known(), values.known()) else {
            return;
        };
        let wanted = owners.iter().map(|owner| {
            let class = owner.class()?;
            let is_device = API.classes.get(class).is_some_and(|class| class.is_device);
            match API.member(class, attribute.attr.as_str())? {
                Member::Value { kind, .. } if is_device => Some(kind),
                _ => None,
            }
        });
        let Some(wanted) = wanted.collect::<Option<Vec<_>>>() else {
            return;
        };
        let refuses = |kind: &&Kind| {
            let mut values = values.iter();
            values.all(|value| !self.inference.admits(kind, value))
        };
        if let (Some(kind), true) = (wanted.first(), wanted.iter().all(refuses)) {
            let problem = format!(
                "`{}` takes {}, not {}",
                attribute.attr,
                self.inference.describe_kind(kind),
                values
                    .first()
                    .map_or_else(String::new, |value| self.inference.describe(value)),
            );
            self.report(attribute.range, FaultKind::WrongOperation { problem });
        }
    }

    /// `for x in 5`.
    pub(super) fn iterated(&mut self, iterable: &'a Expr) {
        let types = self.types(iterable);
        self.taken_apart(iterable, &types, "cannot be iterated over");
    }

    pub(super) fn taken_apart(&mut self, expr: &'a Expr, types: &Types, how: &str) {
        let builtins = &self.inference.builtins;
        let refuses = types.known().filter(|known| {
            known.iter().all(|kind| match kind {
                Type::None
                | Type::Module(_)
                | Type::Function(..)
                | Type::PortMethod(..)
                | Type::OwnFunction { .. } => true,
                Type::Class(class) => API
                    .classes
                    .get(*class)
                    .is_some_and(|class| !class.is_device && !class.is_open),
                Type::Object(class) => builtins.is_number(*class) || is_plain_message(*class),
                _ => false,
            })
        });
        if let Some(first) = refuses.and_then(<[Type]>::first) {
            let problem = format!("{} {how}", self.inference.describe(first));
            self.report(expr.range(), FaultKind::WrongOperation { problem });
        }
    }

    pub(super) fn operation(
        &mut self,
        range: TextRange,
        op: Operator,
        left: &Types,
        right: &Types,
    ) {
        if self.inference.is_refused(op, left, right) {
            let name = |types: &Types| {
                let first = types.known().and_then(<[Type]>::first);
                first.map_or_else(String::new, |kind| self.inference.describe(kind))
            };
            let problem = format!("`{op}` cannot combine {} and {}", name(left), name(right));
            self.report(range, FaultKind::WrongOperation { problem });
        }
    }

    pub(super) fn compared(&mut self, compare: &'a ruff_python_ast::ExprCompare) {
        let rights = compare.comparators.iter();
        let lefts = std::iter::once(&*compare.left).chain(&compare.comparators);
        for ((left, right), op) in lefts.zip(rights).zip(&compare.ops) {
            if matches!(op, CmpOp::Eq | CmpOp::NotEq | CmpOp::Is | CmpOp::IsNot) {
                continue;
            }
            let (one, two) = (self.types(left), self.types(right));
            if self.inference.is_incomparable(*op, &one, &two) {
                let name = |types: &Types| {
                    let first = types.known().and_then(<[Type]>::first);
                    first.map_or_else(String::new, |kind| self.inference.describe(kind))
                };
                let problem = format!("`{op}` cannot compare {} with {}", name(&one), name(&two));
                self.report(compare.range, FaultKind::WrongOperation { problem });
            }
        }
    }
}

pub(super) fn is_on_host(owner: &Type, name: &str) -> bool {
    let class = match owner {
        Type::Object(class) | Type::Class(class) => *class,
        _ => return false,
    };
    API.lineage(class)
        .any(|class| API.lacks(class).contains(&name))
}

pub(super) fn is_plain_message(class: ClassNo) -> bool {
    API.classes
        .get(class)
        .is_some_and(|class| class.is_message && class.name != "MessageGroup")
}

/// An object of the script engine that has no entries.
pub(super) fn is_indexless(class: ClassNo) -> bool {
    let device = API.classes.get(class).is_some_and(|class| class.is_device);
    device
        && !is_open(class)
        && API.member(class, "__getitem__").is_none()
        && is_plain_message(class)
}
