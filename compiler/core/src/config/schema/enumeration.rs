//! Enumerations: the names to offer, and a pattern for all the spellings that are read.

use oakc_runtime_schema::reflect::{EnumShape, Member};
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
    let mut spellings: Vec<_> = of.members.iter().flat_map(|m| spellings(of, m)).collect();
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

/// All names of a member, without what the reader overlooks: its own, its aliases, and every run
/// of its words that the reader takes for it.
fn spellings(of: &EnumShape, member: &Member) -> Vec<String> {
    let words: Vec<_> = member.name.split('_').collect();
    let starts = 0..words.len();
    let runs = starts.flat_map(|start| (start + 1..=words.len()).map(move |end| start..end));
    let runs = runs.filter_map(|run| words.get(run).map(|run| run.join("_")));
    let means_it = |name: &String| of.member(name).is_some_and(|m| m.value == member.value);
    let aliases = member.aliases.iter().map(|alias| (*alias).to_owned());
    runs.filter(means_it)
        .chain(aliases)
        .map(|name| plain(&name))
        .collect()
}

fn plain(name: &str) -> String {
    let significant = |c: &char| !matches!(c, '_' | '.' | '-' | ' ');
    name.chars()
        .filter(significant)
        .flat_map(char::to_lowercase)
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
