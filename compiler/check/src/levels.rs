//! Levels of rules, as `[lint]` and the command line adjust them; and names of rules that there are
//! not, also where comments of scripts name them.

use std::collections::BTreeMap;

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity, Span};

use super::rules::{self, UNKNOWN_RULE};
use oakc_core::config::{Levels, Suggestion};
use oakc_core::graph::Graph;
use oakc_core::scripts::Scripts;

/// New levels by rule name; `None` means that findings are dropped.
pub(super) struct Adjustments(BTreeMap<&'static str, Option<Severity>>);

impl Adjustments {
    /// The levels of `[lint]`, and over them those from outside.
    pub(super) fn read(graph: &Graph, outside: &Levels, diagnostics: &mut Diagnostics) -> Self {
        let config = graph.config();
        let mut adjustments = Self(BTreeMap::new());
        adjustments.add(&config.levels, |path, name| {
            let place = config.written(&path);
            diagnostics.push(unknown_rule(name, place));
        });
        adjustments.add(outside, |_, name| {
            diagnostics.push(unknown_rule(name, None));
        });
        adjustments
    }

    fn add(&mut self, levels: &Levels, mut unknown: impl FnMut(String, &str)) {
        let lists = [
            ("allow", &levels.allow, None),
            ("warn", &levels.warn, Some(Severity::Warning)),
            ("deny", &levels.deny, Some(Severity::Error)),
        ];
        for (key, names, level) in lists {
            for (index, name) in names.iter().enumerate() {
                match rules::find(name) {
                    Some(rule) => {
                        self.0.insert(rule.name, level);
                    }
                    None => unknown(format!("lint.{key}.{index}"), name),
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

/// Says which names in comments of scripts are no rules about scripts: such a comment allows nothing.
pub(super) fn check_comments(scripts: &Scripts, diagnostics: &mut Diagnostics) {
    let is_known = |name: &str| rules::about_scripts().any(|rule| rule.is_called(name));
    for source in scripts.iter() {
        let comments = source.program.suppressions.iter();
        let names = comments.flat_map(|comment| &comment.rules);
        let unknown = names.filter(|(name, _)| !is_known(name));
        diagnostics.extend(unknown.map(|(name, range)| {
            refused_in_script(name)
                .severity(Severity::Warning)
                .label(source.span(range), "this allows nothing")
        }));
    }
}

fn refused_in_script(name: &str) -> Diagnostic {
    if rules::find(name).is_some() {
        let message = format!("the rule `{name}` is not about scripts");
        return Diagnostic::new(&UNKNOWN_RULE, message)
            .help("allow it under `[lint]` in the configuration");
    }
    nearest(name, rules::about_scripts()).or_help(no_such_rule(name), list)
}

fn unknown_rule(name: &str, place: Option<Span>) -> Diagnostic {
    let diagnostic = no_such_rule(name).label(place, "named here");
    let nearest = nearest(name, rules::all());
    match place {
        Some(place) if !nearest.is_none() => nearest.quoted_at(diagnostic, place),
        _ => nearest.or_help(diagnostic, list),
    }
}

fn no_such_rule(name: &str) -> Diagnostic {
    Diagnostic::new(&UNKNOWN_RULE, format!("there is no rule `{name}`"))
}

fn nearest(name: &str, rules: impl Iterator<Item = &'static Rule>) -> Suggestion<'static> {
    Suggestion::of(name, rules.map(|rule| rule.name))
}

fn list() -> String {
    "`oakc explain` lists all rules".to_owned()
}
