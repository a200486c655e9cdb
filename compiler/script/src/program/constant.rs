//! Which constants an expression may be.
//!
//! In: an expression and its scope. Out: [`Values`]. Never: a call of anything but a few built-in
//! functions.

use std::net::Ipv4Addr;

use ruff_python_ast::{
    Expr, ExprCall, ExprFString, FStringPart, InterpolatedStringElement, Number, Operator, UnaryOp,
};
use ruff_text_size::{Ranged, TextRange};

use super::candidates::{MAX_CANDIDATES, Term};
use super::{Program, ScopeId};

/// A longer text cannot be a name.
const MAX_LENGTH: usize = 4096;

/// How deeply nested an expression may be to be evaluated.
const MAX_DEPTH: u32 = 16;

/// What an expression is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Constant {
    Text(String),
    Integer(i64),
    Boolean(bool),
    None,
    /// Bytes, of which only the number matters.
    Bytes(usize),
}

/// A constant that an expression may be.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Value {
    pub(crate) constant: Constant,
    /// Where it is written.
    pub(crate) range: TextRange,
    /// It does occur; see [`super::candidates::Candidate`].
    pub(crate) certain: bool,
}

/// All the constants that an expression may be.
#[derive(Clone, Debug, Default)]
pub(crate) struct Values {
    pub(crate) list: Vec<Value>,
    /// It may be something else as well.
    pub(crate) incomplete: bool,
}

impl Values {
    fn unknown() -> Self {
        Self {
            list: Vec::new(),
            incomplete: true,
        }
    }

    /// The only constant that it can be, wherever it was written.
    pub(crate) fn only(&self) -> Option<&Constant> {
        let first = self.list.first().filter(|_| !self.incomplete)?;
        let same = self
            .list
            .iter()
            .all(|value| value.constant == first.constant);
        (same && first.certain).then_some(&first.constant)
    }

    /// Every combination with the values of `other`.
    fn combine(
        self,
        other: &Self,
        range: TextRange,
        join: impl Fn(&Constant, &Constant) -> Option<Constant>,
    ) -> Self {
        let mut all = Self {
            list: Vec::new(),
            incomplete: self.incomplete || other.incomplete,
        };
        for one in &self.list {
            for two in &other.list {
                let Some(constant) = join(&one.constant, &two.constant) else {
                    return Self::unknown();
                };
                all.list.push(Value {
                    constant,
                    range,
                    certain: one.certain && two.certain,
                });
                if all.list.len() > MAX_CANDIDATES {
                    return Self::unknown();
                }
            }
        }
        all
    }
}

impl<'a> Program<'a> {
    /// Which constants an expression may be.
    pub(crate) fn constants(&self, expr: &'a Expr, scope: ScopeId) -> Values {
        self.constants_within(expr, scope, 0)
    }

    /// The integer that an expression is.
    pub(super) fn integer(&self, expr: &'a Expr, scope: ScopeId, depth: u32) -> Option<i64> {
        match self.constants_within(expr, scope, depth).only()? {
            Constant::Integer(integer) => Some(*integer),
            _ => None,
        }
    }

    /// The constant that a literal is.
    pub(crate) fn literal(&self, expr: &'a Expr, scope: ScopeId) -> Option<Constant> {
        let mut values = self.evaluate(expr, scope, MAX_DEPTH);
        (!values.incomplete && values.list.len() == 1)
            .then(|| values.list.pop())
            .flatten()
            .map(|value| value.constant)
    }

    pub(super) fn constants_within(&self, expr: &'a Expr, scope: ScopeId, depth: u32) -> Values {
        if depth > MAX_DEPTH {
            return Values::unknown();
        }
        let deeper = depth.saturating_add(1);
        let candidates = self.trace(expr, scope, depth);
        let mut all = Values {
            list: Vec::new(),
            incomplete: candidates.incomplete,
        };
        for item in candidates.items {
            let mut values = match item.term {
                Term::Expr(expr, scope) => self.evaluate(expr, scope, deeper),
                Term::Constant(constant, range) => one(constant, range),
            };
            for value in &mut values.list {
                value.certain &= item.certain;
            }
            all.incomplete |= values.incomplete;
            all.list.extend(values.list);
        }
        if all.list.len() > MAX_CANDIDATES {
            return Values::unknown();
        }
        all
    }

