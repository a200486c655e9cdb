//! The arguments of calls.
//!
//! In: a call and what it may call. Out: why the interpreter refuses the arguments.

use ruff_python_ast::{Arguments, Expr, ExprCall};

use super::attributes::{Found, is_open};
use super::types::{Type, Types};
use super::{Inference, Key};
use crate::api::{API, ClassNo, Function, FunctionNo, Kind, Member, Parameter, Passing};
use crate::program::{ClassId, FunctionId, ScopeId};

/// Why a call is refused.
pub(super) struct Refusal {
    /// What is called.
    pub(super) function: String,
    pub(super) problem: String,
}

/// The arguments of a call, if they can be counted.
struct Given<'a> {
    positions: Vec<&'a Expr>,
    names: Vec<(&'a str, &'a Expr)>,
}

impl<'a> Given<'a> {
    fn of(arguments: &'a Arguments) -> Option<Self> {
        if arguments.args.iter().any(Expr::is_starred_expr) {
            return None;
        }
        let names = arguments.keywords.iter();
        let names = names.map(|keyword| Some((keyword.arg.as_deref()?, &keyword.value)));
        Some(Self {
            positions: arguments.args.iter().collect(),
            names: names.collect::<Option<_>>()?,
        })
    }
}

/// A parameter of whatever function.
struct Slot<'s> {
    name: &'s str,
    passing: Passing,
    optional: bool,
    kind: Option<&'s Kind>,
}

/// All parameters of a function.
struct Slots<'s> {
    list: Vec<Slot<'s>>,
    any_positional: bool,
    any_keyword: bool,
}

