//! Models that no node runs.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use std::collections::BTreeSet;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK190",
    name: "unused-model",
    level: Severity::Warning,
    adjustable: true,
    constraints: &[],
    summary: "A model in `[models]` that no node uses.",
    docs: include_str!("unused_model.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let config = context.config();
    // A node that could not be read may use it.
    if !config.broken_nodes.is_empty() || config.nodes.iter().any(|node| !node.sound) {
        return;
    }
    let used = config.nodes.iter().filter_map(|node| node.model.as_ref());
    let used: BTreeSet<_> = used.map(|model| model.name.as_str()).collect();
    for (name, span) in &config.models {
        if !used.contains(name.as_str()) {
            let setting = context.language().setting("model", name.as_str());
            diagnostics.push(
                Diagnostic::new(&RULE, format!("no node uses the model `{name}`"))
                    .label(*span, "not in the package")
                    .help(format!("set {setting} on a node, or remove it")),
            );
        }
    }
}