    /// Which constants an expression that stands for itself may be.
    fn evaluate(&self, expr: &'a Expr, scope: ScopeId, depth: u32) -> Values {
        if !self.spend() {
            return Values::unknown();
        }
        let range = expr.range();
        match expr {
            Expr::StringLiteral(string) if string.value.to_str().len() <= MAX_LENGTH => {
                one(Constant::Text(string.value.to_str().to_owned()), range)
            }
            Expr::BytesLiteral(bytes) => {
                let length = bytes.value.iter().map(|part| part.value.len()).sum();
                one(Constant::Bytes(length), range)
            }
            Expr::NumberLiteral(number) => match &number.value {
                Number::Int(integer) => integer.as_i64().map_or_else(Values::unknown, |value| {
                    one(Constant::Integer(value), range)
                }),
                _ => Values::unknown(),
            },
            Expr::BooleanLiteral(boolean) => one(Constant::Boolean(boolean.value), range),
            Expr::NoneLiteral(_) => one(Constant::None, range),
            Expr::UnaryOp(unary) if unary.op == UnaryOp::USub => {
                let zero = one(Constant::Integer(0), range);
                let operand = self.constants_within(&unary.operand, scope, depth);
                zero.combine(&operand, range, |a, b| calculate(Operator::Sub, a, b))
            }
            Expr::BinOp(binary) => {
                let right = self.constants_within(&binary.right, scope, depth);
                self.constants_within(&binary.left, scope, depth)
                    .combine(&right, range, |a, b| calculate(binary.op, a, b))
            }
            Expr::FString(string) => self.format(string, scope, depth),
            Expr::List(list) if !list.elts.iter().any(Expr::is_starred_expr) => {
                one(Constant::Bytes(list.elts.len()), range)
            }
            Expr::Call(call) => self.result(call, scope, depth),
            Expr::Attribute(attribute) => {
                let Expr::Call(call) = &*attribute.value else {
                    return Values::unknown();
                };
                self.part_of_url(call, attribute.attr.as_str(), scope, depth)
            }
            _ => Values::unknown(),
        }
    }

    fn format(&self, string: &'a ExprFString, scope: ScopeId, depth: u32) -> Values {
        let range = string.range;
        let mut all = one(Constant::Text(String::new()), range);
        for part in &string.value {
            let elements = match part {
                FStringPart::Literal(literal) => {
                    let text = one(Constant::Text(literal.value.to_string()), range);
                    all = all.combine(&text, range, concatenate);
                    continue;
                }
                FStringPart::FString(string) => &string.elements,
            };
            for element in elements {
                let next = match element {
                    InterpolatedStringElement::Literal(literal) => {
                        one(Constant::Text(literal.value.to_string()), range)
                    }
                    InterpolatedStringElement::Interpolation(inner)
                        if inner.format_spec.is_none() && inner.debug_text.is_none() =>
                    {
                        self.constants_within(&inner.expression, scope, depth)
                    }
                    InterpolatedStringElement::Interpolation(_) => Values::unknown(),
                };
                all = all.combine(&next, range, concatenate);
            }
        }
        all
    }

    /// What some built-in functions make of constants.
    fn result(&self, call: &'a ExprCall, scope: ScopeId, depth: u32) -> Values {
        let nothing = one(Constant::Integer(0), call.range());
        let given = match &*call.func {
            Expr::Attribute(method) if call.arguments.is_empty() || method.attr == *"encode" => {
                &*method.value
            }
            Expr::Name(name) if self.is_builtin(&name.id, scope) => {
                match call.arguments.args.first() {
                    Some(first) => first,
                    None => return Values::unknown(),
                }
            }
            _ => return Values::unknown(),
        };
        let Some(function) = Self::called_name(call) else {
            return Values::unknown();
        };
        let given = self.constants_within(given, scope, depth);
        nothing.combine(&given, call.range(), |_, given| match (function, given) {
            ("str", Constant::Text(_) | Constant::Integer(_)) => Some(Constant::Text(text(given)?)),
            ("int", Constant::Text(text)) => text.trim().parse().ok().map(Constant::Integer),
            ("len", Constant::Bytes(length)) => i64::try_from(*length).ok().map(Constant::Integer),
            ("len", Constant::Text(text)) => i64::try_from(text.chars().count())
                .ok()
                .map(Constant::Integer),
            ("bytes" | "bytearray", Constant::Integer(length)) => {
                usize::try_from(*length).ok().map(Constant::Bytes)
            }
            ("int", Constant::Integer(_))
            | ("bytes" | "bytearray" | "list", Constant::Bytes(_)) => Some(given.clone()),
            ("encode", Constant::Text(text)) => Some(Constant::Bytes(text.len())),
            ("strip", Constant::Text(text)) => Some(Constant::Text(text.trim().to_owned())),
            ("lower", Constant::Text(text)) => Some(Constant::Text(text.to_lowercase())),
            _ => None,
        })
    }

