//! What an expression may stand for.
//!
//! In: an expression and its scope. Out: the expressions that its names, attributes and parameters
//! were made from. Never: more than [`MAX_CANDIDATES`] of them, or a trace deeper than
//! [`MAX_DEPTH`].

use ruff_python_ast::{Expr, ExprCall, Keyword};
use ruff_text_size::{Ranged, TextRange};

use super::constant::Constant;
use super::walk::{elements, last_word};
use super::{Binding, Decoration, FunctionId, Program, ScopeId, Source};

/// How far a name is traced.
const MAX_DEPTH: u32 = 16;

/// The most things that a name may stand for; beyond that, the answer is incomplete.
pub(super) const MAX_CANDIDATES: usize = 64;

/// Something that an expression may stand for.
#[derive(Clone)]
pub(crate) struct Candidate<'a> {
    pub(crate) term: Term<'a>,
    /// It does occur. Something that is replaced before it is used, a default that nobody takes…
    /// is possible but not certain.
    pub(crate) certain: bool,
}

#[derive(Clone)]
pub(crate) enum Term<'a> {
    /// An expression that stands for itself.
    Expr(&'a Expr, ScopeId),
    /// A constant that has no expression of its own, like a number of a `range`.
    Constant(Constant, TextRange),
}

/// All that an expression may stand for.
#[derive(Default)]
pub(crate) struct Candidates<'a> {
    pub(crate) items: Vec<Candidate<'a>>,
    /// Whether it stands for something else as well, or may.
    pub(crate) incomplete: bool,
}

impl Candidates<'_> {
    fn unknown() -> Self {
        Self {
            items: Vec::new(),
            incomplete: true,
        }
    }

    fn join(&mut self, other: Self) {
        self.items.extend(other.items);
        self.incomplete |= other.incomplete;
        if self.items.len() > MAX_CANDIDATES {
            self.items.truncate(MAX_CANDIDATES);
            self.incomplete = true;
        }
    }

    fn of(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut all = Self::default();
        for part in parts {
            all.join(part);
        }
        all
    }

    fn doubted(mut self) -> Self {
        for item in &mut self.items {
            item.certain = false;
        }
        self
    }
}

impl<'a> Program<'a> {
    /// What an expression may stand for.
    pub(crate) fn candidates(&self, expr: &'a Expr, scope: ScopeId) -> Candidates<'a> {
        self.trace(expr, scope, 0)
    }

    pub(super) fn trace(&self, expr: &'a Expr, scope: ScopeId, depth: u32) -> Candidates<'a> {
        if depth > MAX_DEPTH || !self.spend() {
            return Candidates::unknown();
        }
        let deeper = depth.saturating_add(1);
        match expr {
            Expr::Name(name) => match self.lookup(&name.id, scope) {
                Some(bindings) => self.trace_bindings(expr, scope, bindings, deeper),
                None => itself(expr, scope),
            },
            Expr::Attribute(attribute) => match self.attributes.get(attribute.attr.as_str()) {
                Some(bindings) => self.trace_bindings(expr, scope, bindings, deeper),
                None => itself(expr, scope),
            },
            Expr::If(choice) => {
                let branches = [&choice.body, &choice.orelse];
                Candidates::of(branches.map(|branch| self.trace(branch, scope, deeper)))
            }
            Expr::BoolOp(either) => {
                let values = either.values.iter();
                Candidates::of(values.map(|value| self.trace(value, scope, deeper))).doubted()
            }
            Expr::Named(named) => self.trace(&named.value, scope, deeper),
            Expr::Subscript(subscript) => self
                .trace_entry(&subscript.value, &subscript.slice, scope, deeper)
                .unwrap_or_else(|| itself(expr, scope)),
            _ => itself(expr, scope),
        }
    }

    fn trace_bindings(
        &self,
        expr: &'a Expr,
        scope: ScopeId,
        bindings: &[Binding<'a>],
        depth: u32,
    ) -> Candidates<'a> {
        let each = bindings.iter().map(|binding| {
            if self.spend() {
                self.trace_binding(expr, scope, binding, depth)
            } else {
                Candidates::unknown()
            }
        });
        let all = Candidates::of(each);
        if bindings.len() > 1 {
            return all.doubted();
        }
        all
    }

    fn trace_binding(
        &self,
        expr: &'a Expr,
        scope: ScopeId,
        binding: &Binding<'a>,
        depth: u32,
    ) -> Candidates<'a> {
        match binding.source {
            Source::Value(value) => self.trace(value, binding.scope, depth),
            Source::Element { of, part } => {
                let each = self.trace_elements(of, part, binding.scope, depth);
                each.unwrap_or_else(Candidates::unknown)
            }
            Source::Parameter { function, index } => self.trace_parameter(function, index, depth),
            Source::Function(_) | Source::Class(_) | Source::Import { .. } => itself(expr, scope),
            Source::Part { .. }
            | Source::With(_)
            | Source::Caught(_)
            | Source::Augmented(_)
            | Source::Opaque => Candidates::unknown(),
        }
    }

    /// What an iteration over `iterable` yields; of each thing the part of this number, if any.
    fn trace_elements(
        &self,
        iterable: &'a Expr,
        part: Option<usize>,
        scope: ScopeId,
        depth: u32,
    ) -> Option<Candidates<'a>> {
        if depth > MAX_DEPTH || !self.spend() {
            return None;
        }
        let deeper = depth.saturating_add(1);
        if let Expr::Call(call) = iterable {
            return self.trace_made(call, part, scope, deeper);
        }
        if let Expr::Dict(dict) = iterable {
            let keys = dict.items.iter().map(|item| item.key.as_ref());
            let keys: Option<Vec<&Expr>> = keys.collect();
            return (part.is_none()).then_some(()).and(keys).map(|keys| {
                Candidates::of(keys.into_iter().map(|key| self.trace(key, scope, deeper)))
            });
        }
        let Some(each) = elements(iterable) else {
            let sources = self.trace(iterable, scope, deeper);
            let mut all = Candidates {
                items: Vec::new(),
                incomplete: sources.incomplete,
            };
            for source in sources.items {
                let Term::Expr(literal, scope) = source.term else {
                    return None;
                };
                if std::ptr::eq(literal, iterable) {
                    return None; // it stands for nothing that is known
                }
                let elements = self.trace_elements(literal, part, scope, deeper)?;
                all.join(if source.certain {
                    elements
                } else {
                    elements.doubted()
                });
            }
            return Some(all);
        };
        let mut all = Candidates::default();
        for element in each {
            let element = match part {
                None => Some(element),
                Some(part) => elements(element).and_then(|parts| parts.get(part)),
            };
            all.join(self.trace(element?, scope, deeper));
        }
        Some(all)
    }

