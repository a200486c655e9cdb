//! Targets that read scripts, before and after their modules were put into them.

use std::ops::Range;

use oakc_core::bundle::{Bundle, Secrets, marks};
use oakc_diag::HIDDEN;
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

/// The script of a package, with its modules in it.
///
/// # Panics
/// If it is taken apart into something that does not make it again, or a secret in it is still to be seen.
pub fn bundle(input: &[u8]) -> Outcome {
    let Ok(text) = str::from_utf8(input) else {
        return "not text".to_owned();
    };
    let secrets = Secrets::of_scripts([input]);
    let masked = secrets.masked(text);
    let long = secrets
        .iter()
        .filter(|(_, value)| value.len() > HIDDEN.len());
    for (name, value) in long.filter(|(_, value)| !value.contains('*')) {
        assert!(!masked.contains(value), "{name}");
    }
    if let Some(marked) = marks::read(text) {
        assert!(
            marked
                .places
                .iter()
                .all(|(_, place)| marked.script.get(place.clone()).is_some())
        );
    }
    let Some(bundle) = Bundle::read(text) else {
        return format!("no bundle, {} secrets", secrets.iter().count().min(3));
    };
    assert_eq!(bundle.write().as_deref(), Some(text), "another bundle");
    let modules = bundle.modules.len().min(3);
    format!(
        "{modules} modules, {} secrets",
        secrets.iter().count().min(3)
    )
}
