//! Operators.
//!
//! In: an operator and the types of its operands. Out: the type of the result, or that the
//! interpreter refuses. Never: a refusal where an operand is not fully known.

use ruff_python_ast::{CmpOp, Operator};

use super::Inference;
use super::types::{Type, Types};
use crate::api::{API, ClassNo};

impl Inference<'_, '_> {
    /// What an operator makes of two things.
    pub(super) fn operated(&self, op: Operator, left: &Types, right: &Types) -> Types {
        left.map(|left| {
            if right.unknown {
                return self.operated_unknown(op, left);
            }
            right.map(|right| self.pair(op, left, right).unwrap_or_default())
        })
    }

    /// `"…" % anything` is a text.
    fn operated_unknown(&self, op: Operator, left: &Type) -> Types {
        match left {
            Type::Object(class)
                if op == Operator::Mod
                    && [self.builtins.str, self.builtins.bytes].contains(class) =>
            {
                Types::one(left.clone())
            }
            _ => Types::unknown(),
        }
    }

    /// Whether the interpreter refuses an operator, whatever the two things are.
    pub(super) fn is_refused(&self, op: Operator, left: &Types, right: &Types) -> bool {
        let (Some(left), Some(right)) = (left.known(), right.known()) else {
            return false;
        };
        left.iter().all(|left| {
            let mut pairs = right.iter();
            pairs.all(|right| self.pair(op, left, right).is_none())
        })
    }

    /// None where it raises a `TypeError`.
    fn pair(&self, op: Operator, left: &Type, right: &Type) -> Option<Types> {
        let builtins = &self.builtins;
        let unknown = Some(Types::unknown());
        let (Some(one), Some(two)) = (self.plain(left), self.plain(right)) else {
            if self.is_temporal_mismatch(op, left, right) {
                return None;
            }
            return Some(self.special_pair(op, left, right));
        };
        let (Some(one), Some(two)) = (one, two) else {
            // `None` and something built in.
            let text = one.is_some_and(|one| [builtins.str, builtins.bytes].contains(&one));
            return (op == Operator::Mod && text).then(|| Types::one(left.clone()));
        };
        if builtins.is_number(one) && builtins.is_number(two) {
            return self.numbers(op, one, two);
        }
        let object = |class| Some(Types::one(Type::Object(class)));
        let sequence = |class| builtins.is_sequence(class);
        match op {
            Operator::Mod if one == builtins.str || one == builtins.bytes => object(one),
            Operator::Mod if one == builtins.bytearray => unknown,
            Operator::Mult if sequence(one) && builtins.is_integer(two) => object(one),
            Operator::Mult if sequence(two) && builtins.is_integer(one) => object(two),
            Operator::Add if one == two && sequence(one) => object(one),
            Operator::Add
                if [one, two]
                    .iter()
                    .all(|class| [builtins.bytes, builtins.bytearray].contains(class)) =>
            {
                object(one)
            }
            Operator::BitOr | Operator::BitAnd | Operator::BitXor | Operator::Sub
                if !sequence(one)
                    && !sequence(two)
                    && !builtins.is_number(one)
                    && !builtins.is_number(two) =>
            {
                unknown // sets and dictionaries
            }
            _ => None,
        }
    }

    /// A time or duration to or from which something is added or taken that is not a duration.
    fn is_temporal_mismatch(&self, op: Operator, left: &Type, right: &Type) -> bool {
        let is_temporal = |kind: &Type| {
            let class = kind.class().and_then(|class| API.classes.get(class));
            class.is_some_and(|class| {
                ["datetime.timedelta", "datetime.datetime"].contains(&class.name)
            })
        };
        let is_other = |kind: &Type| self.plain(kind).is_some();
        matches!(op, Operator::Add | Operator::Sub)
            && (is_temporal(left) && is_other(right) || is_other(left) && is_temporal(right))
    }

    fn special_pair(&self, op: Operator, left: &Type, right: &Type) -> Types {
        if let (Some(one), Some(two)) = (left.class(), right.class())
            && one == two
            && API.class_number("datetime.timedelta") == Some(one)
            && matches!(op, Operator::Add | Operator::Sub)
        {
            return Types::one(left.clone());
        }
        if op == Operator::Mod {
            return self.operated_unknown(op, left);
        }
        Types::unknown()
    }

