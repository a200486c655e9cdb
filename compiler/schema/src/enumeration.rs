//! Enumerations.
//!
//! In: an enumeration. Out: the names to offer, as the documentation writes them, and a pattern for all spellings that
//! are read.
//! Never: a spelling that the reader accepts and the pattern does not, or a number without a name: that is
//! an error unless a rule is allowed, which a schema cannot know.

use oakc_runtime_schema::reflect::EnumShape;
use serde_json::{Map, Value as Json, json};

use super::values::{PARAM, flow};

/// What may stand between any two letters of a name.
const GAP: &str = "[-_. ]*";

/// The schema of an enumeration.
pub(super) fn enumeration(of: &EnumShape) -> Json {
    let names = of.usual_names();
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
    let mut schema = one_of(&offer(&json!(names), &json!(docs)), &pattern, &numbers);
    schema.insert("description".to_owned(), json!(flow(of.doc)));
    schema.into()
}

/// Names to offer, each with a text.
pub(super) fn offer(names: &Json, docs: &Json) -> Json {
    json!({
        "enum": names,
        "enumDescriptions": docs,
        "x-taplo": { "docs": { "enumValues": docs } },
    })
}

/// One of the names in `offered`, a text that fits `pattern`, or one of the sorted `numbers`.
///
/// Not simply alternatives: of those, Taplo says only that none fits, and Tombi shows the pattern. What is refused here is
/// refused by the list of names. The `anyOf` cannot fail; the engines offer what stands in it.
pub(super) fn one_of(offered: &Json, pattern: &str, numbers: &[i64]) -> Map<String, Json> {
    let mut others = vec![json!({ "type": "string", "pattern": pattern })];
    for run in numbers.chunk_by(|a, b| a + 1 == *b) {
        // Not as a list, which yaml-language-server would show among the names.
        others.push(json!({ "type": "integer", "minimum": run.first(), "maximum": run.last() }));
    }
    let keywords = [
        ("anyOf", json!([offered, true])),
        ("if", json!({ "anyOf": others })),
        ("else", offered.clone()),
    ];
    keywords
        .into_iter()
        .map(|(keyword, value)| (keyword.to_owned(), value))
        .collect()
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