    /// `urlparse("http://…").hostname` and its like.
    fn part_of_url(&self, call: &'a ExprCall, part: &str, scope: ScopeId, depth: u32) -> Values {
        let path = self.path(&call.func, scope).unwrap_or_default();
        let parses = matches!(
            path.as_str(),
            "urllib.parse.urlparse" | "urllib.parse.urlsplit"
        );
        let Some(url) = call.arguments.args.first().filter(|_| parses) else {
            return Values::unknown();
        };
        let url = self.constants_within(url, scope, depth);
        let nothing = one(Constant::None, call.range());
        nothing.combine(&url, call.range(), |_, url| {
            let Constant::Text(url) = url else {
                return None;
            };
            let after = url.split_once("//")?.1;
            let authority = after.split(['/', '?', '#']).next()?;
            let host = authority.rsplit('@').next()?;
            match part {
                "netloc" => Some(Constant::Text(authority.to_owned())),
                "hostname" => Some(Constant::Text(without_port(host).to_owned())),
                _ => None,
            }
        })
    }
}

/// `host` of `host:port`.
pub(crate) fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if !name.contains(':') && port.bytes().all(|b| b.is_ascii_digit()) => {
            name
        }
        _ => host,
    }
}

/// Whether a text is an address, which needs no name service.
pub(crate) fn is_address(host: &str) -> bool {
    // `inet_aton` takes fewer than four numbers as an address, too.
    let numeric = host.bytes().all(|b| b.is_ascii_digit() || b == b'.') && !host.starts_with('.');
    host.parse::<Ipv4Addr>().is_ok() || numeric || host.contains(':')
}

fn one(constant: Constant, range: TextRange) -> Values {
    Values {
        list: vec![Value {
            constant,
            range,
            certain: true,
        }],
        incomplete: false,
    }
}

fn text(constant: &Constant) -> Option<String> {
    match constant {
        Constant::Text(text) => Some(text.clone()),
        Constant::Integer(integer) => Some(integer.to_string()),
        _ => None,
    }
}

fn concatenate(left: &Constant, right: &Constant) -> Option<Constant> {
    let joined = text(left)? + &text(right)?;
    (joined.len() <= MAX_LENGTH).then_some(Constant::Text(joined))
}

fn calculate(op: Operator, left: &Constant, right: &Constant) -> Option<Constant> {
    match (left, right) {
        (Constant::Integer(a), Constant::Integer(b)) => integer(op, *a, *b).map(Constant::Integer),
        (Constant::Text(_), Constant::Text(_)) if op == Operator::Add => concatenate(left, right),
        (Constant::Bytes(a), Constant::Bytes(b)) if op == Operator::Add => {
            a.checked_add(*b).map(Constant::Bytes)
        }
        (Constant::Bytes(length), Constant::Integer(times))
        | (Constant::Integer(times), Constant::Bytes(length))
            if op == Operator::Mult =>
        {
            let times = usize::try_from((*times).max(0)).ok()?;
            length.checked_mul(times).map(Constant::Bytes)
        }
        (Constant::Text(format), value) if op == Operator::Mod => fill(format, value),
        _ => None,
    }
}

/// `"name%d" % 3`, with a single `%d` or `%s`.
fn fill(format: &str, value: &Constant) -> Option<Constant> {
    let (before, after) = format.split_once(['%'])?;
    let after = after.strip_prefix(['d', 's', 'i'])?;
    (!after.contains('%')).then_some(())?;
    Some(Constant::Text(format!("{before}{}{after}", text(value)?)))
}

fn integer(op: Operator, a: i64, b: i64) -> Option<i64> {
    match op {
        Operator::Add => a.checked_add(b),
        Operator::Sub => a.checked_sub(b),
        Operator::Mult => a.checked_mul(b),
        Operator::FloorDiv => (b > 0).then(|| a.checked_div_euclid(b)).flatten(),
        Operator::Mod => (b > 0).then(|| a.checked_rem_euclid(b)).flatten(),
        Operator::LShift => {
            let factor = 1i64.checked_shl(u32::try_from(b).ok()?)?;
            a.checked_mul(factor).filter(|_| b < 62)
        }
        Operator::Pow => a.checked_pow(u32::try_from(b).ok()?),
        _ => None,
    }
}