    /// The class of something built in; of `None` none; of other things nothing is said.
    ///
    /// Functions and modules take part in operations as little as `None` does.
    #[expect(
        clippy::option_option,
        reason = "nothing is said, or it is `None`, or it has a class"
    )]
    fn plain(&self, kind: &Type) -> Option<Option<ClassNo>> {
        let builtins = &self.builtins;
        match kind {
            Type::None
            | Type::Function(..)
            | Type::PortMethod(..)
            | Type::OwnFunction { .. }
            | Type::Module(_) => Some(None),
            Type::Class(class) if builtins.is_number(*class) || builtins.is_sequence(*class) => {
                Some(None)
            }
            Type::Object(class) | Type::Container(class, _) => {
                let known = builtins.is_number(*class)
                    || builtins.is_sequence(*class)
                    || [builtins.dict, builtins.set, builtins.frozenset].contains(class);
                known.then_some(Some(*class))
            }
            _ => None,
        }
    }

    fn numbers(&self, op: Operator, one: ClassNo, two: ClassNo) -> Option<Types> {
        let builtins = &self.builtins;
        let object = |class| Some(Types::one(Type::Object(class)));
        let either = |class| one == class || two == class;
        match op {
            Operator::BitAnd | Operator::BitOr | Operator::BitXor
                if one == two && one == builtins.bool =>
            {
                object(one)
            }
            Operator::BitAnd
            | Operator::BitOr
            | Operator::BitXor
            | Operator::LShift
            | Operator::RShift => {
                if either(builtins.float) || either(builtins.complex) {
                    return None;
                }
                object(builtins.int)
            }
            Operator::MatMult => None,
            Operator::Pow => Some(Types::unknown()),
            Operator::FloorDiv | Operator::Mod if either(builtins.complex) => None,
            _ if either(builtins.complex) => object(builtins.complex),
            Operator::Div => object(builtins.float),
            _ if either(builtins.float) => object(builtins.float),
            _ => object(builtins.int),
        }
    }

    /// What `-`, `+` and `~` make of something.
    pub(super) fn negated(&self, operand: &Types) -> Types {
        operand.map(|operand| match operand {
            Type::Object(class) if *class == self.builtins.bool => {
                Types::one(Type::Object(self.builtins.int))
            }
            Type::Object(class) if self.builtins.is_number(*class) => Types::one(operand.clone()),
            _ => Types::unknown(),
        })
    }

    /// Whether `-` and `+` raise, whatever the operand is.
    pub(super) fn refuses_sign(&self, operand: &Types) -> bool {
        operand.known().is_some_and(|known| {
            let mut each = known.iter().map(|kind| self.plain(kind));
            each.all(|class| match class {
                Some(Some(class)) => !self.builtins.is_number(class),
                Some(None) => true,
                None => false,
            })
        })
    }

    /// Whether a comparison raises, whatever the two things are.
    pub(super) fn is_incomparable(&self, op: CmpOp, left: &Types, right: &Types) -> bool {
        let (Some(left), Some(right)) = (left.known(), right.known()) else {
            return false;
        };
        let orders = matches!(op, CmpOp::Lt | CmpOp::LtE | CmpOp::Gt | CmpOp::GtE);
        let contains = matches!(op, CmpOp::In | CmpOp::NotIn);
        left.iter().all(|left| {
            right
                .iter()
                .all(|right| match (self.plain(left), self.plain(right)) {
                    (Some(left), Some(right)) if orders => !self.is_ordered(left, right),
                    (_, Some(Some(right))) if contains => self.builtins.is_number(right),
                    (_, Some(None)) => contains,
                    _ => false,
                })
        })
    }

    fn is_ordered(&self, left: Option<ClassNo>, right: Option<ClassNo>) -> bool {
        let (Some(left), Some(right)) = (left, right) else {
            return false;
        };
        let builtins = &self.builtins;
        let bytes = [builtins.bytes, builtins.bytearray];
        let numbers = builtins.is_number(left) && builtins.is_number(right);
        let sets = [builtins.set, builtins.frozenset];
        numbers
            || left == right && left != builtins.dict
            || bytes.contains(&left) && bytes.contains(&right)
            || sets.contains(&left) && sets.contains(&right)
    }
}