    /// What an iteration over the result of a call yields.
    fn trace_made(
        &self,
        call: &'a ExprCall,
        part: Option<usize>,
        scope: ScopeId,
        depth: u32,
    ) -> Option<Candidates<'a>> {
        let arguments = &call.arguments.args;
        if let Expr::Attribute(method) = &*call.func {
            return self.trace_entries(&method.value, method.attr.as_str(), part, scope, depth);
        }
        let Expr::Name(function) = &*call.func else {
            return None;
        };
        if !self.is_builtin(&function.id, scope) {
            return None;
        }
        match (function.id.as_str(), part) {
            ("enumerate", Some(1)) | ("sorted" | "list" | "tuple" | "set" | "reversed", None) => {
                self.trace_elements(arguments.first()?, None, scope, depth)
            }
            ("zip", Some(index)) => self.trace_elements(arguments.get(index)?, None, scope, depth),
            ("range", None) => self.range(call, scope, depth),
            _ => None,
        }
    }

    /// `.keys()`, `.values()` and `.items()` of a literal dictionary.
    fn trace_entries(
        &self,
        dict: &'a Expr,
        method: &str,
        part: Option<usize>,
        scope: ScopeId,
        depth: u32,
    ) -> Option<Candidates<'a>> {
        let dicts = self.trace(dict, scope, depth);
        let mut all = Candidates {
            items: Vec::new(),
            incomplete: dicts.incomplete,
        };
        for item in dicts.items {
            let Term::Expr(Expr::Dict(dict), scope) = item.term else {
                return None;
            };
            for entry in &dict.items {
                let expr = match (method, part) {
                    ("keys", None) | ("items", Some(0)) => entry.key.as_ref(),
                    ("values", None) | ("items", Some(1)) => Some(&entry.value),
                    _ => None,
                };
                all.join(self.trace(expr?, scope, depth));
            }
        }
        Some(all)
    }

    /// The numbers of a short `range`.
    fn range(&self, call: &'a ExprCall, scope: ScopeId, depth: u32) -> Option<Candidates<'a>> {
        let bounds = call.arguments.args.iter();
        let bounds = bounds.map(|bound| self.integer(bound, scope, depth));
        let bounds: Option<Vec<i64>> = bounds.collect();
        let numbers = match bounds?.as_slice() {
            [stop] => 0..*stop,
            [start, stop] => *start..*stop,
            _ => return None,
        };
        let count = usize::try_from(numbers.end.checked_sub(numbers.start)?).unwrap_or(0);
        let items = numbers.take(MAX_CANDIDATES).map(|number| Candidate {
            term: Term::Constant(Constant::Integer(number), call.range()),
            certain: true,
        });
        Some(Candidates {
            items: items.collect(),
            incomplete: count > MAX_CANDIDATES,
        })
    }

    /// The entry of a literal dictionary, list or tuple that a constant names.
    fn trace_entry(
        &self,
        container: &'a Expr,
        key: &'a Expr,
        scope: ScopeId,
        depth: u32,
    ) -> Option<Candidates<'a>> {
        // Cheap test first: most containers do not name literals.
        let containers = self.trace(container, scope, depth);
        let mut literals = containers.items.iter().map(|item| match item.term {
            Term::Expr(expr @ (Expr::Dict(_) | Expr::Tuple(_) | Expr::List(_)), scope) => {
                Some((expr, scope, item.certain))
            }
            _ => None,
        });
        let literals: Vec<_> = literals.by_ref().collect::<Option<_>>()?;
        if literals.is_empty() || containers.incomplete {
            return None;
        }
        let key = self.constants_within(key, scope, depth);
        if key.incomplete {
            return None;
        }
        let mut all = Candidates::default();
        for (literal, scope, certain) in literals {
            for key in &key.list {
                let entry = self.entry(literal, &key.constant, scope)?;
                let entry = self.trace(entry, scope, depth);
                all.join(if certain && key.certain {
                    entry
                } else {
                    entry.doubted()
                });
            }
        }
        Some(all)
    }

    fn entry(&self, literal: &'a Expr, key: &Constant, scope: ScopeId) -> Option<&'a Expr> {
        match (literal, key) {
            (Expr::Dict(dict), key) => {
                let named = |expr: &'a Expr| matches!(self.literal(expr, scope), Some(constant) if constant == *key);
                let entry = dict
                    .items
                    .iter()
                    .find(|item| item.key.as_ref().is_some_and(named));
                Some(&entry?.value)
            }
            (_, Constant::Integer(index)) => elements(literal)?.get(usize::try_from(*index).ok()?),
            _ => None,
        }
    }

    /// What the calls of a function give for a parameter.
    fn trace_parameter(&self, id: FunctionId, index: usize, depth: u32) -> Candidates<'a> {
        let Some(function) = self.functions.get(id) else {
            return Candidates::unknown();
        };
        let Some(parameters) = function.parameters else {
            return Candidates::unknown();
        };
        let Some(parameter) = parameters.iter_non_variadic_params().nth(index) else {
            return Candidates::unknown();
        };
        let known_as = function.initializes.unwrap_or(function.name);
        let calls = self.calls_by_name.get(known_as);
        let calls = calls.map(Vec::as_slice).unwrap_or_default();
        let reads = self.reads.get(known_as).copied().unwrap_or(0);
        let mut all = Candidates {
            items: Vec::new(),
            // Who passes the function on may call it with anything.
            incomplete: function.decoration != Decoration::None
                || calls.is_empty()
                || reads > calls.len(),
        };
        let position = if function.is_method {
            index.checked_sub(1)
        } else {
            Some(index)
        };
        let keyword_only = index
            >= parameters
                .posonlyargs
                .len()
                .saturating_add(parameters.args.len());
        for call in calls.iter().filter_map(|index| self.calls.get(*index)) {
            let arguments = &call.expr.arguments;
            if arguments.args.iter().any(Expr::is_starred_expr)
                || arguments
                    .keywords
                    .iter()
                    .any(|keyword| keyword.arg.is_none())
            {
                all.join(Candidates::unknown());
                continue;
            }
            let by_name =
                |keyword: &&Keyword| keyword.arg.as_deref() == Some(parameter.name().as_str());
            let positional = position.filter(|_| !keyword_only);
            let given = arguments
                .keywords
                .iter()
                .find(by_name)
                .map(|found| &found.value);
            let given = given.or_else(|| arguments.args.get(positional?));
            // A function that calls itself with its own parameter gives it nothing new.
            let own = |given: &Expr| {
                call.scope == function.scope
                    && matches!(given, Expr::Name(name) if name.id == *parameter.name().as_str())
            };
            if given.is_some_and(own) {
                continue;
            }
            all.join(match (given, parameter.default()) {
                (Some(given), _) => self.trace(given, call.scope, depth),
                (None, Some(default)) => self.trace(default, function.scope, depth),
                (None, None) => Candidates::unknown(),
            });
        }
        if calls.is_empty()
            && let Some(default) = parameter.default()
        {
            all.join(self.trace(default, function.scope, depth).doubted());
        }
        all
    }

    /// `….name(…)` or `name(…)`, where the call is one of the script's own functions.
    pub(crate) fn called_name(call: &'a ExprCall) -> Option<&'a str> {
        last_word(&call.func)
    }
}

fn itself(expr: &Expr, scope: ScopeId) -> Candidates<'_> {
    Candidates {
        items: vec![Candidate {
            term: Term::Expr(expr, scope),
            certain: true,
        }],
        incomplete: false,
    }
}