impl<'a> Inference<'_, 'a> {
    /// Why a call is refused, whatever it is that is called.
    pub(super) fn refusal(&self, call: &'a ExprCall, scope: ScopeId) -> Option<Refusal> {
        let callees = self.types(&call.func, scope);
        let mut refusals = callees
            .known()?
            .iter()
            .map(|callee| self.refused_by(callee, call, scope));
        let first = refusals.next()??;
        refusals.all(|refusal| refusal.is_some()).then_some(first)
    }

    fn refused_by(&self, callee: &Type, call: &'a ExprCall, scope: ScopeId) -> Option<Refusal> {
        let not_callable = |what: &str| {
            Some(Refusal {
                function: what.to_owned(),
                problem: "cannot be called".to_owned(),
            })
        };
        match callee {
            Type::None => not_callable("`None`"),
            Type::Module(module) => not_callable(&format!("the module `{module}`")),
            Type::Port(port) => not_callable(&format!("the port `{port}`")),
            Type::Object(class) | Type::Container(class, _) => {
                let callable = is_open(*class) || API.member(*class, "__call__").is_some();
                if callable || self.program.attributes.contains_key("__call__") {
                    return None;
                }
                not_callable(&self.describe(callee))
            }
            Type::Function(first, after) => {
                self.refused_by_table(*first, *after, call, scope, None)
            }
            Type::PortMethod(_, method) => {
                self.refused_by_table(*method, method.saturating_add(1), call, scope, None)
            }
            Type::Class(class) => self.refused_by_class(*class, call, scope),
            Type::OwnFunction { id, bound } => self.refused_by_own(*id, *bound, call, None),
            Type::OwnClass(class) => self.refused_by_own_class(*class, call),
            Type::Own(class) => (self.of_own(*class, "__call__", true, 0) == Found::Missing)
                .then(|| not_callable(&self.describe(callee)))?,
        }
    }

    fn refused_by_class(
        &self,
        class: ClassNo,
        call: &'a ExprCall,
        scope: ScopeId,
    ) -> Option<Refusal> {
        if is_open(class) {
            return None;
        }
        let name = API.classes.get(class)?.name;
        let maker = API.lineage(class).find_map(|class| {
            let makers = ["__init__", "__new__"].map(|name| API.members(class).get(name));
            makers.into_iter().flatten().next()
        })?;
        match maker {
            Member::Function(first, after) => {
                self.refused_by_table(*first, *after, call, scope, Some(name))
            }
            _ => None,
        }
    }

    fn refused_by_table(
        &self,
        first: FunctionNo,
        after: FunctionNo,
        call: &'a ExprCall,
        scope: ScopeId,
        class: Option<&str>,
    ) -> Option<Refusal> {
        let given = Given::of(&call.arguments)?;
        let mut problem = None;
        for number in first..after {
            let function = API.function(number)?;
            let slots = Slots::of(function)?;
            let found = self.problem(&slots, &given, scope)?;
            // What is wrong with the types says more than what is wrong with their number.
            let says_more = problem.as_ref().is_none_or(|(by_type, _)| !by_type);
            if says_more {
                problem = Some(found);
            }
        }
        let function = API.function(first)?;
        let function = class.unwrap_or(function.name);
        let several = after.saturating_sub(first) > 1;
        let (by_type, text) = problem?;
        let problem = if several && !by_type {
            count_of_overloads(first, after, &given)
        } else {
            text
        };
        Some(Refusal {
            function: format!("`{function}`"),
            problem,
        })
    }

    /// What is wrong with arguments, and whether it is their types.
    fn problem(
        &self,
        slots: &Slots<'_>,
        given: &Given<'a>,
        scope: ScopeId,
    ) -> Option<(bool, String)> {
        if let Some(problem) = slots.mismatch(given) {
            return Some((false, problem));
        }
        let positional = slots.positional().zip(given.positions.iter().copied());
        let named = given.names.iter().filter_map(|(name, value)| {
            let slot = slots.list.iter().find(|slot| slot.name == *name)?;
            Some((slot, *value))
        });
        for (slot, value) in positional.chain(named) {
            let Some(kind) = slot.kind else { continue };
            let types = self.types(value, scope);
            let Some(known) = types.known() else { continue };
            if known.iter().all(|value| !self.admits(kind, value)) {
                let wanted = self.describe_kind(kind);
                let is = known.first().map(|value| self.describe(value));
                let is = is.unwrap_or_default();
                return Some((
                    true,
                    format!("takes {wanted} for `{}`, not {is}", slot.name),
                ));
            }
        }
        None
    }

    /// Whether a function of the table may take something for a parameter.
    pub(super) fn admits(&self, wanted: &Kind, value: &Type) -> bool {
        let builtins = &self.builtins;
        let class = match value {
            Type::None => None,
            Type::Object(class) | Type::Container(class, _) => Some(*class),
            Type::Own(_) | Type::Class(_) => return true,
            _ => return !matches!(wanted, Kind::Object(_) | Kind::Buffer),
        };
        let is = |list: &[ClassNo]| class.is_some_and(|class| list.contains(&class));
        let collections = [
            builtins.list,
            builtins.tuple,
            builtins.dict,
            builtins.set,
            builtins.frozenset,
        ];
        let texts = [builtins.str, builtins.bytes, builtins.bytearray];
        let is_number = class.is_some_and(|class| builtins.is_number(class));
        let is_device = class
            .and_then(|class| API.classes.get(class))
            .is_some_and(|class| class.is_device && class.is_message);
        let is_builtin =
            class.is_none() || is(&collections) || is(&texts) || is_number || is_device;
        if !is_builtin {
            return match wanted {
                Kind::Object(wanted) => self.admits_object(*wanted, class),
                _ => true,
            };
        }
        match wanted {
            Kind::Unknown => true,
            Kind::None => class.is_none(),
            Kind::Buffer => is(&[builtins.bytes, builtins.bytearray]),
            Kind::Either(kinds) => kinds.iter().any(|kind| self.admits(kind, value)),
            Kind::Object(wanted) if *wanted == builtins.int => is(&[builtins.int, builtins.bool]),
            Kind::Object(wanted) if *wanted == builtins.float => {
                is(&[builtins.int, builtins.bool, builtins.float])
            }
            Kind::Object(wanted) if *wanted == builtins.str => is(&[builtins.str, builtins.bytes]),
            Kind::Object(wanted) if *wanted == builtins.bytes => {
                is(&[builtins.bytes, builtins.bytearray])
            }
            Kind::Object(wanted) if *wanted == builtins.bool => is_number || class.is_none(),
            Kind::Object(wanted) => self.admits_object(*wanted, class),
            Kind::Generic(wanted, parts) if *wanted == builtins.tuple => match value {
                Type::Container(class, given) if *class == builtins.tuple => {
                    parts.len() == given.len()
                }
                _ => is(&collections) || is(&texts),
            },
            Kind::Generic(wanted, _) if *wanted == builtins.dict => is(&[builtins.dict]),
            Kind::Generic(..) => is(&collections) || is(&[builtins.bytes, builtins.bytearray]),
        }
    }

    /// `None` may stand for an object of the script engine, until it is used.
    fn admits_object(&self, wanted: ClassNo, given: Option<ClassNo>) -> bool {
        let builtins = &self.builtins;
        let is_device =
            |class: ClassNo| API.classes.get(class).is_some_and(|class| class.is_device);
        let Some(given) = given else {
            let is_enumeration = API.member(wanted, "value").is_some();
            return is_device(wanted) && !is_enumeration;
        };
        if API.extends(given, wanted) {
            return true;
        }
        if is_device(wanted) {
            return !(is_device(given)
                || builtins.is_number(given)
                || builtins.is_sequence(given)
                || given == builtins.dict);
        }
        // Durations may be numbers, and classes of the library may extend others.
        !is_device(given) && given != builtins.str
    }

    fn refused_by_own(
        &self,
        id: FunctionId,
        bound: bool,
        call: &'a ExprCall,
        class: Option<&str>,
    ) -> Option<Refusal> {
        let function = self.program.functions.get(id)?;
        let given = Given::of(&call.arguments)?;
        let mut slots = Slots::of_own(function.parameters?);
        if bound {
            if slots.list.is_empty() {
                return None;
            }
            slots.list.remove(0);
        }
        let problem = slots.mismatch(&given)?;
        let name = class.unwrap_or(function.name);
        Some(Refusal {
            function: format!("`{name}`"),
            problem,
        })
    }

    fn refused_by_own_class(&self, id: ClassId, call: &'a ExprCall) -> Option<Refusal> {
        let class = self.program.classes.get(id)?;
        if class.def.arguments.is_some() {
            return None;
        }
        let scope = self.program.scopes.get(class.scope)?;
        if scope.names.contains_key("__new__") {
            return None;
        }
        let name = class.def.name.as_str();
        if !scope.names.contains_key("__init__") {
            return (!call.arguments.is_empty()).then(|| Refusal {
                function: format!("`{name}`"),
                problem: "takes no arguments".to_owned(),
            });
        }
        let makers = self.value(Key::Name(class.scope, "__init__"));
        match makers.known()? {
            [Type::OwnFunction { id, .. }] => self.refused_by_own(*id, true, call, Some(name)),
            _ => None,
        }
    }

    /// What a kind of thing is called in a sentence.
    pub(super) fn describe(&self, kind: &Type) -> String {
        let class = |class: ClassNo| {
            let class = API.classes.get(class);
            format!("`{}`", class.map_or("?", |class| class.name))
        };
        match kind {
            Type::None => "`None`".to_owned(),
            Type::Object(number) | Type::Container(number, _) => match API.classes.get(*number) {
                Some(known) if known.name == "<io>" => "`node.io`".to_owned(),
                _ => class(*number),
            },
            Type::Class(number) => format!("the class {}", class(*number)),
            Type::Module(module) => format!("the module `{module}`"),
            Type::Function(number, _) | Type::PortMethod(_, number) => {
                let function = API.function(*number);
                format!(
                    "the function `{}`",
                    function.map_or("?", |function| function.name)
                )
            }
            Type::Port(name) => format!("the port `{name}`"),
            Type::OwnFunction { id, .. } => {
                let function = self.program.functions.get(*id);
                format!(
                    "the function `{}`",
                    function.map_or("", |function| function.name)
                )
            }
            Type::OwnClass(id) | Type::Own(id) => {
                let class = self.program.classes.get(*id);
                format!("`{}`", class.map_or("", |class| class.def.name.as_str()))
            }
        }
    }

    pub(super) fn describe_kind(&self, kind: &Kind) -> String {
        match kind {
            Kind::Unknown => "anything".to_owned(),
            Kind::None => "`None`".to_owned(),
            Kind::Buffer => "bytes".to_owned(),
            Kind::Generic(class, parts) if *class == self.builtins.tuple => {
                format!("a tuple of {}", parts.len())
            }
            Kind::Object(class) | Kind::Generic(class, _) => self.describe(&Type::Object(*class)),
            Kind::Either(kinds) => {
                let kinds: Vec<_> = kinds.iter().map(|kind| self.describe_kind(kind)).collect();
                kinds.join(" or ")
            }
        }
    }
}

