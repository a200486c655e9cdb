//! `oakc explain`: explains a rule.

use oakc_check::rules;
use oakc_core::config::Suggestion;
use oakc_deploy::fleet::INVALID_FLEET;
use oakc_desk::scenario;
use oakc_diag::Rule;
use oakc_diag::render::Page;

use crate::failure::Failure;
use crate::terminal::result;

/// Explain a rule.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The rule's name or code, e.g. `host-dependent-node` or `OAK012`; without it, all rules are
    /// listed.
    rule: Option<String>,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let Some(name) = &args.rule else {
        let line = |rule: &Rule| format!("{}  {:<24} {}", rule.code, rule.name, rule.summary);
        let lines = rules::all().chain(of_other_files()).map(line);
        return result(lines.collect::<Page>());
    };
    let other = of_other_files().find(|rule| rule.is_called(name));
    let rule = rules::find(name).or(other);
    let rule = rule.ok_or_else(|| Failure::Input(unknown_rule(name)))?;
    let mut page = Page::new();
    page.lines(&explanation(rule));
    result(page)
}

/// Fleets and scenarios are not applications, so their rules are not among those of applications.
fn of_other_files() -> impl Iterator<Item = &'static Rule> {
    [&INVALID_FLEET].into_iter().chain(scenario::RULES)
}

fn explanation(rule: &Rule) -> String {
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
    format!("{code} {name} ({level}{fixed})\n\n{summary}\n\n{docs}{constraints}")
}

/// The message for an unknown rule name.
pub(crate) fn unknown_rule(name: &str) -> String {
    let near = Suggestion::of(name, rules::all().map(|rule| rule.name));
    let advice = near
        .question()
        .unwrap_or_else(|| "`oakc explain` lists all rules".to_owned());
    format!("there is no rule `{name}`; {advice}")
}
