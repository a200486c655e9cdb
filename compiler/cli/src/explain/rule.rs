//! Rules, as docs/rules.md has them.

use oakc_check::rules;
use oakc_core::config::Suggestion;
use oakc_deploy::fleet::INVALID_FLEET;
use oakc_desk::scenario;
use oakc_diag::Rule;

use super::topic::Topic;

/// Every rule. Fleets and scenarios are not applications, so theirs are not among those of applications.
pub(super) fn all() -> impl Iterator<Item = &'static Rule> {
    rules::all().chain(of_other_files())
}

fn of_other_files() -> impl Iterator<Item = &'static Rule> {
    [&INVALID_FLEET].into_iter().chain(scenario::RULES)
}

pub(super) fn find(name: &str) -> Option<Topic> {
    let other = of_other_files().find(|rule| rule.is_called(name));
    rules::find(name).or(other).map(topic)
}

pub(super) fn topic(rule: &Rule) -> Topic {
    let (code, name, summary) = (rule.code, rule.name, rule.summary);
    let (level, docs) = (rule.level.as_str(), rule.docs.trim_end());
    let fixed = if rule.adjustable { "" } else { ", fixed" };
    let constraints = match rule.constraints {
        [] => String::new(),
        numbers => format!(
            "\n\nConstraints in docs/constraints.md: {}.",
            numbers.join(", ")
        ),
    };
    Topic {
        kind: "rule",
        name: name.to_owned(),
        title: format!("{code} {name} ({level}{fixed})"),
        text: format!("{summary}\n\n{docs}{constraints}"),
    }
}

/// The message for an unknown rule name.
pub(crate) fn unknown_rule(name: &str) -> String {
    let near = Suggestion::of(name, rules::all().map(|rule| rule.name));
    let advice = near
        .question()
        .unwrap_or_else(|| "`oakc explain` lists all rules".to_owned());
    format!("there is no rule `{name}`; {advice}")
}
