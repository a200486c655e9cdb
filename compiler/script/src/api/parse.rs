//! The texts of the tables.
//!
//! In: lines: a module, a class or, where it is indented, a member of what stands above it. Out:
//! the [`Api`]. Never: a table that is read in part.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::{Api, Class, ClassNo, Function, Kind, Member, Parameter, Passing, Signature};

/// Where the members of the lines that follow go.
enum Holder {
    Module(&'static str),
    Class(ClassNo),
}

pub(super) fn api(texts: [&'static str; 2]) -> Api {
    let mut api = Api::default();
    let [device, stdlib] = texts;
    for (text, is_device) in [(device, true), (stdlib, false)] {
        for line in text.lines().filter(|line| line.starts_with("class ")) {
            declare(&mut api, line, is_device);
        }
    }
    for text in texts {
        for line in text.lines().filter(|line| line.starts_with("alias ")) {
            let mut words = line.split(' ').skip(1);
            if let (Some(alias), Some(name)) = (words.next(), words.next())
                && let Some(number) = api.class_number(name)
            {
                api.class_numbers.insert(alias, number);
            }
        }
    }
    for text in texts {
        members(&mut api, text);
    }
    inner_classes(&mut api);
    api
}

/// A class line: `class NAME(BASE,BASE) message open fixed`.
fn declare(api: &mut Api, line: &'static str, is_device: bool) {
    let mut words = line.split(' ').skip(1);
    let name = words.next().unwrap_or_default();
    let name = name.split_once('(').map_or(name, |(name, _)| name);
    let mut class = Class {
        name,
        bases: Vec::new(),
        is_message: false,
        is_device,
        is_open: false,
        is_fixed: is_device,
        members: FxHashMap::default(),
        lacks: Vec::new(),
    };
    for word in words {
        match word {
            "message" => class.is_message = true,
            "open" => class.is_open = true,
            "fixed" => class.is_fixed = true,
            _ => {}
        }
    }
    api.class_numbers.insert(name, api.classes.len());
    api.classes.push(class);
}

fn members(api: &mut Api, text: &'static str) {
    let mut holder = Holder::Module("");
    for line in text.lines() {
        if let Some(member) = line.strip_prefix("  ") {
            add(api, &holder, member);
        } else if let Some(name) = line.strip_prefix("module ") {
            holder = Holder::Module(name);
            api.modules.entry(name).or_default();
        } else if let Some(rest) = line.strip_prefix("class ") {
            let rest = rest.split(' ').next().unwrap_or(rest);
            let (name, bases) = rest.split_once('(').unwrap_or((rest, ""));
            let Some(number) = api.class_number(name) else {
                continue;
            };
            let bases = bases.trim_end_matches(')').split(',');
            let bases = bases.filter_map(|base| api.class_number(base)).collect();
            if let Some(class) = api.classes.get_mut(number) {
                class.bases = bases;
            }
            holder = Holder::Class(number);
        } else if let Some(names) = line.strip_prefix("unplaced ") {
            api.unplaced.extend(names.split(' '));
        } else if let Some(names) = line.strip_prefix("absent ") {
            api.absent.extend(names.split(' '));
        }
    }
}

fn add(api: &mut Api, holder: &Holder, line: &'static str) {
    if let (Some(name), Holder::Class(class)) = (line.strip_prefix("lacks "), holder) {
        if let Some(class) = api.classes.get_mut(*class) {
            class.lacks.push(name);
        }
        return;
    }
    let end = line.find([':', '(']).unwrap_or(line.len());
    let (name, rest) = line.split_at(end);
    let (name, is_static) = match name.strip_prefix("static ") {
        Some(name) => (name, true),
        None => (name, false),
    };
    let member = match rest.strip_prefix(": ") {
        Some(value) => value_member(api, value),
        None => {
            let number = api.functions.len();
            api.functions.push(Signature {
                name,
                text: rest,
                is_static,
                function: OnceLock::new(),
            });
            Member::Function(number, number.saturating_add(1))
        }
    };
    let members = match holder {
        Holder::Module(module) => api.modules.entry(module).or_default(),
        Holder::Class(class) => {
            let Some(class) = api.classes.get_mut(*class) else {
                return;
            };
            if class.is_device {
                api.device_names.insert(name);
            }
            &mut class.members
        }
    };
    match (members.get_mut(name), &member) {
        // Overloads stand one after the other.
        (Some(Member::Function(_, end)), Member::Function(start, after)) if end == start => {
            *end = *after;
        }
        (Some(Member::Function(..)), Member::Function(..)) => {}
        _ => {
            members.insert(name, member);
        }
    }
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

/// `(PARAMETERS) -> RESULT`.
pub(super) fn function(api: &Api, signature: &Signature) -> Function {
    let Signature {
        name,
        text,
        is_static,
        ..
    } = *signature;
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

/// `ImgFrame.Type` is a member of `ImgFrame`.
fn inner_classes(api: &mut Api) {
    let inner: Vec<_> = api
        .class_numbers
        .iter()
        .filter_map(|(name, number)| {
            let (outer, name) = name.rsplit_once('.')?;
            Some((outer, name, *number))
        })
        .collect();
    for (outer, name, number) in inner {
        if let Some(module) = api.modules.get_mut(outer) {
            module.entry(name).or_insert(Member::Class(number));
        } else if let Some(outer) = api.class_numbers.get(outer).copied()
            && let Some(class) = api.classes.get_mut(outer)
        {
            class.members.entry(name).or_insert(Member::Class(number));
            if class.is_device {
                api.device_names.insert(name);
            }
        }
    }
}
