//! `[lint]`: levels of rules as the configuration adjusts them.

use std::collections::BTreeMap;

use oakc_diag::{Diagnostic, Diagnostics, Severity};

use super::rules::{self, UNKNOWN_RULE};
use crate::config::Suggestion;
use crate::graph::Graph;

/// New levels by rule name; `None` means that findings are dropped.
pub(super) struct Adjustments(BTreeMap<String, Option<Severity>>);

impl Adjustments {
    pub(super) fn read(graph: &Graph, diagnostics: &mut Diagnostics) -> Self {
        let config = graph.config();
        let lists = [
            ("allow", &config.levels.allow, None),
            ("warn", &config.levels.warn, Some(Severity::Warning)),
            ("deny", &config.levels.deny, Some(Severity::Error)),
        ];
        let mut levels = BTreeMap::new();
        for (key, names, level) in lists {
            for name in names {
                match rules::find(name) {
                    Some(rule) => {
                        levels.insert(rule.name.to_owned(), level);
                    }
                    None => diagnostics.push(unknown_rule(graph, key, name)),
                }
            }
        }
        Self(levels)
    }

    /// The finding at its new level, if there is any left of it.
    pub(super) fn adjust(&self, diagnostic: Diagnostic) -> Option<Diagnostic> {
        match self.0.get(diagnostic.rule.name) {
            Some(level) => level.map(|level| diagnostic.severity(level)),
            None => Some(diagnostic),
        }
    }
}

fn unknown_rule(graph: &Graph, key: &str, name: &str) -> Diagnostic {
    let mut diagnostic = Diagnostic::new(&UNKNOWN_RULE, format!("there is no rule `{name}`"));
    if let Some(span) = graph.config().span(&format!("lint.{key}")) {
        diagnostic = diagnostic.label(span, "named here");
    }
    Suggestion::of(name, rules::all().map(|rule| rule.name))
        .or_help(diagnostic, || "`oakc explain` lists all rules".to_owned())
}
