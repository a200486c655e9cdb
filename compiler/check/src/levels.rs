//! The levels of the rules.
//!
//! In: the lists of rules under `[lint]` and those from the command line, which win. Out: the level
//! of each rule that is named, and what is wrong with the lists and with the names in comments of
//! scripts. Never: a list that has no effect without a diagnostic that says so.

use std::collections::BTreeMap;

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity, Span};

use super::rules;
use super::rules::levels::{conflicting_levels, fixed_level, unknown_rule};
use oakc_core::config::{Levels, Suggestion};
use oakc_core::graph::Graph;
use oakc_core::scripts::Scripts;
use oakc_core::syntax::Language;

/// The lists of [`Levels`], from the mildest to the strictest.
#[derive(Clone, Copy, PartialEq, Eq)]
enum List {
    Allow,
    Warn,
    Deny,
}

impl List {
    const ALL: [Self; 3] = [Self::Allow, Self::Warn, Self::Deny];

    /// Its key under `[lint]`.
    const fn key(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Warn => "warn",
            Self::Deny => "deny",
        }
    }

    /// Its effect on a rule.
    const fn effect(self) -> &'static str {
        match self {
            Self::Allow => "allowed",
            Self::Warn => "made a warning",
            Self::Deny => "denied",
        }
    }

    /// The level of the rules in it; `None` means that their findings are dropped.
    const fn level(self) -> Option<Severity> {
        match self {
            Self::Allow => None,
            Self::Warn => Some(Severity::Warning),
            Self::Deny => Some(Severity::Error),
        }
    }

    fn names(self, levels: &Levels) -> &[String] {
        match self {
            Self::Allow => &levels.allow,
            Self::Warn => &levels.warn,
            Self::Deny => &levels.deny,
        }
    }
}

/// A rule's name in a list, and where it is written.
#[derive(Clone, Copy)]
struct Choice {
    list: List,
    place: Option<Span>,
}

/// New levels by rule name; `None` means that findings are dropped.
pub(super) struct Adjustments(BTreeMap<&'static str, Option<Severity>>);

impl Adjustments {
    /// The levels of `[lint]`, overridden by those from the command line.
    pub(super) fn read(graph: &Graph, outside: &Levels, diagnostics: &mut Diagnostics) -> Self {
        let config = graph.config();
        let written = |list: List, index| config.written(&format!("lint.{}.{index}", list.key()));
        let mut adjustments = Self(BTreeMap::new());
        adjustments.add(&config.levels, written, diagnostics);
        adjustments.add(outside, |_, _| None, diagnostics);
        adjustments
    }

    /// Adds the lists from one source. Of two levels for one rule, the stricter one applies.
    fn add(
        &mut self,
        levels: &Levels,
        place: impl Fn(List, usize) -> Option<Span>,
        diagnostics: &mut Diagnostics,
    ) {
        let mut chosen: BTreeMap<&'static str, Choice> = BTreeMap::new();
        for list in List::ALL {
            for (index, name) in list.names(levels).iter().enumerate() {
                let place = place(list, index);
                let Some(rule) = rules::find(name) else {
                    diagnostics.push(unknown(name, place));
                    continue;
                };
                if !rule.adjustable {
                    diagnostics.push(fixed(rule, place));
                    continue;
                }
                let choice = Choice { list, place };
                let earlier = chosen.insert(rule.name, choice);
                let other = earlier.filter(|earlier| earlier.list != list);
                diagnostics.extend(other.map(|other| conflict(rule, other, choice)));
            }
        }
        let levels = chosen.into_iter();
        self.0
            .extend(levels.map(|(name, choice)| (name, choice.list.level())));
    }

    /// The finding at its new level; `None` if it is dropped.
    pub(super) fn adjust(&self, diagnostic: Diagnostic) -> Option<Diagnostic> {
        match self.0.get(diagnostic.rule.name) {
            Some(level) => level.map(|level| diagnostic.severity(level)),
            None => Some(diagnostic),
        }
    }
}

/// Reports names in script comments that are not rules about scripts: such a comment has no effect.
pub(super) fn check_comments(language: Language, scripts: &Scripts, diagnostics: &mut Diagnostics) {
    let is_known = |name: &str| rules::about_scripts().any(|rule| rule.is_called(name));
    for source in scripts.iter() {
        let comments = source.program.suppressions.iter();
        let names = comments.flat_map(|comment| &comment.rules);
        let unknown = names.filter(|(name, _)| !is_known(name));
        diagnostics.extend(unknown.map(|(name, range)| {
            refused_in_script(language, name)
                .severity(Severity::Warning)
                .label(source.span(range), "this has no effect")
        }));
    }
}

fn refused_in_script(language: Language, name: &str) -> Diagnostic {
    if rules::find(name).is_some() {
        let message = format!("the rule `{name}` is not about scripts");
        return Diagnostic::new(&unknown_rule::RULE, message).help(format!(
            "allow it under {} in the configuration",
            language.table(&["lint"])
        ));
    }
    nearest(name, rules::about_scripts()).or_help(no_such_rule(name), list)
}

fn fixed(rule: &Rule, place: Option<Span>) -> Diagnostic {
    let name = rule.name;
    Diagnostic::new(
        &fixed_level::RULE,
        format!("the level of `{name}` cannot be changed"),
    )
    .label(place, "this has no effect")
    .help(format!("remove it: findings of `{name}` must be corrected"))
}

fn conflict(rule: &Rule, earlier: Choice, later: Choice) -> Diagnostic {
    let (name, one, other) = (rule.name, earlier.list.effect(), later.list.effect());
    let message = format!("`{name}` is both {one} and {other}");
    let diagnostic = Diagnostic::new(&conflicting_levels::RULE, message)
        .label(later.place, format!("{other} here"))
        .help("keep one of the two");
    match earlier.place {
        Some(place) => diagnostic.secondary(place, format!("{one} here")),
        None => diagnostic,
    }
}

fn unknown(name: &str, place: Option<Span>) -> Diagnostic {
    let diagnostic = no_such_rule(name).label(place, "named here");
    let nearest = nearest(name, rules::all());
    match place {
        Some(place) if !nearest.is_none() => nearest.quoted_at(diagnostic, place),
        _ => nearest.or_help(diagnostic, list),
    }
}

fn no_such_rule(name: &str) -> Diagnostic {
    Diagnostic::new(&unknown_rule::RULE, format!("there is no rule `{name}`"))
}

fn nearest(name: &str, rules: impl Iterator<Item = &'static Rule>) -> Suggestion<'static> {
    Suggestion::of(name, rules.map(|rule| rule.name))
}

fn list() -> String {
    "`oakc explain` lists all rules".to_owned()
}
