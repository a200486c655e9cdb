//! Levels of rules, as `[lint]` and the command line adjust them.

use std::collections::BTreeMap;

use oakc_diag::{Diagnostic, Diagnostics, Severity, Span};

use super::rules::{self, UNKNOWN_RULE};
use crate::config::{Levels, Suggestion};
use crate::graph::Graph;

/// New levels by rule name; `None` means that findings are dropped.
pub(super) struct Adjustments(BTreeMap<&'static str, Option<Severity>>);

impl Adjustments {
    /// The levels of `[lint]`, and over them those from outside.
    pub(super) fn read(graph: &Graph, outside: &Levels, diagnostics: &mut Diagnostics) -> Self {
        let config = graph.config();
        let mut adjustments = Self(BTreeMap::new());
        adjustments.add(&config.levels, |key, name| {
            let span = config.span(&format!("lint.{key}"));
            diagnostics.push(unknown_rule(span, name));
        });
        adjustments.add(outside, |_, name| {
            diagnostics.push(unknown_rule(None, name));
        });
        adjustments
    }

    fn add(&mut self, levels: &Levels, mut unknown: impl FnMut(&str, &str)) {
        let lists = [
            ("allow", &levels.allow, None),
            ("warn", &levels.warn, Some(Severity::Warning)),
            ("deny", &levels.deny, Some(Severity::Error)),
        ];
        for (key, names, level) in lists {
            for name in names {
                match rules::find(name) {
                    Some(rule) => {
                        self.0.insert(rule.name, level);
                    }
                    None => unknown(key, name),
                }
            }
        }
    }

    /// The finding at its new level, if there is any left of it.
    pub(super) fn adjust(&self, diagnostic: Diagnostic) -> Option<Diagnostic> {
        match self.0.get(diagnostic.rule.name) {
            Some(level) => level.map(|level| diagnostic.severity(level)),
            None => Some(diagnostic),
        }
    }
}

fn unknown_rule(span: Option<Span>, name: &str) -> Diagnostic {
    let mut diagnostic = Diagnostic::new(&UNKNOWN_RULE, format!("there is no rule `{name}`"));
    if let Some(span) = span {
        diagnostic = diagnostic.label(span, "named here");
    }
    Suggestion::of(name, rules::all().map(|rule| rule.name))
        .or_help(diagnostic, || "`oakc explain` lists all rules".to_owned())
}
