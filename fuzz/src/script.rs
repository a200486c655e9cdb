//! The target that reads scripts.

use std::ops::Range;

use oakc_script::Script;

use crate::Outcome;
use crate::bytes::words;

/// The text of a Script node.
///
/// # Panics
/// If the position of a fact or an error is outside the text.
pub fn script(input: &[u8]) -> Outcome {
    let Ok(text) = str::from_utf8(input) else {
        return "not text".to_owned();
    };
    let script = Script::parse(text);
    let inside = |range: &Range<usize>| assert!(text.get(range.clone()).is_some(), "{range:?}");
    for error in &script.syntax_errors {
        inside(&error.range);
    }
    if let Some(error) = script.syntax_errors.first() {
        return words(&error.message);
    }
    let Some(facts) = script.facts else {
        return "not looked into".to_owned();
    };
    for used in &facts.ports {
        inside(&used.range);
        used.names.iter().for_each(|name| inside(&name.range));
    }
    for used in &facts.hosts {
        inside(&used.range);
    }
    facts.busy_loops.iter().for_each(inside);
    let count = |count: usize| count.min(3);
    format!(
        "{} ports, {} hosts, {} busy loops, {} imports",
        count(facts.ports.len()),
        count(facts.hosts.len()),
        count(facts.busy_loops.len()),
        count(facts.imports.len())
    )
}
