//! The classes that scripts on the camera can use, as docs/messages.md has them.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use oakc_script::api::{API, Class};

use super::topic::Topic;

/// The classes that scripts can use by name: `node` and its ports have types without one.
fn classes() -> impl Iterator<Item = &'static Class> {
    let is_named = |class: &&Class| {
        let first = class.name.chars().next();
        first.is_some_and(|first| first.is_ascii_uppercase()) && !API.lines(class).is_empty()
    };
    API.device_classes().filter(is_named)
}

pub(super) fn names() -> impl Iterator<Item = (String, &'static str)> {
    classes().map(|class| {
        let what = if class.is_message {
            "message"
        } else {
            "class of scripts"
        };
        (class.name.to_owned(), what)
    })
}

pub(super) fn find(name: &str) -> Option<Topic> {
    let class = classes().find(|class| class.name.eq_ignore_ascii_case(name))?;
    let (kind, what) = if class.is_message {
        ("message", "a message")
    } else {
        ("class", "a class of scripts on the camera")
    };
    Some(Topic {
        kind,
        name: class.name.to_owned(),
        title: format!("{} ({what})", class.name),
        text: of(class),
    })
}

/// What a message of this class holds, for the page of a port; none where scripts cannot use it.
pub(super) fn members(name: &str) -> Option<String> {
    let class = classes().find(|class| class.name == name)?;
    Some(format!("\n\nIn a script, {name} has\n{}", of(class)))
}

/// The members of a class, and those that it has from others.
fn of(class: &Class) -> String {
    let own = API.lines(class);
    let mut known: BTreeSet<_> = own.iter().map(|line| name(line).to_owned()).collect();
    let mut text = indented(&own);
    for base in API.base_names(class) {
        let Some((_, base)) = API.class(base) else {
            continue;
        };
        let mut lines = API.lines(base);
        lines.retain(|line| !known.contains(name(line)));
        known.extend(lines.iter().map(|line| name(line).to_owned()));
        if !lines.is_empty() {
            _ = write!(text, "\nand as every {}\n{}", base.name, indented(&lines));
        }
    }
    text
}

/// The name of a member in its line.
fn name(line: &str) -> &str {
    line.split(['(', ':']).next().unwrap_or(line)
}

fn indented(lines: &[String]) -> String {
    let lines = lines.iter().map(|line| format!("  {line}"));
    lines.collect::<Vec<_>>().join("\n")
}