impl<'s> Slots<'s> {
    fn of(function: &'s Function) -> Option<Self> {
        let slots = function
            .parameters
            .as_ref()?
            .iter()
            .map(|parameter: &Parameter| Slot {
                name: parameter.name,
                passing: parameter.passing,
                optional: parameter.optional,
                kind: Some(&parameter.kind),
            });
        Some(Self {
            list: slots.collect(),
            any_positional: function.any_positional,
            any_keyword: function.any_keyword,
        })
    }

    fn of_own(parameters: &'s ruff_python_ast::Parameters) -> Self {
        let each = [
            (&parameters.posonlyargs, Passing::Position),
            (&parameters.args, Passing::Either),
            (&parameters.kwonlyargs, Passing::Keyword),
        ];
        let slots = each.into_iter().flat_map(|(list, passing)| {
            list.iter().map(move |parameter| Slot {
                name: parameter.name().as_str(),
                passing,
                optional: parameter.default().is_some(),
                kind: None,
            })
        });
        Self {
            list: slots.collect(),
            any_positional: parameters.vararg.is_some(),
            any_keyword: parameters.kwarg.is_some(),
        }
    }

    fn positional(&self) -> impl Iterator<Item = &Slot<'s>> {
        let slots = self.list.iter();
        slots.filter(|slot| slot.passing != Passing::Keyword)
    }

    /// What is wrong with the number and names of arguments.
    fn mismatch(&self, given: &Given<'_>) -> Option<String> {
        let places = self.positional().count();
        if given.positions.len() > places && !self.any_positional {
            let required = self.positional().filter(|slot| !slot.optional).count();
            let most = count(places);
            let takes = if required < places {
                format!("takes at most {most}")
            } else {
                format!("takes {most}")
            };
            return Some(format!("{takes}, not {}", given.positions.len()));
        }
        for (name, _) in &given.names {
            let known = self.list.iter().position(|slot| slot.name == *name);
            match known.and_then(|index| Some((index, self.list.get(index)?))) {
                Some((_, slot)) if slot.passing == Passing::Position && !self.any_keyword => {
                    return Some(format!("takes `{name}` by position only"));
                }
                Some((index, slot))
                    if slot.passing == Passing::Either && index < given.positions.len() =>
                {
                    return Some(format!("gets two values for `{name}`"));
                }
                None if !self.any_keyword => {
                    return Some(format!("has no parameter `{name}`"));
                }
                _ => {}
            }
        }
        let is_given = |index: usize, slot: &Slot<'_>| {
            let by_position = slot.passing != Passing::Keyword && index < given.positions.len();
            by_position || given.names.iter().any(|(name, _)| *name == slot.name)
        };
        let mut slots = self.list.iter().enumerate();
        let missing = slots.find(|(index, slot)| !slot.optional && !is_given(*index, slot));
        missing.map(|(_, slot)| format!("is not given `{}`", slot.name))
    }
}

fn count(number: usize) -> String {
    match number {
        0 => "no arguments".to_owned(),
        1 => "1 argument".to_owned(),
        more => format!("{more} arguments"),
    }
}

/// `takes 1 or 4 arguments, not 3`.
fn count_of_overloads(first: FunctionNo, after: FunctionNo, given: &Given<'_>) -> String {
    let overloads = (first..after).filter_map(|number| API.function(number));
    let mut counts: Vec<usize> = overloads
        .filter_map(|function| Some(function.parameters.as_ref()?.len()))
        .collect();
    counts.sort_unstable();
    counts.dedup();
    let given = given.positions.len().saturating_add(given.names.len());
    let counts: Vec<String> = counts.iter().map(ToString::to_string).collect();
    format!("takes {} arguments, not these {given}", counts.join(" or "))
}

/// The names of the classes of messages that something is, if it is nothing else.
pub(super) fn messages(sent: &Types) -> Option<Vec<(ClassNo, &'static str)>> {
    let classes = sent.known()?.iter().map(|kind| {
        let number = kind.class()?;
        let class = API.classes.get(number)?;
        class.is_message.then_some((number, class.name))
    });
    classes.collect()
}
