//! Parameters that change nothing.

use oakc_core::compose::Role;
use oakc_core::scripts::ScriptSource;
use oakc_core::syntax::NodeValue;
use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};

use crate::{Check, Context};

/// A parameter that nothing uses.
static RULE: Rule = Rule {
    code: "OAK047",
    name: "unused-parameter",
    level: Severity::Warning,
    adjustable: true,
    constraints: &[],
    summary: "A parameter is used neither in the configuration nor by a script.",
    docs: include_str!("unused_parameter.md"),
};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let config = context.config();
    // A script that could not be read may use any of them.
    if !config.broken_nodes.is_empty() || config.nodes.iter().any(|node| !node.sound) {
        return;
    }
    let scripts: Vec<&str> = context
        .scripts
        .iter()
        .flat_map(ScriptSource::parts)
        .filter_map(|part| part.text.as_deref().ok())
        .collect();
    // A name may also be reached in other ways than by writing `params.NAME`.
    let takes_params = scripts.iter().any(|text| text.contains("oakc"));
    // One of them may be meant by a name that a script has wrong.
    let names = context.scripts.iter().flat_map(ScriptSource::parts);
    let mut names = names
        .filter_map(|part| part.program.facts.as_ref())
        .flat_map(|facts| &facts.params);
    if names.any(|(name, _)| !config.params.contains_key(name)) {
        return;
    }
    for (name, value) in &config.params {
        if config.mentions_param(name) || *value == NodeValue::Reported {
            continue;
        }
        // An import under another name is still an import: whoever writes the name may mean it.
        if takes_params && scripts.iter().any(|text| has_word(text, name)) {
            continue;
        }
        let place = config.place_of_param(name);
        let file = place.and_then(|place| config.parts.file(place));
        // What several applications share need not be used by each.
        if file.is_some_and(|file| file.role != Role::Application) {
            continue;
        }
        diagnostics.push(
            Diagnostic::new(&RULE, format!("nothing uses the parameter `{name}`"))
                .label(place, "its value changes nothing")
                .help(format!(
                    "write `${{{name}}}` where the value belongs, or `from oakc import params` and \
                     `params.{name}` in a script; or remove it"
                )),
        );
    }
}

/// Whether a word stands in a text, not as a part of a longer one.
fn has_word(text: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at.saturating_add(word.len())..);
        let after = after.and_then(|after| after.chars().next());
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}
