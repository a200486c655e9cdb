//! Lines about members.
//!
//! In: lines of the table. Out: the members of a class or module, and functions. Never: a member that
//! is in no line, except classes that stand for themselves.

use std::ops::Range;

use super::{Api, Function, FunctionNo, Held, Kind, Member, Members, Parameter, Passing};

/// The members that these lines are about, and the classes inside of what is called `name`.
pub(super) fn held(api: &Api, name: &str, lines: Range<usize>) -> Held {
    let mut held = Held::default();
    for number in lines {
        let Some(line) = api.lines.get(number) else {
            break;
        };
        match line.text.strip_prefix("lacks ") {
            Some(name) => held.lacks.push(name),
            None => add(api, &mut held.members, line.text, number),
        }
    }
    // `ImgFrame.Type` is a member of `ImgFrame`.
    for (name, class) in api.inner.get(name).into_iter().flatten() {
        let class = Member::Class(*class);
        held.members.entry(name).or_insert(class);
    }
    held
}

fn add(api: &Api, members: &mut Members, line: &'static str, number: FunctionNo) {
    let (name, rest, _) = parts(line);
    let after = number.saturating_add(1);
    let member = match rest.strip_prefix(": ") {
        Some(value) => value_member(api, value),
        None => Member::Function(number, after),
    };
    match (members.get_mut(name), &member) {
        (Some(Member::Function(_, end)), Member::Function(start, after)) if end == start => {
            *end = *after;
        }
        (Some(Member::Function(..)), Member::Function(..)) => {}
        _ => {
            members.insert(name, member);
        }
    }
}

/// The name of a member, what follows it, and whether it is called on the class.
fn parts(line: &'static str) -> (&'static str, &'static str, bool) {
    let (line, is_static) = match line.strip_prefix("static ") {
        Some(line) => (line, true),
        None => (line, false),
    };
    let end = line.find([':', '(']).unwrap_or(line.len());
    let (name, rest) = line.split_at(end);
    (name, rest, is_static)
}

fn value_member(api: &Api, text: &'static str) -> Member {
    let unknown = Member::Value {
        kind: Kind::Unknown,
        readonly: false,
    };
    if let Some(module) = text.strip_prefix("module ") {
        return Member::Module(module);
    }
    if let Some(class) = text.strip_prefix("type ") {
        return api.class_number(class).map_or(unknown, Member::Class);
    }
    let (text, readonly) = match text.strip_suffix(" readonly") {
        Some(text) => (text, true),
        None => (text, false),
    };
    Member::Value {
        kind: kind(api, text),
        readonly,
    }
}

/// `static NAME(PARAMETERS) -> RESULT`.
pub(super) fn function(api: &Api, line: &'static str) -> Function {
    let (name, text, is_static) = parts(line);
    let (parameters, result) = text.rsplit_once(") -> ").unwrap_or((text, "?"));
    let parameters = parameters.strip_prefix('(').unwrap_or(parameters);
    let mut function = Function {
        name,
        parameters: None,
        any_positional: false,
        any_keyword: false,
        result: kind(api, result),
        is_static,
    };
    if parameters == "..." {
        return function;
    }
    let mut known = Vec::new();
    for part in split(parameters) {
        match part {
            "*args" => function.any_positional = true,
            "**kwargs" => function.any_keyword = true,
            _ => known.push(parameter(api, part)),
        }
    }
    function.parameters = Some(known);
    function
}

/// `/name?: KIND`; `/` by position only, `!` by name only, `?` may be left out.
fn parameter(api: &Api, text: &'static str) -> Parameter {
    let (name, wanted) = text.split_once(": ").unwrap_or((text, "?"));
    let (name, passing) = match name.as_bytes().first() {
        Some(b'/') => (name.trim_start_matches('/'), Passing::Position),
        Some(b'!') => (name.trim_start_matches('!'), Passing::Keyword),
        _ => (name, Passing::Either),
    };
    Parameter {
        name: name.trim_end_matches('?'),
        passing,
        optional: name.ends_with('?'),
        kind: kind(api, wanted),
    }
}

fn kind(api: &Api, text: &'static str) -> Kind {
    let parts = split_at(text, '|');
    if parts.len() > 1 {
        return Kind::Either(parts.into_iter().map(|part| kind(api, part)).collect());
    }
    match text {
        "?" | "" => return Kind::Unknown,
        "None" => return Kind::None,
        "buffer" => return Kind::Buffer,
        _ => {}
    }
    match text.split_once('[') {
        Some((head, inner)) => {
            let inner = inner.strip_suffix(']').unwrap_or(inner);
            let parts = split(inner).into_iter().map(|part| kind(api, part));
            api.class_number(head)
                .map_or(Kind::Unknown, |class| Kind::Generic(class, parts.collect()))
        }
        None => api.class_number(text).map_or(Kind::Unknown, Kind::Object),
    }
}

/// The parts between commas that are in no bracket.
fn split(text: &'static str) -> Vec<&'static str> {
    split_at(text, ',')
}

fn split_at(text: &'static str, separator: char) -> Vec<&'static str> {
    let (mut depth, mut start, mut parts) = (0i32, 0, Vec::new());
    for (index, character) in text.char_indices() {
        match character {
            '[' | '(' => depth = depth.saturating_add(1),
            ']' | ')' => depth = depth.saturating_sub(1),
            _ if character == separator && depth == 0 => {
                parts.extend(text.get(start..index));
                start = index.saturating_add(1);
            }
            _ => {}
        }
    }
    parts.extend(text.get(start..));
    let parts = parts.into_iter().map(str::trim);
    parts.filter(|part| !part.is_empty()).collect()
}
