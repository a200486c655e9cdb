//! Enumerations.
//!
//! In: an enumeration. Out: the names to offer, and a pattern for all spellings that are read.
//! Never: a spelling that the reader accepts and the pattern does not, or a number without a name: that is
//! an error unless a rule is allowed, which a schema cannot know.

use oakc_runtime_schema::reflect::EnumShape;
use serde_json::{Value as Json, json};

use super::values::{PARAM, flow};

/// What may stand between any two letters of a name.
const GAP: &str = "[-_. ]*";

/// The schema of an enumeration.
pub(super) fn enumeration(of: &EnumShape) -> Json {
    let names: Vec<_> = of.members.iter().map(|member| member.name).collect();
    let docs: Vec<_> = of.members.iter().map(|member| flow(member.doc)).collect();
    let mut numbers: Vec<_> = of.members.iter().map(|member| member.value).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let mut spellings: Vec<_> = of
        .spellings()
        .map(|(_, name)| EnumShape::plain(name))
        .collect();
    spellings.sort_unstable();
    spellings.dedup();
    let patterns: Vec<_> = spellings.iter().map(|name| tolerant(name)).collect();
    let pattern = format!("^{GAP}(?:{})$|{PARAM}", patterns.join("|"));
    json!({
        "description": flow(of.doc),
        "anyOf": [
            {
                "enum": names,
                "enumDescriptions": docs,
                "x-taplo": { "docs": { "enumValues": docs } },
            },
            { "type": "string", "pattern": pattern },
            { "type": "integer", "enum": numbers },
        ],
    })
}

/// A pattern for `name` in any case and with gaps anywhere.
fn tolerant(name: &str) -> String {
    name.chars().map(|c| letter(c) + GAP).collect()
}

/// A pattern for `name` in any case.
pub(super) fn any_case(name: &str) -> String {
    name.chars().map(letter).collect()
}

/// One character in either case. Inline flags would be shorter, but JavaScript lacks them.
fn letter(c: char) -> String {
    if c.is_alphabetic() {
        format!("[{}{}]", c.to_lowercase(), c.to_uppercase())
    } else if c.is_alphanumeric() {
        c.to_string()
    } else {
        format!("\\{c}")
    }
}
